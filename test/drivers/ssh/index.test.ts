import { describe, expect, test } from 'vitest'
import type { SshOptions } from '../../../src/core/generated/schema.ts'
import { ssh } from '../../../src/drivers/ssh/index.ts'
import { basics, problemLines } from '../support.ts'

const portless = basics({ endpoint: null })

/** The arguments behind the settings that every ssh tunnel has. */
function ownArgs(options: SshOptions, tunnel = basics()): unknown[] {
  const { args } = ssh.compile(options, tunnel).launch
  const last = args.lastIndexOf('LogLevel=VERBOSE')
  return args.slice(last + 1)
}

function settings(options: SshOptions, tunnel = basics()): unknown[] {
  const { args } = ssh.compile(options, tunnel).launch
  return args.filter((_arg, index) => args[index - 1] === '-o')
}

describe('what is launched', () => {
  test('is ssh in the foreground, without questions, without a shared connection', () => {
    const { launch, endpoints, target, ready, stop } = ssh.compile(
      { to: 'deploy@bastion', forward: 'db:5432' },
      basics(),
    )
    expect(launch).toEqual({
      program: 'ssh',
      args: [
        ...['-N', '-T'],
        ...['-o', 'BatchMode=yes'],
        ...['-o', 'ExitOnForwardFailure=yes'],
        ...['-o', 'ControlMaster=no'],
        ...['-o', 'ControlPath=none'],
        ...['-o', 'ConnectTimeout=20'],
        ...['-o', 'ServerAliveInterval=15'],
        ...['-o', 'ServerAliveCountMax=3'],
        ...['-o', 'LogLevel=VERBOSE'],
        ...['-L', '127.0.0.1:33001:db:5432'],
        'deploy@bastion',
      ],
      env: { SSH_ASKPASS_REQUIRE: 'never' },
      files: [],
      sockets: { SSH_AUTH_SOCK: 'ssh-agent' },
      cwd: '/home/me/lab',
    })
    expect(endpoints).toEqual([{ host: '127.0.0.1', port: 33001 }])
    expect(target).toBe('db:5432')
    expect(ready).toEqual({ conditions: [{ kind: 'listen' }], timeoutMs: 30_000 })
    expect(stop).toEqual({ signal: 'TERM', graceMs: 10_000 })
  })

  test.each<{ options: Omit<SshOptions, 'to'>; args: string[] }>([
    { options: { forward: 'db.internal:5432' }, args: ['-L', '127.0.0.1:33001:db.internal:5432'] },
    { options: { forward: '[fd00::5]:5432' }, args: ['-L', '127.0.0.1:33001:[fd00::5]:5432'] },
    { options: { forward: '/var/run/docker.sock' }, args: ['-L', '127.0.0.1:33001:/var/run/docker.sock'] },
    { options: { forward: '{host:db}:{port:db}' }, args: ['-L', '127.0.0.1:33001:127.0.0.1:5432'] },
    { options: { dynamic: true }, args: ['-D', '127.0.0.1:33001'] },
    {
      options: { dynamic: true, reverse: { from: 9000, to: 'a:1' } },
      args: ['-D', '127.0.0.1:33001', '-R', '9000:a:1'],
    },
    {
      options: { dynamic: true, forward: [{ port: 1, to: 'a:2' }] },
      args: ['-L', '127.0.0.1:1:a:2', '-D', '127.0.0.1:33001'],
    },
  ])('$options gives $args', ({ options, args }) => {
    const compiled = ssh.compile({ to: 'h', ...options }, basics())
    expect(ownArgs({ to: 'h', ...options })).toEqual([...args, 'h'])
    expect(problemLines(compiled)).toEqual([])
  })

  test('an IPv6 listener is in brackets', () => {
    const tunnel = basics({ endpoint: { host: '::1', port: 80 } })
    expect(ownArgs({ to: 'h', forward: 'a:1' }, tunnel)).toEqual(['-L', '[::1]:80:a:1', 'h'])
    expect(ownArgs({ to: 'h', dynamic: true }, tunnel)).toEqual(['-D', '[::1]:80', 'h'])
  })

  test('several forwards share one connection, each with its own address', () => {
    const options: SshOptions = {
      to: 'h',
      forward: [
        { port: 1, to: 'a:2' },
        { port: 3, bind: 'localhost', to: '/s' },
        { port: 4, bind: '::1', to: 'b:5' },
      ],
    }
    const tunnel = basics({ endpoint: null, bind: '127.0.0.2' })
    const { endpoints, target, ready } = ssh.compile(options, tunnel)
    expect(ownArgs(options, tunnel)).toEqual([
      ...['-L', '127.0.0.2:1:a:2'],
      ...['-L', '127.0.0.1:3:/s'],
      ...['-L', '[::1]:4:b:5'],
      'h',
    ])
    expect(endpoints).toEqual([
      { host: '127.0.0.2', port: 1 },
      { host: '127.0.0.1', port: 3 },
      { host: '::1', port: 4 },
    ])
    expect(target).toBe('a:2 (+2)')
    expect(ready.conditions).toEqual([{ kind: 'listen' }])
  })

  test('jump hosts, keys and a configuration come before the host', () => {
    const options: SshOptions = {
      to: 'ssh://deploy@inner:2222',
      forward: 'db:1',
      jump: ['outer', 'admin@middle:22'],
      identity: ['~/.ssh/id_bench', 'keys/lab', '/etc/key'],
      config: './ssh_config',
    }
    expect(ownArgs(options)).toEqual([
      ...['-F', '/home/me/lab/ssh_config'],
      ...['-i', '~/.ssh/id_bench', '-i', '/home/me/lab/keys/lab', '-i', '/etc/key'],
      ...['-J', 'outer,admin@middle:22'],
      ...['-L', '127.0.0.1:33001:db:1'],
      'ssh://deploy@inner:2222',
    ])
    expect(ownArgs({ to: 'h', forward: 'db:1', jump: 'outer' }).slice(0, 2)).toEqual(['-J', 'outer'])
  })

  test("the user's options come after what p2p relies on and before what is merely advisable", () => {
    const options = {
      StrictHostKeyChecking: 'accept-new',
      Compression: true,
      ServerAliveInterval: 5,
      SendEnv: ['A', 'B'],
      IdentitiesOnly: false,
      HostKeyAlias: '{name}',
    }
    expect(settings({ to: 'h', forward: 'a:1', options })).toEqual([
      'BatchMode=yes',
      'ExitOnForwardFailure=yes',
      'ControlMaster=no',
      'ControlPath=none',
      'StrictHostKeyChecking=accept-new',
      'Compression=yes',
      'ServerAliveInterval=5',
      'SendEnv=A',
      'SendEnv=B',
      'IdentitiesOnly=no',
      'HostKeyAlias=web',
      'ConnectTimeout=20',
      'ServerAliveInterval=15',
      'ServerAliveCountMax=3',
      'LogLevel=VERBOSE',
    ])
  })
})

