import { describe, expect, it } from 'vitest'
import { readCommandLine, readInitiator, type CommandLine, type Initiator } from '../../src/connectd/argv.ts'
import { exitLine, exits, exitStatus, type ExitName } from '../../src/connectd/exits.ts'

const user64 = 'eW91QGV4YW1wbGUuY29t'
const pass64 = 'czNjcmV0'
const uid = '80:00:00:00:00:00:00:F1'
const c = ['-c', user64, pass64, uid, 'T33000', '2', '127.0.0.1', '12']

const read = (...argv: string[]): CommandLine => readCommandLine(argv)
const usage = (complaint: string | null = null): CommandLine => ({ does: 'usage', complaint })

function initiator(form: '-c' | '-p' | '-p2', ...values: string[]): Initiator {
  const result = readInitiator(form, values)
  if (result === null || typeof result === 'string') throw new Error(`refused: ${String(result)}`)
  return result
}

describe('options', () => {
  it('match on their first two characters', () => {
    expect(read('-status', '-file', 'a')).toMatchObject({
      does: 'run',
      status: true,
      source: { from: 'file', path: 'a' },
    })
  })

  it('that begin alike are told apart by their third', () => {
    expect(read('-sn', 'A1', '-f', 'a')).toMatchObject({ status: false })
    expect(read('-sch', '5980', '-f', 'a')).toMatchObject({ status: false })
    expect(read('-nat')).toEqual({ does: 'diagnose', what: 'nat' })
    expect(read('-nc', 'a:1')).toEqual({ does: 'diagnose', what: 'connect', address: 'a:1' })
    expect(read('-n')).toEqual({ does: 'diagnose', what: 'all' })
  })

  it('-q prints the usage without the banner', () => {
    expect(read('-f', 'a', '-q')).toEqual({ ...usage(), banner: false })
  })

  it('may stand in any order around -f', () => {
    const expected = {
      does: 'run',
      source: { from: 'file', path: 'a' },
      status: true,
      console: true,
      daemon: { pidFile: null },
      lifetimeS: null,
      server: 'h:1',
    }
    expect(read('-s', '-y', 'h:1', '-f', 'a', '-d')).toEqual(expected)
    expect(read('-f', 'a', '-d', '-s', '-y', 'h:1')).toEqual(expected)
  })

  it.each([
    ['-h'],
    ['-v'],
    ['-f'],
    ['-e'],
    ['-y'],
    ['-life'],
    ['-x'],
    ['foo'],
    ['--help'],
    ['-s', 'stray'],
    [...c, '-s'],
    c.slice(0, -1),
    [...c, '60'],
    [...c, '60', '15', '1'],
    ['-p', ...c.slice(1)],
    ['-p2', ...c.slice(1)],
  ])('%s %s %s %s %s %s %s %s give the usage', (...argv) => {
    expect(read(...argv)).toEqual(usage())
  })

  it('none at all mean connectd.conf in the working folder', () => {
    expect(read()).toMatchObject({ does: 'run', source: { from: 'file', path: 'connectd.conf' } })
    expect(read('-s')).toMatchObject({ does: 'run', status: true, source: { from: 'file', path: 'connectd.conf' } })
  })

  it('-v is known to 4.7 only', () => {
    expect(readCommandLine(['-v'], '4.7')).toEqual({ does: 'version' })
  })

  it('-d takes a file unless an option follows', () => {
    expect(read('-d', 'pid', '-f', 'a')).toMatchObject({ daemon: { pidFile: 'pid' } })
    expect(read('-d', '-f', 'a')).toMatchObject({ daemon: { pidFile: null }, source: { path: 'a' } })
    expect(read('-f', 'a', '-d')).toMatchObject({ daemon: { pidFile: null } })
  })

  it('-f loses its double quotes', () => {
    expect(read('-f', '"a b"')).toMatchObject({ source: { path: 'a b' } })
  })

  it('-c wins over a file', () => {
    expect(read('-f', 'a', ...c)).toMatchObject({ source: { from: 'arguments', form: '-c' } })
  })

  it('-life is in seconds, -i turns the console off, -z crashes', () => {
    expect(read('-life', '90', '-i', '-f', 'a')).toMatchObject({ lifetimeS: 90, console: false })
    expect(read('-z')).toEqual({ does: 'crash' })
  })
})

