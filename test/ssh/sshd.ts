/** A real sshd of the tests' own: random loopback port, own keys and configuration, run in the foreground as this user. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/ports.ts'
import { isAlive, pidOf, read, until } from '../support/rig.ts'

const program = '/usr/sbin/sshd'
const me = userInfo()

/** Why these tests can't run on this machine; null: they can. */
export const sshdMissing = whyMissing()

function whyMissing(): string | null {
  if (process.platform !== 'linux') return 'they read /proc'
  if (!existsSync(program)) return `there is no ${program} (Debian: openssh-server)`
  if (spawnSync('ssh', ['-V']).status !== 0) return 'there is no ssh'
  return null
}

export class Sshd {
  readonly folder: string
  readonly port: number
  /** An ssh_config for clients that let nothing of the user's in: the host `bench` is this sshd. */
  readonly config: string
  /** The private key that it lets in. */
  readonly key: string
  #child: ChildProcess | null = null
  #output = ''

  private constructor(port: number, settings: readonly string[]) {
    this.folder = mkdtempSync(join(tmpdir(), 'p2p-sshd-'))
    this.port = port
    this.key = this.newKey('client_key')
    this.newKey('host_key')
    this.letIn(this.key)
    this.#knowHost()
    this.write(
      'sshd_config',
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${this.folder}/host_key`,
        `AuthorizedKeysFile ${this.folder}/authorized_keys`,
        'PidFile none',
        // Folders below /tmp are writable by others, which is nobody's business here.
        'StrictModes no',
        'UsePAM no',
        'PermitRootLogin yes',
        'LogLevel VERBOSE',
        // By default some of more than ten logins at once are turned away at random.
        'MaxStartups 1000',
        ...settings,
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
      ].join('\n'),
    )
    this.config = this.clientConfig('ssh_config')
  }

  /** `settings`: further lines of sshd_config; for each key the first one counts. */
  static async start(...settings: string[]): Promise<Sshd> {
    // Without this folder sshd refuses to run as root; at boot systemd makes it (RuntimeDirectory=sshd).
    if (me.uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    const sshd = new Sshd(await freePort(), settings)
    await sshd.start()
    return sshd
  }

  /** Begins to listen, again after `kill`. */
  async start(): Promise<void> {
    this.#output = ''
    const child = spawn(program, ['-D', '-e', '-f', join(this.folder, 'sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    this.#child = child
    await until('sshd listens', () => {
      if (child.exitCode !== null) throw new Error(`sshd ended: ${this.#output}`)
      return this.#output.includes('Server listening')
    })
  }

  /** The whole server dies at once, with every session. */
  async kill(): Promise<void> {
    const pids = this.pids()
    for (const pid of pids) signal(pid, 'SIGKILL')
    await until('sshd is gone', () => !pids.some(isAlive))
    this.#child = null
  }

  /** Every session ends; the server goes on. */
  killSessions(): void {
    for (const pid of this.pids().slice(1)) signal(pid, 'SIGKILL')
  }

  /** The far host stands still: it takes connections (its kernel does) and says nothing. */
  freeze(): void {
    for (const pid of this.pids()) signal(pid, 'SIGSTOP')
  }

  thaw(): void {
    for (const pid of this.pids()) signal(pid, 'SIGCONT')
  }

  async end(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** The listener first, then the processes of all sessions. */
  pids(): number[] {
    const listener = this.#child?.pid
    return listener === undefined ? [] : descendants(listener)
  }

  /** What it said since its start. */
  get output(): string {
    return this.#output
  }

  /** A new key pair in its folder; the path of the private one. */
  newKey(name: string, passphrase = ''): string {
    const path = join(this.folder, name)
    rmSync(path, { force: true })
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', path])
    return path
  }

  /** `key`: path of the private one. */
  letIn(key: string): void {
    this.write('authorized_keys', read(join(this.folder, 'authorized_keys')) + read(`${key}.pub`))
  }

  /**
   * A configuration for clients. Its further settings come first: for each keyword the first value counts. `key`: the
   * one to offer, if any.
   */
  clientConfig(
    file: string,
    { settings = [], key = this.key }: { settings?: string[]; key?: string | null } = {},
  ): string {
    const keys = key === null ? [] : [`  IdentityFile ${key}`]
    return this.write(file, [...settings, ...clientLines(this), ...keys].join('\n'))
  }

  write(file: string, text: string): string {
    const path = join(this.folder, file)
    writeFileSync(path, `${text.trimEnd()}\n`, { mode: 0o600 })
    return path
  }

  #knowHost(): void {
    this.write('known_hosts', `[127.0.0.1]:${this.port} ${readFileSync(join(this.folder, 'host_key.pub'), 'utf8')}`)
  }
}

function clientLines({ folder, port }: Sshd): string[] {
  return [
    'Host bench',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    'Host *',
    `  User ${me.username}`,
    `  UserKnownHostsFile ${folder}/known_hosts`,
    '  GlobalKnownHostsFile none',
    '  IdentityAgent none',
    '  IdentitiesOnly yes',
  ]
}

/** Only what this test has started, and never anything but a proper PID. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pidOf(pid), name)
  } catch (error) {
    // A session that ended by itself in this moment.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = read(`/proc/${name}/stat`)
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const found = new Set([root])
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.add(child)
  return [...found]
}
