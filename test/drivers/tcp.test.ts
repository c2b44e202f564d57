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

describe('a list of forwards', () => {
  const list = basics({ endpoint: null, bind: '127.0.0.2' })
  const compiled = tcp.compile(
    {
      forward: [
        { port: 1, to: 'a:2' },
        { port: 3, bind: '::1', to: '{host:db}:{port:db}' },
        { port: 4, bind: 'localhost', to: 'a:2' },
      ],
      max_connections: 5,
    },
    list,
  )

  test('is one relay: the addresses of a target, then the target', () => {
    expect(compiled.launch.args).toEqual([
      ...['--listen', '127.0.0.2:1', '--listen', '127.0.0.1:4', '--to', 'a:2'],
      ...['--listen', '[::1]:3', '--to', '127.0.0.1:5432'],
      ...['--max-connections', '5'],
    ])
    expect(compiled.endpoints).toEqual([
      { host: '127.0.0.2', port: 1 },
      { host: '::1', port: 3 },
      { host: '127.0.0.1', port: 4 },
    ])
    expect(compiled.target).toBe('a:2 (+1)')
    expect(problemLines(compiled)).toEqual([])
  })

  test('is open when each target was tried', () => {
    const tried = compiled.ready.conditions.flatMap((one) => (one.kind === 'log' ? [new RegExp(one.pattern)] : []))
    const heard = (line: string): boolean[] => tried.map((pattern) => pattern.test(line))
    expect(heard('relay: reached a:2')).toEqual([true, false])
    expect(heard('relay: reached a:22')).toEqual([false, false])
    expect(heard('relay: cannot reach 127.0.0.1:5432: connection refused')).toEqual([false, true])
  })

  test('of one entry is what port and to are', () => {
    const [one, other] = [
      tcp.compile({ to: 'a:2' }, basics()),
      tcp.compile({ forward: [{ port: 33001, to: 'a:2' }] }, list),
    ]
    expect(one.launch).toEqual(
      tcp.compile({ forward: [{ port: 33001, to: 'a:2' }] }, basics({ endpoint: null })).launch,
    )
    expect(other.endpoints).toEqual([{ host: '127.0.0.2', port: 33001 }])
  })

  test.each([
    [
      'beside port',
      { forward: [{ port: 1, to: 'a:2' }] },
      'warning port is not used: each entry of tcp.forward has its own',
    ],
    ['beside to', { to: 'a:1', forward: [{ port: 1, to: 'a:2' }] }, 'error tcp.to and forward exclude each other'],
    ['missing, and to as well', {}, 'error tcp needs to or forward'],
  ] as const)(
    '%s',
    (_name, { forward, ...options }: { to?: string; forward?: readonly [{ port: number; to: string }] }, problem) => {
      const list = forward === undefined ? {} : { forward: [forward[0]] as [{ port: number; to: string }] }
      expect(problemLines(tcp.compile({ ...options, ...list }, basics()))).toEqual([problem])
    },
  )

  test('with an entry that leads to another, or nowhere', () => {
    const forward = (to: string): string[] =>
      problemLines(
        tcp.compile(
          {
            forward: [
              { port: 1, to: 'a:2' },
              { port: 3, to },
            ],
          },
          basics({ endpoint: null }),
        ),
      )
    expect(forward('localhost:1')).toEqual(['error tcp.forward.1.to leads back to this tunnel itself'])
    expect(forward('a')).toEqual(['error tcp.forward.1.to must be host:port with a port from 1 to 65535'])
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

  test('of several addresses, the one that it was about is named', () => {
    const lastLines = ['relay: cannot listen on [fd00::9]:81: this machine has no such address']
    expect(
      readExitMeaning({ ...facts, lastLines, status: relayExit.addressUnknown }, { name: 'web', endpoints, outcomes }),
    ).toMatchObject({
      code: 'tcp.address-unknown',
      reason: 'fd00::9 is not an address of this machine',
    })
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
