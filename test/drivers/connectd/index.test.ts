import { describe, expect, test } from 'vitest'
import { kindOf, readProvisioning } from '../../../src/connectd/provisioning.ts'
import { connectd } from '../../../src/drivers/connectd/index.ts'
import { account, accounts, basics, problemLines, readable, secretRef, secretsIn } from '../support.ts'

const uid = '80:00:00:00:01:00:0a:c2'

function provisioning(...args: Parameters<typeof connectd.compile>): string {
  const [file] = connectd.compile(...args).launch.files
  return readable(file?.content ?? '')
}

describe('what is launched', () => {
  test('is connectd with its status lines and a private file, nothing secret on the command line', () => {
    const { launch, endpoints, target } = connectd.compile({ uid }, basics())
    expect(launch).toMatchObject({
      program: 'connectd',
      args: ['-s', '-f', { file: 'connectd.conf' }],
      env: {},
      cwd: '/home/me/lab',
    })
    expect(launch.files.map((file) => file.name)).toEqual(['connectd.conf'])
    expect(endpoints).toEqual([{ host: '127.0.0.1', port: 33001 }])
    expect(target).toBe('80:00:00:00:01:00:0A:C2')
  })

  test('gets another service address by -y', () => {
    expect(connectd.compile({ uid, server: '198.51.100.7:5959' }, basics()).launch.args).toEqual([
      ...['-s', '-y', '198.51.100.7:5959', '-f'],
      { file: 'connectd.conf' },
    ])
  })

  test.each([
    { program: undefined, variable: null, runs: 'connectd' },
    { program: undefined, variable: '/opt/connectd', runs: '/opt/connectd' },
    { program: undefined, variable: 'connectd-sim', runs: { entry: 'connectd-sim' } },
    { program: 'connectd-sim', variable: '/opt/connectd', runs: { entry: 'connectd-sim' } },
    { program: 'connectd', variable: 'connectd-sim', runs: 'connectd' },
    { program: './bin/connectd', variable: null, runs: '/home/me/lab/bin/connectd' },
    { program: '/usr/bin/connectd', variable: null, runs: '/usr/bin/connectd' },
  ])('program: $program and P2P_CONNECTD: $variable run $runs', ({ program, variable, runs }) => {
    const options = program === undefined ? { uid } : { uid, program }
    const { launch } = connectd.compile(options, basics({ connectdProgram: variable }))
    expect(launch.program).toEqual(runs)
  })

  test('says some lines only because p2p asked for its status lines', () => {
    const noise = new RegExp(connectd.compile({ uid }, basics()).noise ?? '')
    for (const line of ['!!status 3 seconds since startup lc=2', '!!throughput txBps=0 rxBps=0 pl=100000'])
      expect(line).toMatch(noise)
    for (const line of ['!!status session tx bytes 12', '!!status dup-in pkts 0']) expect(line).toMatch(noise)
    for (const line of [
      '!!status - bound to UDP port 33000',
      '!!exit [020] : x',
      '!!connected local=0',
      'Proxy started.',
    ])
      expect(line).not.toMatch(noise)
  })

  test('counts as open when connectd says so and listens itself, within 90 s, and may take 12 s to stop', () => {
    const { ready, stop } = connectd.compile({ uid }, basics())
    expect(ready).toMatchObject({
      conditions: [{ kind: 'log', pattern: '^Proxy started\\.' }, { kind: 'listen' }],
      timeoutMs: 90_000,
    })
    expect(stop).toEqual({ signal: 'TERM', graceMs: 12_000 })
  })
})

