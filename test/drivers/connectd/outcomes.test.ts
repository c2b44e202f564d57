import { describe, expect, test } from 'vitest'
import { readExitMeaning, type ExitMeaning, type ExitFacts } from '../../../src/core/decide/exit-meaning.ts'
import { connectdOutcomes } from '../../../src/drivers/connectd/outcomes.ts'
import type { Account } from '../../../src/drivers/driver.ts'
import type { SecretSource } from '../../../src/core/model.ts'
import { Secret } from '../../../src/core/text/secret.ts'
import { account, secretRef } from '../support.ts'

const endpoints = [{ host: '127.0.0.1', port: 33000 }]

const lab = account({ name: 'lab' })

interface More extends Partial<ExitFacts> {
  login?: Account
  server?: string | null
}

function ending(status: number, lines: string[], { login = lab, server = null, ...more }: More = {}): ExitMeaning {
  const facts = { status, lastLines: lines, ranMs: 5000, opened: false, rebooted: false, ...more }
  const outcomes = connectdOutcomes({ account: login, server, program: 'connectd' })
  return readExitMeaning(facts, { name: 'ssh-pi', endpoints, outcomes })
}

// Status and lines as observed on connectd 4.6, or read from it.
describe('every way in which connectd ends is told in words', () => {
  test.each([
    [3, ['!!exit [003] : termination from signal 15'], 'connectd.stopped', 'stopped', true],
    [0, ['proxy startup failed.', 'Cannot Bind Port 33000.'], 'connectd.port-taken', 'failed', false],
    [0, ['!!exit [017] : Cannot Bind Proxy Port 33000.'], 'connectd.port-taken', 'failed', false],
    [17, ['!!exit [017] : Cannot Bind Proxy Port 33000.'], 'connectd.port-taken', 'failed', false],
    [16, ['!!exit [016] : Cannot Bind UDP Port 33000'], 'connectd.udp-port-taken', 'failed', true],
    [11, ['!!status [011] : authentication error 1'], 'connectd.auth', 'failed', false],
    [10, ['!!exit [010] : bad user specified error 1'], 'connectd.bad-user', 'failed', false],
    [4, ['!!exit [004] : Disabled By User Configuration'], 'connectd.disabled', 'failed', false],
    [12, ['!!exit [012] : auto connect failed, exiting'], 'connectd.target-offline', 'failed', true],
    [13, ['!!exit [013] : Initiate session create failed.'], 'connectd.session', 'failed', true],
    [
      14,
      ['!!exit [014] : Connection To remot3.it Service has Timed Out. 61'],
      'connectd.service-unreachable',
      'failed',
      true,
    ],
    [15, ['!!exit [015] : cannot get UID from service, exiting.'], 'connectd.no-uid', 'failed', true],
    [20, [], 'connectd.peer-closed', 'failed', true],
    [21, ['!!exit [021] : connection to peer failed.'], 'connectd.peer-failed', 'failed', true],
    [2, ['!!exit [002] : shutdown packet received'], 'connectd.shutdown', 'failed', true],
    [25, ['!!exit [025] : unknown reason.'], 'connectd.unknown', 'failed', true],
    [1, ['!!exit [001] : process lifetime expired, exiting.'], 'connectd.lifetime', 'failed', true],
    [1, ['Connectd Has Been Disabled by Configuration'], 'connectd.disabled', 'failed', false],
    [1, ['+failed to read config file/blob.'], 'connectd.file-unreadable', 'failed', true],
    [
      1,
      ['Adapter is not set, no UID provided or config is corrupt, exiting'],
      'connectd.file-refused',
      'failed',
      false,
    ],
    [1, ['UID is not set (all zeros), exiting'], 'connectd.file-refused', 'failed', false],
    [1, ['Provisioning File Signature Failure/Corrupt (1).'], 'connectd.file-refused', 'failed', false],
    [1, ['usage: connectd [-h] [-d][pid file] [-f config_file]'], 'connectd.usage', 'failed', false],
    [1, ['anything else'], 'connectd.refused', 'failed', false],
    [127, [], 'program.missing', 'failed', false],
    [0, ['!!exit - process closed (last state 5).'], 'connectd.ended', 'failed', true],
  ] as const)('status %i after %j is %s', (status, lines, code, means, heals) => {
    expect(ending(status, [...lines])).toMatchObject({ code, means, heals })
  })

  test('a crash that connectd catches has the status of a refused login, and is told as a crash', () => {
    const words = ['Proxy started.', '!!exit [003] : termination from signal 11', 'Connectd Terminated from Signal 11']
    for (const lines of [
      words,
      words.slice(0, 2),
      words.slice(2),
      [...words, 'connectd terminated, freeing up resources'],
    ]) {
      expect(ending(11, lines, { opened: true })).toMatchObject({ code: 'connectd.crashed', heals: true })
    }
    expect(ending(11, words).reason).toBe('connectd crashed (signal 11)')
    // SIGTERM is a stop.
    expect(ending(3, ['!!exit [003] : termination from signal 15'])).toMatchObject({ means: 'stopped' })
    // Without words nobody knows, but what was open is worth another try.
    expect(ending(11, [], { opened: true })).toMatchObject({ code: 'connectd.exited', heals: true })
  })

  test('words of connectd tell more than the status of a script around it', () => {
    expect(ending(1, ['!!exit [011] : authentication error, exiting.'])).toMatchObject({ code: 'connectd.auth' })
    expect(ending(11, ['!!exit [014] : Connection To remot3.it Service has Timed Out. 61'])).toMatchObject({
      code: 'connectd.service-unreachable',
    })
  })

  test('a file that connectd refused was also not read', () => {
    const lines = ['Provisioning File Signature Failure/Corrupt (0).', '+failed to read config file/blob.']
    expect(ending(1, lines)).toMatchObject({ code: 'connectd.file-refused', heals: false })
  })

  test('status 1 of a tunnel that was open is worth another try', () => {
    expect(ending(1, [], { opened: true })).toMatchObject({ code: 'connectd.exited', heals: true })
  })

  test('a crash at the start names its cause and is tried once more; a later one is tried again as any failure', () => {
    expect(ending(139, [])).toMatchObject({ code: 'connectd.crashed-at-start', heals: true })
    expect(ending(139, [], { tries: 1 })).toMatchObject({ code: 'connectd.crashed-at-start', heals: false })
    expect(ending(139, []).reason).toContain('resolve the name')
    // It had found the service: the name is not the cause.
    const later = ending(139, ['07542> req auth remote.it id you@example.com'])
    expect(later).toMatchObject({ code: 'connectd.crashed-at-start', heals: true })
    expect(later.reason).not.toContain('name')
    expect(ending(139, [], { tries: 9, ranMs: 60_000 })).toMatchObject({ code: 'connectd.crashed', heals: true })
    expect(ending(139, [], { tries: 9, opened: true })).toMatchObject({ code: 'connectd.crashed', heals: true })
  })

  test('a name that was not looked up is not blamed', () => {
    expect(ending(139, [], { server: '198.51.100.7:5959' }).reason).not.toContain('name')
    expect(ending(139, [], { server: 'fe1.example.net:5959' }).reason).toContain('resolve the name')
  })

  test('a kill by TERM before connectd could answer is left to what every program has in common', () => {
    expect(ending(143, [])).toMatchObject({ code: 'run.stopped', means: 'stopped' })
  })

  test('a taken port is told with who holds it', () => {
    const said = ['Cannot Bind Port 33000.']
    expect(ending(0, said, { holder: 'postgres (PID 812)' }).reason).toBe(
      'port 33000 is already in use by postgres (PID 812)',
    )
    expect(ending(0, said).reason).toContain('by a program that has exited since')
    expect(ending(16, ['!!exit [016] : Cannot Bind UDP Port 51234']).reason).toContain('UDP port 51234')
  })

  test.each<[Account['secret']['kind'], SecretSource, string, string]>([
    ['password', { from: 'env', name: 'PASS', envFiles: [] }, 'the password', 'the password in the variable PASS'],
    ['password', { from: 'template', text: '${A}', envFiles: [] }, 'the password', 'the password in the variable A'],
    ['auth-hash', { from: 'file', path: '/a/hash' }, 'the auth_hash', 'the auth_hash in /a/hash'],
    ['token', { from: 'keychain', name: 'x' }, 'the login token', 'the login token with p2p login lab'],
    ['password', { from: 'command', argv: ['pass', 'x'], cwd: '/' }, 'the password', 'what pass prints as password'],
    [
      'password',
      { from: 'literal', text: new Secret('no'), expand: false, envFiles: [] },
      'the password',
      'the password of account lab in p2p.yaml',
    ],
  ])('a refused %s from %j is told with where to correct it', (kind, source, refused, correct) => {
    const ref = { ...secretRef('it'), source }
    const secret = kind === 'token' ? { kind, index: 0, ref } : { kind, ref }
    const { reason, hint } = ending(11, [], { login: account({ name: 'lab', secret }) })
    expect(reason).toBe(`remote.it refused the user or ${refused} of account lab`)
    expect(hint).toContain(`or ${correct},`)
  })

  test('every failure has a code of its own family, and what lasts says what to do', () => {
    for (const { code, hint, heals } of connectdOutcomes({ account: lab, server: null, program: 'connectd' })) {
      expect(code).toMatch(/^(connectd\.[a-z-]+|program\.missing)$/)
      if (!heals) expect(hint).not.toBeNull()
    }
  })
})
