import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { validators } from '../../src/config/generated/validators.js'
import { parseDuration, parseSize } from '../../src/core/text/units.ts'

type Name = keyof typeof validators

/** `/port must be a port ...`, one line per mistake. */
function mistakes(name: Name, value: unknown): string[] {
  const validate = validators[name]
  if (validate(value)) return []
  return (validate.errors ?? []).map((error) => {
    const at = error.instancePath === '' ? '/' : error.instancePath
    switch (error.keyword) {
      case 'type':
        return `${at} is no ${[error.params.type].flat().join(' or ')}`
      case 'required':
        return `${at} lacks ${error.params.missingProperty}`
      case 'only':
        return `${at} has no key ${error.params.key}`
      case 'must':
        return `${at} must ${error.params.must}`
      case 'keys':
        return `${at} key ${error.params.key} must ${error.params.must}`
    }
  })
}

const uid = '80:00:00:00:01:00:0A:C2'
const connectd = { port: 33000, connectd: { uid } }

function ofTunnel(keys: object): string[] {
  return mistakes('connectd', { ...connectd, ...keys })
}

describe('good tunnels pass', () => {
  test.each<[Name, object]>([
    ['connectd', connectd],
    ['connectd', { ...connectd, 'x-mine': 1, connectd: { uid, 'x-mine': 2 } }],
    ['ssh', { ssh: { to: 'h', reverse: { from: 9000, to: 'a:1' } } }],
    ['ssh', { ssh: { to: 'h', forward: [{ port: 1, to: 'a:1' }], options: { A: [1, 'b', true] } } }],
    ['tcp', { port: 'auto', tcp: { to: 'a:1', idle_timeout: '10m' } }],
    ['command', { command: ['a', '{port}'] }],
    ['command', { command: { run: 'a', shell: true } }],
    ['project', { tunnels: {} }],
    ['project', { name: 'a', tunnels: { a: { anything: 1 } }, defaults: { ssh: { whatever: 1 } }, 'x-a': [] }],
    [
      'project',
      { tunnels: {}, accounts: { a: { user: 'u', password: 'p' }, b: { user: 'u', auth_hash: { env: 'H' } } } },
    ],
    ['project', { tunnels: {}, accounts: { a: { user: 'u', auth_token: { file: 't' }, auth_index: 2 } } }],
    ['project', { tunnels: {}, include: ['a', { path: 'b', env_file: ['c'] }] }],
  ])('%s %j', (name, value) => {
    expect(mistakes(name, value)).toEqual([])
  })
})