describe('the provisioning file', () => {
  test('says everything that connectd would otherwise guess', () => {
    expect(provisioning({ uid }, basics())).toBe(
      [
        '# p2p tunnel web',
        'autoconnect 1',
        'user_id you@example.com',
        'auth_pass <password of account default>',
        'proxy_local_port 33001',
        'proxy_bind_address 127.0.0.1',
        'remote_address 80:00:00:00:01:00:0A:C2',
        'encryption 2',
        'max_depth 12',
        '# end',
        '',
      ].join('\n'),
    )
  })

  test.each([
    { options: { encryption: 'none' }, line: 'encryption 0' },
    { options: { encryption: 'rc4' }, line: 'encryption 1' },
    { options: { encryption: 'xxtea' }, line: 'encryption 2' },
    { options: { max_depth: 20 }, line: 'max_depth 20' },
  ] as const)('$options becomes "$line"', ({ options, line }) => {
    expect(provisioning({ uid, ...options }, basics()).split('\n')).toContain(line)
  })

  test('never holds a name where connectd needs a dotted quad', () => {
    const tunnel = basics({ endpoint: { host: 'localhost', port: 1234 } })
    expect(provisioning({ uid }, tunnel)).toContain('proxy_bind_address 127.0.0.1\n')
    expect(connectd.compile({ uid }, tunnel).endpoints).toEqual([{ host: '127.0.0.1', port: 1234 }])
  })

  test.each([
    { kind: 'password', index: undefined, lines: ['auth_pass <it>'] },
    { kind: 'auth-hash', index: undefined, lines: ['auth_hash <it>'] },
    { kind: 'token', index: 3, lines: ['auth_index 3', 'auth_token <it>'] },
  ] as const)('logs in with a $kind', ({ kind, index = 0, lines }) => {
    const ref = secretRef('it')
    const secret = kind === 'token' ? { kind, index, ref } : { kind, ref }
    const text = provisioning({ uid, account: 'lab' }, basics({ accounts: accounts(account({ name: 'lab', secret })) }))
    expect(text.split('\n').filter((line) => line.startsWith('auth'))).toEqual(lines)
  })

  test('names the user as what p2p must not repeat, unless it is a plain word', () => {
    const hiddenOf = (user: string): unknown =>
      connectd.compile({ uid }, basics({ accounts: accounts(account({ user })) })).launch.files[0]?.hidden
    expect(hiddenOf('you@example.com')).toEqual({ 'user of account default': 'you@example.com' })
    expect(hiddenOf('pi')).toBeUndefined()
  })

  test('is read by connectd as it was meant, line by line', () => {
    const text = provisioning({ uid, encryption: 'rc4', max_depth: 25 }, basics()).replace(/<.*>/, 'secret')
    const read = readProvisioning(Buffer.from(text))
    expect(kindOf(read)).toBe('initiator')
    expect(read.fatal).toBeNull()
    expect(read.lines.filter((line) => line.is === 'ignored')).toEqual([])
    expect(Object.fromEntries([...read.settings].map(([key, { value, rest }]) => [key, value + rest]))).toEqual({
      autoconnect: '1',
      user_id: 'you@example.com',
      auth_pass: 'secret',
      proxy_local_port: '33001',
      proxy_bind_address: '127.0.0.1',
      remote_address: '80:00:00:00:01:00:0A:C2',
      encryption: '1',
      max_depth: '25',
    })
  })

  test.each([
    { kind: 'password', good: ['x'.repeat(31), 'pä$s#w"rd'], bad: ['two words', 'tab\there', 'line\n', ''], max: 31 },
    {
      kind: 'auth-hash',
      good: ['0123456789abcdefABCD'.repeat(2)],
      bad: ['0'.repeat(39), 'g'.repeat(40)],
      max: undefined,
    },
    { kind: 'token', good: ['a.b-c_d'], bad: ['two words', ''], max: 1000 },
  ] as const)('asks of a $kind what connectd can read', ({ kind, good, bad, max }) => {
    const ref = secretRef('it')
    const secret = kind === 'token' ? { kind, index: 0, ref } : { kind, ref }
    const { launch } = connectd.compile({ uid }, basics({ accounts: accounts(account({ secret })) }))
    const [found] = secretsIn(launch.files[0]?.content ?? '')
    expect(found?.source).toEqual(ref.source)
    expect(found?.limits.maxLength).toBe(max)
    const pattern = new RegExp(found?.limits.pattern ?? '')
    for (const value of good) expect(value).toMatch(pattern)
    for (const value of bad) expect(value).not.toMatch(pattern)
    if (kind === 'password') expect(found?.hint).toContain('auth_hash')
  })
})

describe('mistakes found before connectd would misread them', () => {
  test.each<{ name: string; args: Parameters<typeof connectd.compile>; problems: string[] }>([
    { name: 'none', args: [{ uid }, basics()], problems: [] },
    {
      name: 'no port',
      args: [{ uid }, basics({ endpoint: null })],
      problems: ['error port is required: the tunnel listens on it'],
    },
    {
      name: 'IPv6',
      args: [{ uid }, basics({ endpoint: { host: '::1', port: 1 } })],
      problems: ['error bind must be an IPv4 address: with any other connectd listens on every interface'],
    },
    {
      name: 'a UID of zeros',
      args: [{ uid: '00:00:00:00:00:00:00:00' }, basics()],
      problems: ['error connectd.uid must be the UID of a service, not zeros'],
    },
    {
      name: 'no default account',
      args: [{ uid }, basics({ accounts: accounts() })],
      problems: ['error connectd needs an account called "default", or account: NAME'],
    },
    {
      name: 'an unknown account',
      args: [{ uid, account: 'work' }, basics()],
      problems: ['error connectd.account is an unknown account: "work"'],
    },
    {
      name: 'a user that would begin another key',
      args: [{ uid }, basics({ accounts: accounts(account({ user: 'me\nenabled 0' })) })],
      problems: [
        'error connectd uses account "default", whose user contains a space: connectd would stop reading there',
      ],
    },
    {
      name: 'a user that connectd would cut',
      args: [{ uid, account: 'default' }, basics({ accounts: accounts(account({ user: 'ü'.repeat(63) })) })],
      problems: [`error connectd.account uses account "default", whose user is longer than connectd's 124 bytes`],
    },
    {
      name: 'no encryption',
      args: [{ uid, encryption: 'none' }, basics()],
      problems: ['warning connectd.encryption turns encryption off: traffic can be read on its way'],
    },
    {
      name: 'broken encryption',
      args: [{ uid, encryption: 'rc4' }, basics()],
      problems: ['warning connectd.encryption uses rc4, which is broken'],
    },
    {
      name: 'a depth below the good range',
      args: [{ uid, max_depth: 9 }, basics()],
      problems: ['warning connectd.max_depth is 9: connectd works well from 10 to 25'],
    },
    {
      name: 'a server port beyond 65535',
      args: [{ uid, server: 'fe1.example.net:70000' }, basics()],
      problems: ['error connectd.server must be host:port with a port from 1 to 65535'],
    },
    {
      name: 'a program that is an option',
      args: [{ uid, program: '-x' }, basics()],
      problems: ['error connectd.program must not start with -: it would be read as an option'],
    },
    {
      name: 'a program under ~',
      args: [{ uid, program: '~/connectd' }, basics()],
      problems: ['error connectd.program must not start with ~: no shell expands it'],
    },
  ])('$name', ({ args, problems }) => {
    expect(problemLines(connectd.compile(...args))).toEqual(problems)
  })

  test('the hint names the accounts that there are', () => {
    const [problem] = connectd.compile({ uid, account: 'wrok' }, basics()).problems
    expect(problem?.hint).toBe('known accounts: default')
  })
})
