import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Sshd, sshdMissing } from '../ssh/sshd.ts'
import { freePort } from '../support/ports.ts'
import { Rig, read } from '../support/rig.ts'

interface Cause {
  config?: string
  /** Keys of the ssh block. */
  ssh: string
  code: string
  heals: boolean
  reason: RegExp
  hint: RegExp
}

describe.skipIf(sshdMissing !== null)('with a real sshd', () => {
  /** Lets in by key and forwards; by key and password; forwards nothing. */
  let open: Sshd, strict: Sshd, closed: Sshd
  beforeAll(async () => {
    open = await Sshd.start()
    strict = await Sshd.start('PasswordAuthentication yes', 'AuthenticationMethods publickey,password')
    closed = await Sshd.start('AllowTcpForwarding no')
  })
  afterAll(() => Promise.all([open, strict, closed].map((sshd) => sshd.end())))

  test('what went wrong at a jump host or in a ProxyCommand is told, and tried again only if that can help', async () => {
    const rig = new Rig()
    const other = open.newKey('other')
    const wrongHosts = open.write('wrong_hosts', `[127.0.0.1]:${open.port} ${read(`${other}.pub`)}`)
    const changed = open.clientConfig('changed', { settings: [`UserKnownHostsFile ${wrongHosts}`] })
    const unknown = open.clientConfig('unknown', { settings: ['UserKnownHostsFile /dev/null'] })
    const refused = open.clientConfig('refused', { key: other })
    const nobody = await freePort()
    const far = `ssh://127.0.0.1:${nobody}`
    const proxy = (command: string): string => `to: bench, options: { ProxyCommand: '${command}' }`
    const causes: Record<string, Cause> = {
      key: {
        config: refused,
        ssh: `to: ${far}, jump: bench`,
        code: 'ssh.auth',
        heals: false,
        reason: /^the jump host \S+@127\.0\.0\.1 accepted none of your keys$/,
        hint: /ssh\.identity and ssh\.options only at the far host/,
      },
      'second-factor': {
        config: strict.config,
        ssh: `to: ${far}, jump: bench`,
        code: 'ssh.needs-password',
        heals: false,
        reason: /^the jump host \S+ asks for a password or a second factor \(password\)$/,
        hint: /^a tunnel cannot enter one/,
      },
      forbidden: {
        config: closed.config,
        ssh: `to: ${far}, jump: bench`,
        code: 'ssh.jump-forbids',
        heals: false,
        reason: /administratively prohibited/,
        hint: /AllowTcpForwarding/,
      },
      'far-refused': {
        ssh: `to: ${far}, jump: bench`,
        code: 'ssh.refused',
        heals: true,
        reason: /on the far host, seen from the jump host/,
        hint: /that sshd runs there/,
      },
      'far-unknown': {
        ssh: 'to: nowhere.invalid, jump: bench',
        code: 'ssh.name-unknown',
        heals: true,
        reason: /^the jump host cannot resolve the name of the far host/,
        hint: /ssh\.to/,
      },
      'jump-unknown': {
        ssh: `to: ${far}, jump: jump.invalid`,
        code: 'ssh.name-unknown',
        heals: true,
        reason: /^cannot resolve jump\.invalid/,
        hint: /ssh\.jump/,
      },
      'changed-key': {
        config: changed,
        ssh: `to: ${far}, jump: bench`,
        code: 'ssh.host-key-changed',
        heals: false,
        reason: new RegExp(`^the host key of \\[127\\.0\\.0\\.1\\]:${open.port} has changed$`),
        hint: new RegExp(`ssh-keygen -f "${wrongHosts}" -R "\\[127\\.0\\.0\\.1\\]:${open.port}"`),
      },
      'unknown-key': {
        config: unknown,
        ssh: `to: ${far}, jump: bench`,
        code: 'ssh.host-key-unknown',
        heals: false,
        reason: /of the jump host/,
        hint: /log in once/,
      },
      'not-installed': {
        ssh: proxy('nosuchproxy %h %p'),
        code: 'ssh.proxy-missing',
        heals: false,
        reason: /nosuchproxy/,
        hint: /^install the program/,
      },
      fails: {
        ssh: proxy('sh -c "echo token expired >&2; exit 3"'),
        code: 'ssh.proxy',
        heals: true,
        reason: /its last words: token expired$/,
        hint: /^try manually: ssh /,
      },
      silent: {
        ssh: proxy('false'),
        code: 'ssh.handshake',
        heals: true,
        reason: /^the connection through its jump host or ProxyCommand was closed before the login$/,
        hint: /^try manually: ssh /,
      },
    }
    const tunnels = Object.entries(causes).map(async ([name, { config = open.config, ssh }]) => {
      return `  ${name}: { port: ${await freePort()}, ssh: { config: ${config}, ${ssh}, forward: 127.0.0.1:1 } }\n`
    })
    rig.write(`tunnels:\n${(await Promise.all(tunnels)).join('')}`)
    const up = await rig.p2p('up', '--progress', 'json')
    const events = up.stderr.split('\n').filter((line) => line.startsWith('{'))
    const failed = new Map(
      events
        .map((line) => JSON.parse(line) as Failed)
        .flatMap(({ type, name, problem }) => (type === 'failed' ? [[name, problem]] : [])),
    )
    for (const [name, { code, heals, reason, hint }] of Object.entries(causes)) {
      expect(failed.get(name), name).toMatchObject({ code, heals })
      expect(failed.get(name)?.reason, name).toMatch(reason)
      expect(failed.get(name)?.hint, name).toMatch(hint)
    }
    for (const [name, { heals }] of Object.entries(causes)) {
      if (heals) await rig.lineThat(name, 'is tried again', ({ restarts }) => Number(restarts) > 0)
      else expect(await rig.line(name)).toMatchObject({ state: 'failed', restarts: 0, nextRetryAt: null })
    }
  })
})

interface Failed {
  type: string
  name: string
  problem?: { code: string; heals: boolean; reason: string; hint: string }
}