test.each<[options: Partial<SshOptions>, gate: string]>([
  [{ to: 'bastion' }, 'ssh bastion'],
  [{ to: 'me@Bastion' }, 'ssh bastion'],
  [{ to: 'ssh://me@bastion:2222' }, 'ssh bastion'],
  [{ to: 'inner', jump: 'admin@outer:22' }, 'ssh outer'],
  [{ to: 'inner', jump: ['outer', 'middle'] }, 'ssh outer'],
])('logins by way of %j pass the gate "%s", a few at once', (options, name) => {
  expect(ssh.compile({ to: 'h', dynamic: true, ...options }, basics()).gate).toEqual({ name, width: 8 })
})

test('the far end is shown in words', () => {
  const to = 'ssh://me@bastion:2222'
  expect(ssh.compile({ to, dynamic: true }, basics()).target).toBe('SOCKS through me@bastion:2222')
  expect(ssh.compile({ to, reverse: { from: 9000, to: 'a:1' } }, portless).target).toBe('9000 at me@bastion:2222')
})

describe('a remote forward', () => {
  // The lines are those of OpenSSH 9.2 at LogLevel DEBUG1.
  test.each([
    { from: '0.0.0.0:9000', to: '127.0.0.1:3000', args: '0.0.0.0:9000:127.0.0.1:3000', line: 'listen 0.0.0.0:9000' },
    { from: 9000, to: '127.0.0.1:3000', args: '9000:127.0.0.1:3000', line: 'listen 9000' },
    { from: '9000', to: 'localhost:3', args: '9000:localhost:3', line: 'listen 9000' },
    { from: '*:9003', to: '127.0.0.1:3000', args: '*:9003:127.0.0.1:3000', line: 'listen *:9003' },
    { from: '[::1]:9004', to: '/tmp/x', args: '[::1]:9004:/tmp/x', line: 'listen ::1:9004' },
    { from: '/run/a.sock', to: '127.0.0.1:3', args: '/run/a.sock:127.0.0.1:3', line: 'listen /run/a.sock:-2' },
  ])('from $from is open when ssh has confirmed it', ({ from, to, args, line }) => {
    const options: SshOptions = { to: 'bastion', reverse: { from, to } }
    const { ready, endpoints, problems } = ssh.compile(options, portless)
    expect(problems).toEqual([])
    expect(endpoints).toEqual([])
    expect(ownArgs(options, portless)).toEqual(['-R', args, 'bastion'])
    expect(settings(options, portless)).toContain('LogLevel=DEBUG1')
    const [condition, ...others] = ready.conditions
    expect(others).toEqual([])
    if (condition?.kind !== 'log') throw new Error('no log condition')
    const confirms = new RegExp(condition.pattern)
    expect(`debug1: remote forward success for: ${line}, connect x:1\r`).toMatch(confirms)
    expect(`debug1: remote forward failure for: ${line}, connect x:1\r`).not.toMatch(confirms)
    expect('debug1: remote forward success for: listen 0.0.0.0:19000, connect x:1').not.toMatch(confirms)
    expect('debug1: remote forward success for: listen 1.1.1.1:90, connect x:9000').not.toMatch(confirms)
  })

  test('each of several must be confirmed, beside the local ones', () => {
    const options: SshOptions = {
      to: 'h',
      forward: 'db:1',
      reverse: [
        { from: 9000, to: 'a:1' },
        { from: 9001, to: 'a:2' },
      ],
    }
    const { ready, target } = ssh.compile(options, basics())
    expect(ready.conditions.map(({ kind }) => kind)).toEqual(['listen', 'log', 'log'])
    expect(target).toBe('db:1 (+2)')
  })

  test('keeps a more talkative log level of the user, not a quieter one', () => {
    const reverse = { from: 1, to: 'a:1' }
    const loud = { to: 'h', reverse, options: { LogLevel: 'DEBUG2' } }
    expect(settings(loud, portless).filter((text) => String(text).startsWith('LogLevel'))[0]).toBe('LogLevel=DEBUG2')
    const quiet = { to: 'h', reverse, options: { loglevel: 'ERROR' } }
    expect(settings(quiet, portless).filter((text) => /loglevel/i.test(String(text)))[0]).toBe('LogLevel=DEBUG1')
    expect(problemLines(ssh.compile(quiet, portless))).toEqual([
      'warning ssh.options.loglevel is not used: ssh confirms remote forwards only at DEBUG1, which p2p sets',
    ])
    const silent = { to: 'h', forward: 'db:1', options: { LogLevel: 'QUIET' } }
    expect(problemLines(ssh.compile(silent, basics()))).toEqual([
      'warning ssh.options.LogLevel hides why ssh fails: p2p then tries a refused login again and again',
    ])
  })
})

