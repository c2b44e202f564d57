import { describe, expect, test } from 'vitest'
import { readExitMeaning } from '../../src/core/decide/exit-meaning.ts'
import { relayExit } from '../../src/core/relay.ts'
import { tcp } from '../../src/drivers/tcp.ts'
import { basics, problemLines } from './support.ts'

describe('what is launched', () => {
  test('is the relay, with where to listen and where to lead', () => {
    const { launch, endpoints, target, ready, stop } = tcp.compile({ to: '10.0.0.5:6379' }, basics())
    expect(launch).toEqual({
      program: { entry: 'relay' },
      args: ['--listen', '127.0.0.1:33001', '--to', '10.0.0.5:6379'],
      env: {},
      files: [],
      cwd: '/home/me/lab',
    })
    expect(endpoints).toEqual([{ host: '127.0.0.1', port: 33001 }])
    expect(target).toBe('10.0.0.5:6379')
    const tried = {
      kind: 'log',
      pattern: '^relay: (reached|cannot reach) ',
      means: 'its first try to reach 10.0.0.5:6379',
    }
    expect(ready).toEqual({ conditions: [{ kind: 'listen' }, tried], timeoutMs: 30_000 })
    expect(stop).toEqual({ signal: 'TERM', graceMs: 10_000 })
  })

  test('has IPv6 addresses in brackets, and placeholders filled in', () => {
    const tunnel = basics({ endpoint: { host: '::1', port: 80 } })
    expect(tcp.compile({ to: '{host:db}:{port:db}' }, tunnel).launch.args).toEqual([
      ...['--listen', '[::1]:80'],
      ...['--to', '127.0.0.1:5432'],
    ])
  })

  test('limits connections and idle time where asked to', () => {
    const options = { to: 'db:1', max_connections: 5, idle_timeout: '1m30s' }
    expect(tcp.compile(options, basics()).launch.args.slice(4)).toEqual([
      ...['--max-connections', '5'],
      ...['--idle-timeout', '90000'],
    ])
  })
})

describe('mistakes', () => {
  test.each([
    ['no port to listen on', 'db:1', null, ['error port is required: the tunnel listens on it']],
    ['no port to lead to', 'db', '127.0.0.1', ['error tcp.to must be host:port with a port from 1 to 65535']],
    ['port 0', 'db:0', '127.0.0.1', ['error tcp.to must be host:port with a port from 1 to 65535']],
    ['port 65536', 'db:65536', '127.0.0.1', ['error tcp.to must be host:port with a port from 1 to 65535']],
    ['IPv6 without brackets', '::1:80', '127.0.0.1', ['error tcp.to must be host:port with a port from 1 to 65535']],
    ['an option', '-x:80', '127.0.0.1', ['error tcp.to must be host:port with a port from 1 to 65535']],
    [
      'an unknown placeholder',
      '{nope}:80',
      '127.0.0.1',
      ['error tcp.to must be host:port with a port from 1 to 65535'],
    ],
    ['itself', '127.0.0.1:33001', '127.0.0.1', ['error tcp.to leads back to this tunnel itself']],
    ['itself by name', 'localhost:33001', '127.0.0.1', ['error tcp.to leads back to this tunnel itself']],
    ['itself behind a wildcard', '127.0.0.1:33001', '0.0.0.0', ['error tcp.to leads back to this tunnel itself']],
    ['another address, same port', '10.0.0.5:33001', '0.0.0.0', []],
    ['a loopback address of its own', '127.0.0.2:33001', '127.0.0.1', []],
  ])('%s', (_name, to, host, problems) => {
    const endpoint = host === null ? null : { host, port: 33001 }
    expect(problemLines(tcp.compile({ to }, basics({ endpoint })))).toEqual(problems)
  })
})

describe('endings', () => {
  const { outcomes, endpoints } = tcp.compile({ to: 'db:1' }, basics())
  const facts = { lastLines: [], ranMs: 100, opened: false, rebooted: false }
  const ending = (status: number) => readExitMeaning({ ...facts, status }, { name: 'web', endpoints, outcomes })

  test.each([
    [relayExit.addressUnknown, 'tcp.address-unknown', '127.0.0.1 is not an address of this machine'],
    [relayExit.portForbidden, 'tcp.port-forbidden', 'this user is not allowed to listen on port 33001'],
    [relayExit.cannotListen, 'tcp.cannot-listen', 'the system refused to listen on 127.0.0.1:33001'],
    [relayExit.usage, 'tcp.usage', 'the relay rejected its command line'],
  ])('status %i is %s', (status, code, reason) => {
    expect(ending(status)).toMatchObject({ code, reason, heals: false, means: 'failed' })
  })

  test('a port that somebody took is free again some day, so that is tried again', () => {
    const holder = 'postgres (PID 812)'
    expect(
      readExitMeaning({ ...facts, status: relayExit.portTaken, holder }, { name: 'web', endpoints, outcomes }),
    ).toMatchObject({
      code: 'port.taken',
      reason: 'port 33001 is already in use by postgres (PID 812)',
      heals: true,
    })
  })

  test('a stop by a person is told from a failure', () => {
    expect(ending(relayExit.terminated)).toMatchObject({ means: 'stopped' })
    expect(ending(relayExit.interrupted)).toMatchObject({ means: 'stopped' })
  })
})
