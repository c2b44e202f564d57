/** One project in a PID namespace of its own: everything that runs there is p2p's, so the observer asks /proc alone. */
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '../../../src/cli/run.ts'
import { input } from '../../support/context.ts'

export const secret = 'tr0ub4dor-and-3'

export interface Ran {
  status: number | null
  stdout: string
  stderr: string
}

/** What runs, by what it is: PIDs. */
type Seen = Record<'one' | 'two' | 'launcher' | 'supervisor' | 'other', number[]>

/** Perl begins in a tenth of Node's time. */
const listener = (port: number): string =>
  `use Socket; socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1); bind(S, sockaddr_in(${port}, INADDR_LOOPBACK)) or die; listen(S, 5); sleep 1000`

export class Lab {
  readonly home = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-syscalls-')))
  readonly env: Record<string, string>
  readonly #main: string

  constructor(main: string, port: number) {
    this.#main = main
    for (const name of ['home', 'project', 'run']) mkdirSync(join(this.home, name), { mode: 0o700 })
    this.env = {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: join(this.home, 'home'),
      P2P_STATE_DIR: join(this.home, 'state'),
      P2P_RUNTIME_DIR: join(this.home, 'run'),
    }
    writeFileSync(join(this.home, 'project/token'), secret, { mode: 0o600 })
    writeFileSync(
      join(this.home, 'project/p2p.yaml'),
      `tunnels:
  one:
    command: [sh, -c, 'echo ready; exec sleep 1000']
    ready: { log: ready }
    environment: { TOKEN: { file: ./token } }
  two:
    port: ${port}
    command: [perl, -e, '${listener(port)}']
`,
    )
  }

  /** The same code in this process: what only prepares or looks need not wait for Node's start. */
  async quick(...args: string[]): Promise<Ran> {
    const written = { stdout: '', stderr: '' }
    const streamTo = (name: 'stdout' | 'stderr') => ({
      write: (text: string) => void (written[name] += text),
      isTTY: false,
      columns: null,
    })
    const status = await run({
      argv: args,
      cwd: () => join(this.home, 'project'),
      env: this.env,
      stdin: input(),
      stdout: streamTo('stdout'),
      stderr: streamTo('stderr'),
      now: Date.now,
      interrupted: new AbortController().signal,
      masks: [],
    })
    return { status, ...written }
  }

  /** p2p under strace. The output goes to files, as writes to those can fail. */
  traced(options: readonly string[], ...args: string[]): Ran & { trace: string } {
    const file = join(this.home, 'trace')
    const ran = this.execute(['strace', '-qq', '-y', '-o', file, ...options, process.execPath, this.#main, ...args])
    return { ...ran, trace: read(file) }
  }

  execute(command: readonly string[]): Ran {
    const names = ['stdout', 'stderr'].map((name) => join(this.home, name))
    const files = names.map((name) => openSync(name, 'w'))
    const [program = '', ...args] = command
    const { status } = spawnSync(program, args, {
      cwd: join(this.home, 'project'),
      env: this.env,
      stdio: ['ignore', ...files],
      // Only what hangs takes that long.
      timeout: 90_000,
      killSignal: 'SIGKILL',
    })
    for (const file of files) closeSync(file)
    const [stdout = '', stderr = ''] = names.map(read)
    return { status, stdout, stderr }
  }

  /** Asks the kernel, and no code of p2p. */
  look(): Seen {
    const seen: Seen = { one: [], two: [], launcher: [], supervisor: [], other: [] }
    for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const [pid, words] = [Number(name), read(`/proc/${name}/cmdline`)]
      // Zombies and threads of the kernel have no words.
      if (words === '' || pid === 1 || pid === process.pid) continue
      // The words of a launcher include those of its program.
      const what = words.startsWith('/bin/sh\0')
        ? 'launcher'
        : words.startsWith('sleep\0')
          ? 'one'
          : words.startsWith('perl\0')
            ? 'two'
            : words.includes('/children/supervise.js\0')
              ? 'supervisor'
              : 'other'
      seen[what].push(pid)
    }
    return seen
  }

  /** Files between open and rename. */
  leftovers(): string[] {
    return readdirSync(this.home, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tmp'))
  }

  /** As if p2p had never run here. */
  forget(): void {
    for (const name of ['state', 'run/p2p']) rmSync(join(this.home, name), { recursive: true, force: true })
  }

  async end(): Promise<void> {
    await this.quick('down')
    rmSync(this.home, { recursive: true, force: true })
  }
}

export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