describe('a mistake is told once, in words', () => {
  const name =
    'consist of lower-case letters, digits, - and _, start with a letter or digit, and have at most 63 characters'

  test.each<[Name, object, string[]]>([
    ['project', {}, ['/ lacks tunnels']],
    ['project', { tunnels: [] }, ['/tunnels is no object']],
    ['project', { tunnels: { A: {} } }, [`/tunnels key A must ${name}`]],
    ['project', { tunnels: { a: null } }, ['/tunnels/a is no object']],
    ['project', { tunnels: {}, tunels: {} }, ['/ has no key tunels']],
    [
      'project',
      { tunnels: {}, accounts: { a: { user: 'u' } } },
      ['/accounts/a must have exactly one of password, auth_hash and auth_token'],
    ],
    ['project', { tunnels: {}, accounts: { a: { user: 'u', pasword: 'p' } } }, ['/accounts/a has no key pasword']],
    ['project', { tunnels: {}, accounts: { a: { password: 'p' } } }, ['/accounts/a lacks user']],
    ['project', { tunnels: {}, accounts: { a: 'me' } }, ['/accounts/a is no object']],
    [
      'project',
      { tunnels: {}, accounts: { a: { user: 'u', password: 'p', auth_index: 1 } } },
      ['/accounts/a must have auth_token with auth_index'],
    ],
    [
      'project',
      { tunnels: {}, accounts: { a: { user: 'u', password: { env: 'A', file: 'b' } } } },
      ['/accounts/a/password must name exactly one source: env, file, command or keychain'],
    ],
    [
      'project',
      { tunnels: {}, accounts: { a: { user: 'u', password: { evn: 'A' } } } },
      ['/accounts/a/password has no key evn'],
    ],
    [
      'project',
      { tunnels: {}, accounts: { a: { user: 'u', password: { env: '$A' } } } },
      ['/accounts/a/password/env must be the name of a variable, without $'],
    ],
    [
      'project',
      { tunnels: {}, accounts: { a: { user: 'u', password: 12345 } } },
      ['/accounts/a/password is no string or object'],
    ],
    ['connectd', {}, ['/ lacks connectd']],
    ['connectd', { connectd: null }, ['/connectd is no object']],
    ['connectd', { connectd: { udi: uid } }, ['/connectd lacks uid', '/connectd has no key udi']],
    [
      'connectd',
      { connectd: { uid: '80:00' } },
      ['/connectd/uid must be 8 hex bytes separated by colons, like 80:00:00:00:01:00:0A:C2'],
    ],
    ['connectd', { connectd: { uid, encryption: 'aes' } }, ['/connectd/encryption must be none, rc4 or xxtea']],
    ['connectd', { connectd: { uid, max_depth: 0 } }, ['/connectd/max_depth must be a whole number from 1 to 255']],
    ['ssh', { ssh: { to: 'h', optons: {} } }, ['/ssh has no key optons']],
    ['ssh', { ssh: { to: 'h', forward: [] } }, ['/ssh/forward must have at least one entry']],
    [
      'ssh',
      { ssh: { to: 'h', forward: [{ port: 1, too: 'x' }] } },
      ['/ssh/forward/0 lacks to', '/ssh/forward/0 has no key too'],
    ],
    [
      'ssh',
      { ssh: { to: 'h', reverse: 'x' } },
      ['/ssh/reverse must be a map with from and to, or a list of such maps'],
    ],
    [
      'ssh',
      { ssh: { to: '', options: { '-a': 1 } } },
      ['/ssh/to must not be empty', '/ssh/options key -a must be a key of ssh_config, like StrictHostKeyChecking'],
    ],
    ['command', { command: 'a b' }, ['/command is no array or object']],
    ['command', { command: [] }, ['/command must have at least one entry, the program']],
    ['command', { command: ['a', 80] }, ['/command/1 is no string']],
    ['command', { command: { run: 'a' } }, ['/command lacks shell']],
    ['command', { command: { run: 'a', shell: false } }, ['/command/shell must be true (remove the key for no)']],
    [
      'tcp',
      { tcp: { to: 'a:1', idle_timeout: 10 } },
      ['/tcp/idle_timeout must be a duration like 500ms, 10s or 1m30s'],
    ],
  ])('%s %j', (validator, value, expected) => {
    expect(mistakes(validator, value)).toEqual(expected)
  })

  test.each<[object, string[]]>([
    [{ port: 70000 }, ['/port must be a port from 1 to 65535, or auto']],
    [{ port: '33000' }, ['/port must be a port from 1 to 65535, or auto']],
    [{ port: '${PORT}' }, ['/port must be a port from 1 to 65535, or auto']],
    [{ bind: '1.2.3' }, ['/bind must be an IPv4 or IPv6 address, like 127.0.0.1 or ::1']],
    [{ restart: 'never' }, ['/restart must be no, on-failure, on-failure:N or always']],
    [{ restart: 'on-failure:0' }, ['/restart must be no, on-failure, on-failure:N or always']],
    [{ healthcheck: true }, ['/healthcheck must be false, or a map']],
    [
      { healthcheck: { http: '/', tls: true } },
      ['/healthcheck must name only one check: listen, banner, http, tls or command'],
    ],
    [{ healthcheck: { http: 'status' } }, ['/healthcheck/http must be a path that starts with /']],
    [{ ready: { listen: false } }, ['/ready/listen must be true (remove the key for no)']],
    [{ stop: { signal: 'SIGTERM' } }, ['/stop/signal must be one of TERM, INT, HUP, QUIT, USR1, USR2 and KILL']],
    [{ depends_on: { a: { condition: 'up' } } }, ['/depends_on/a/condition must be open or healthy']],
    [{ depends_on: { a: { condtion: 'open' } } }, ['/depends_on/a has no key condtion']],
    [{ environment: ['A'] }, ['/environment/0 must be NAME=VALUE']],
    [{ environment: { 'A=': 1 } }, ['/environment key A= must be the name of a variable']],
    [
      { environment: { A: { env: 'B', file: 'c' } } },
      ['/environment/A must name exactly one source: env, file, command or keychain'],
    ],
    [{ environment: { A: null } }, ['/environment/A is no string or number or boolean or object']],
    [{ env_file: [{ required: false }] }, ['/env_file/0 lacks path']],
    [
      { profiles: ['-'] },
      ['/profiles/0 must consist of letters, digits, -, _ and ., and start with a letter or digit'],
    ],
    [{ labels: { a: [] } }, ['/labels/a is no string or number or boolean']],
    [{ logs: { keep: -1 } }, ['/logs/keep must be a whole number from 0 to 100']],
    [{ extends: { tunel: 'a' } }, ['/extends lacks tunnel', '/extends has no key tunel']],
  ])('of a tunnel: %j', (keys, expected) => {
    expect(ofTunnel(keys)).toEqual(expected)
  })

  test('all of them at once', () => {
    expect(ofTunnel({ port: 0, bind: 'x', stop: { grace: '1 s' }, foo: 1 })).toHaveLength(4)
  })

  test('an unknown key comes with the keys there are', () => {
    validators.tcp({ port: 1, tcp: { to: 'a:1', tout: 1 } })
    expect(validators.tcp.errors).toMatchObject([
      { keyword: 'only', params: { key: 'tout', known: ['to', 'forward', 'max_connections', 'idle_timeout'] } },
    ])
  })

  test('blocks of other drivers are left to whoever counts the drivers', () => {
    expect(ofTunnel({ ssh: { nonsense: 1 } })).toEqual([])
  })
})