describe('mistakes', () => {
  const optionLike = 'must not start with -: it would be read as an option'

  test.each<{ name: string; options: Partial<SshOptions>; problems: string[]; tunnel?: typeof portless }>([
    { name: 'an option as host', options: { to: '-oProxyCommand=x' }, problems: [`error ssh.to ${optionLike}`] },
    { name: 'an option behind a user', options: { to: 'me@-x' }, problems: [`error ssh.to ${optionLike}`] },
    { name: 'an option in a URL', options: { to: 'ssh://-x' }, problems: [`error ssh.to ${optionLike}`] },
    {
      name: 'a command line as host',
      options: { to: 'h -v' },
      problems: ['error ssh.to must be one host, without spaces'],
    },
    { name: 'an option as jump', options: { jump: '-x' }, problems: [`error ssh.jump ${optionLike}`] },
    {
      name: 'an option in a list of jumps',
      options: { jump: ['a', '-x'] },
      problems: [`error ssh.jump.1 ${optionLike}`],
    },
    {
      name: 'no port',
      options: {},
      tunnel: portless,
      problems: ['error port is required: the tunnel listens on it'],
    },
    {
      name: 'no port for a SOCKS proxy',
      options: { forward: [{ port: 1, to: 'a:1' }], dynamic: true },
      tunnel: portless,
      problems: ['error port is required: the tunnel listens on it'],
    },
    {
      name: 'a bad target',
      options: { forward: 'db.internal' },
      problems: ['error ssh.forward must be host:port or the absolute path of a socket'],
    },
    {
      name: 'a bad target in a list',
      options: { forward: [{ port: 1, to: './s' }] },
      tunnel: portless,
      problems: ['error ssh.forward.0.to must be host:port or the absolute path of a socket'],
    },
    {
      name: 'a path that ssh would cut at its colon',
      options: { forward: '/a:b' },
      problems: ['error ssh.forward must be host:port or the absolute path of a socket'],
    },
    {
      name: 'a bad remote forward',
      options: { reverse: [{ from: 'x', to: 'y' }] },
      problems: [
        'error ssh.reverse.0.from must be a port, address:port, or the absolute path of a socket',
        'error ssh.reverse.0.to must be host:port or the absolute path of a socket',
      ],
    },
    {
      name: 'a configuration under ~',
      options: { config: '~/.ssh/lab' },
      problems: ['error ssh.config must not start with ~: no shell expands it'],
    },
    {
      name: 'two that want the one port',
      options: { forward: 'a:1', dynamic: true },
      problems: ['error ssh.dynamic and forward both use the port of the tunnel'],
    },
    {
      name: 'options that would break the tunnel',
      options: { options: { ControlMaster: 'auto', forkafterauthentication: true, LocalForward: '1 a:1' } },
      problems: [
        'error ssh.options.ControlMaster cannot be set for a tunnel',
        'error ssh.options.forkafterauthentication cannot be set for a tunnel',
        'error ssh.options.LocalForward cannot be set for a tunnel',
      ],
    },
    {
      name: 'an option of two lines',
      options: { options: { User: 'a\nProxyCommand x' } },
      problems: ['error ssh.options.User must be one line, without control characters'],
    },
  ])('$name', ({ options, tunnel = basics(), problems }) => {
    const forward = 'reverse' in options ? {} : { forward: 'db:1' }
    const used = 'reverse' in options ? portless : tunnel
    expect(problemLines(ssh.compile({ to: 'h', ...forward, ...options }, used))).toEqual(problems)
  })

  test('a tunnel that forwards nothing is none', () => {
    expect(problemLines(ssh.compile({ to: 'h' }, portless))).toEqual([
      'error ssh needs forward, reverse or dynamic: true',
    ])
    expect(problemLines(ssh.compile({ to: 'h', dynamic: false }, portless))).toHaveLength(1)
  })

  test('the forwards of its host are those that ssh -G names', () => {
    const said = `gatewayports no
hostname 10.0.0.1
dynamicforward /tmp/here.sock
dynamicforward [127.0.0.3]:1080
localforward 15432 [db]:5432
localforward [*]:15433 [::1]:81
localforward /tmp/here.sock /tmp/far.sock
remoteforward 1080 [socks]:0
remoteforward [0.0.0.0]:9000 [localhost]:80`
    const asked: string[][] = []
    const ask = (argv: string[]): string => {
      asked.push(argv)
      return said
    }
    const compiled = ssh.compile({ to: 'bench', jump: 'j' }, { ...portless, ask })
    expect(asked).toEqual([['ssh', '-G', '-T', '-J', 'j', 'bench']])
    expect(compiled.endpoints).toEqual([
      { host: '127.0.0.1', port: 15432 },
      { host: '0.0.0.0', port: 15433 },
      { host: '127.0.0.3', port: 1080 },
    ])
    expect(compiled.launch.args.slice(-11)).toEqual([
      ...['-L', '15432:db:5432', '-L', '[*]:15433:[::1]:81', '-D', '[127.0.0.3]:1080'],
      ...['-R', '1080', '-R', '0.0.0.0:9000:localhost:80', 'bench'],
    ])
    expect(compiled).toMatchObject({ target: 'db:5432 (+4)', problems: [] })
    expect(compiled.asked).not.toContain('hostname')
    expect(ssh.compile({ to: 'bench' }, { ...portless, ask: () => null })).toMatchObject({
      endpoints: [],
      target: 'forwards of bench (from ssh config)',
      problems: [],
    })
    expect(problemLines(ssh.compile({ to: 'bench' }, { ...portless, ask: () => 'hostname b' }))).toEqual([
      'error ssh forwards nothing, and host bench has no forward in your ssh config',
    ])
    asked.length = 0
    expect(problemLines(ssh.compile({ to: '-Fx' }, { ...portless, ask }))).toContain(
      'error ssh.to must not start with -: it would be read as an option',
    )
    expect(asked).toEqual([])
  })

  test('what the jump host does not get is said', () => {
    const options = { identity: '~/.ssh/lab', options: { IdentitiesOnly: true, Compression: true } }
    expect(problemLines(ssh.compile({ to: 'h', jump: 'j', forward: 'a:1', ...options }, basics()))).toEqual([
      'warning ssh.identity is not used at the jump host: ssh gives it to the far host alone',
      'warning ssh.options.IdentitiesOnly is not used at the jump host: ssh gives it to the far host alone',
    ])
    expect(problemLines(ssh.compile({ to: 'h', forward: 'a:1', ...options }, basics()))).toEqual([])
  })

  test('a port that nothing listens on is said to be of no use', () => {
    expect(problemLines(ssh.compile({ to: 'h', reverse: { from: 1, to: 'a:1' } }, basics()))).toEqual([
      'warning port is not used: with reverse alone the tunnel does not listen on this machine',
    ])
    expect(problemLines(ssh.compile({ to: 'h', forward: [{ port: 1, to: 'a:1' }] }, basics()))).toEqual([
      'warning port is not used: each entry of ssh.forward has its own',
    ])
  })
})