describe('the values of an initiator', () => {
  it('-c: account, device, local end', () => {
    expect(initiator('-c', ...c.slice(1))).toEqual({
      user: 'you@example.com',
      secret: { kind: 'password', password: 's3cret' },
      decoded: true,
      target: { written: uid, uid: uid.toLowerCase(), valid: true },
      port: 33000,
      encryption: 2,
      bind: '127.0.0.1',
      maxDepth: 12,
      restrict: null,
      lifetimeMinutes: 0,
      idleMinutes: 0,
    })
  })

  it('-c with nine: lifetime and idle time as well', () => {
    expect(initiator('-c', ...c.slice(1), '60', '15')).toMatchObject({ lifetimeMinutes: 60, idleMinutes: 15 })
  })

  it('-p: a hash, and who may connect', () => {
    expect(initiator('-p', user64, 'abc', uid, 'T33000', '2', '127.0.0.1', '0.0.0.0', '12', '60', '15')).toMatchObject({
      secret: { kind: 'auth-hash', hash: 'abc' },
      restrict: '0.0.0.0',
      maxDepth: 12,
      lifetimeMinutes: 60,
      idleMinutes: 15,
    })
  })

  it('-p2: a token with its number', () => {
    expect(
      initiator('-p2', user64, '7', 'tok', uid, 'T33000', '2', '127.0.0.1', '0.0.0.0', '12', '0', '0'),
    ).toMatchObject({ secret: { kind: 'token', index: 7, token: 'tok' }, port: 33000, bind: '127.0.0.1' })
  })

  const withPort = (port: string): unknown =>
    readInitiator(
      '-c',
      c.slice(1).map((value) => (value === 'T33000' ? port : value)),
    )

  it.each([
    ['33000', 'Unknown protocol 3'],
    ['t33000', 'Unknown protocol t'],
    ['U33000', 'UDP proxy is not currently supported'],
    ['', 'Unknown protocol '],
  ])('port %j is refused: %s', (port, complaint) => {
    expect(withPort(port)).toBe(complaint)
    expect(read(...c.map((value) => (value === 'T33000' ? port : value)))).toEqual(usage(complaint))
  })

  it.each([
    ['T99999', 34463],
    ['T0', 0],
    ['T', 0],
  ])('port %j is taken as %i', (port, taken) => {
    expect(withPort(port)).toMatchObject({ port: taken })
  })

  it.each(['localhost', '::1', '127.1', ''])('bind %j silently becomes every interface', (bind) => {
    const values = c.slice(1).map((value) => (value === '127.0.0.1' ? bind : value))
    expect(initiator('-c', ...values).bind).toBe('0.0.0.0')
  })

  it('know when nothing of the account was base64', () => {
    expect(initiator('-c', '!', '!', ...c.slice(3)).decoded).toBe(false)
    expect(initiator('-c', '!', pass64, ...c.slice(3))).toMatchObject({ decoded: true, user: '' })
  })

  it('cut an account after 124 characters', () => {
    const long = Buffer.from('u'.repeat(200)).toString('base64')
    expect(initiator('-c', long, ...c.slice(2)).user).toHaveLength(124)
  })
})

describe('exits', () => {
  it('have the status of their code, except for the taken port', () => {
    for (const name of Object.keys(exits) as ExitName[]) {
      expect(exitStatus(name)).toBe(name === 'port-taken' ? 0 : exits[name].code)
    }
    expect(exitStatus('port-taken', { fixed: true })).toBe(17)
  })

  it('are said with three digits and what they are about', () => {
    expect(exitLine('signal', '15')).toBe('!!exit [003] : termination from signal 15')
    expect(exitLine('port-taken', '33000')).toBe('!!exit [017] : Cannot Bind Proxy Port 33000.')
    expect(exitLine('peer-closed')).toBe('!!exit [020] : connection to peer closed or timed out.')
  })
})