describe('patterns agree with who reads the values', () => {
  const refused = (keys: object): boolean => ofTunnel(keys).length > 0

  test('an address is what the system takes for one', () => {
    const candidate = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4().map((address) => `${address}.1`),
      fc.stringMatching(/^[0-9a-f:.]{0,20}$/),
      fc.array(fc.stringMatching(/^[0-9a-f]{0,4}$/), { minLength: 2, maxLength: 9 }).map((groups) => groups.join(':')),
    )
    fc.assert(
      fc.property(candidate, (bind) => {
        // IPv4 written inside IPv6 (::ffff:1.2.3.4) means the IPv4 address, and a socket would be listed as something else.
        fc.pre(!(bind.includes(':') && bind.includes('.')))
        expect(refused({ bind })).toBe(isIP(bind) === 0)
      }),
      { numRuns: 1000 },
    )
  })

  test('a duration is what the clock can read', () => {
    const part = fc.tuple(
      fc.constantFrom('0', '1', '90', '1.5', '.5', '1e3'),
      fc.constantFrom('h', 'm', 's', 'ms', 'd', ''),
    )
    const text = fc
      .array(
        part.map((pair) => pair.join('')),
        { maxLength: 4 },
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (grace) => {
        expect(refused({ stop: { grace } })).toBe(parseDuration(grace) === null)
      }),
    )
  })

  test('a size is what the log can read', () => {
    const text = fc
      .tuple(
        fc.constantFrom('0', '1', '1.5', '-1', ''),
        fc.constantFrom('', ' '),
        fc.constantFrom('', 'b', 'B', 'k', 'KB', 'mb', 'Gb', 'T', 'KiB'),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (size) => {
        expect(refused({ logs: { max_size: size } })).toBe(parseSize(size) === null)
      }),
    )
  })
})
