/** Times whole commands from outside, one after another in turn with what they are compared with. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One line of the table. */
export interface Row {
  what: string
  value: number
  unit: 'ms' | 'MB' | 'GB/s'
  /** What it is compared with; null: nothing. */
  beside: string | null
  base: number | null
}

/** argv, environment and folder of a whole command. */
export interface Command {
  argv: readonly string[]
  env: NodeJS.ProcessEnv
  cwd: string
}

export interface BenchProject {
  folder: string
  env: NodeJS.ProcessEnv
  command: (...args: string[]) => Command
  /** Runs p2p and returns its output. @throws where it fails. */
  p2p: (...args: string[]) => string
  /** Changes p2p.yaml, so that it must be read anew. */
  edit: () => void
  /** Milliseconds that a hand-written script takes for the same; its listeners are gone afterwards. */
  byHand: () => number
}

export type Bench = ReturnType<typeof openBench>

const here = dirname(fileURLToPath(import.meta.url))
/** The bundle of this program lies elsewhere than its source. */
const root = resolve(process.env['npm_config_local_prefix'] ?? here)
const main = join(root, 'dist/main.js')
const sources = join(root, 'test/bench')
export const firstPort = 20_000

/** `rounds`: how often each command is run. @throws where there is no C compiler. */
export function openBench(rounds: number) {
  const scratch = mkdtempSync(join(tmpdir(), 'p2p-bench-'))
  const listener = join(scratch, 'listener')
  try {
    execFileSync('cc', ['-O2', '-static', '-o', listener, join(sources, 'listener.c')], { stdio: 'inherit' })
  } catch {
    rmSync(scratch, { recursive: true, force: true })
    throw new Error('the benchmark needs a C compiler (cc): apt-get install gcc libc6-dev')
  }
  // Certificates that Node reads at each start are nobody's cost but this machine's.
  const inherited = { ...process.env }
  delete inherited['NODE_EXTRA_CA_CERTS']
  const env = { ...inherited, P2P_STATE_DIR: join(scratch, 'state'), P2P_RUNTIME_DIR: join(scratch, 'run') }
  const node: Command = { argv: [process.execPath, '-e', '0'], env, cwd: scratch }
  const projects: BenchProject[] = []

  const time = ({ argv: [program = '', ...args], env, cwd }: Command): number => {
    const from = performance.now()
    const { status, stderr } = spawnSync(program, args, {
      env,
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 1e9,
    })
    const took = performance.now() - from
    if (status !== 0)
      throw new Error(`${program} ${args.join(' ')} exited with ${status ?? 'a signal'}: ${stderr.toString()}`)
    return took
  }

  const row = (what: string, values: readonly number[], beside: string, base: readonly number[]): Row => ({
    what,
    value: median(values),
    unit: 'ms',
    beside,
    base: median(base),
  })

  return {
    scratch,
    root,
    env,
    listener,
    node,
    time,
    row,
    /** `before` is run, untimed, before each run of `command`. */
    compare: (what: string, command: Command, base: Command, before: () => void = () => undefined): Row => {
      const [values, bases]: [number[], number[]] = [[], []]
      // The first run fills caches.
      for (let round = 0; round <= rounds; round += 1) {
        before()
        const [value, other] = [time(command), time(base)]
        if (round > 0) {
          values.push(value)
          bases.push(other)
        }
      }
      return row(what, values, 'node -e 0', bases)
    },
    nodeMedian: () => median(Array.from({ length: rounds }, () => time(node))),
    /** Declares `count` tunnels, in the form of `tunnel` where it is given. */
    project: (count: number, tunnel = ownListener(listener)): BenchProject => {
      const folder = join(scratch, `p${projects.length}`)
      mkdirSync(folder)
      const file = join(folder, 'p2p.yaml')
      const lines = Array.from({ length: count }, (_, i) => `  t${i}: ${tunnel(firstPort + i)}\n`)
      writeFileSync(file, `name: bench${projects.length}\ntunnels:\n${lines.join('')}`)
      // Old enough to be kept as compiled.
      utimesSync(file, 1, 1)
      const command = (...args: string[]): Command => ({ argv: [process.execPath, main, ...args], env, cwd: folder })
      const project: BenchProject = {
        folder,
        env,
        command,
        p2p: (...args) =>
          execFileSync(process.execPath, [main, ...args], { env, cwd: folder, encoding: 'utf8', stdio: 'pipe' }),
        edit: () => {
          writeFileSync(file, `# ${process.hrtime.bigint()}\n${readFileSync(file, 'utf8').replace(/^#.*\n/, '')}`)
        },
        byHand: () => byHand(listener, count, join(folder, 'hand'), time, env),
      }
      projects.push(project)
      return project
    },
    end: () => {
      for (const { p2p } of projects) p2p('down')
      rmSync(scratch, { recursive: true, force: true })
    },
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function ownListener(listener: string): (port: number) => string {
  return (port) => `{ port: ${port}, restart: "no", command: [${listener}, "{port}"] }`
}

function byHand(
  listener: string,
  count: number,
  folder: string,
  time: (command: Command) => number,
  env: NodeJS.ProcessEnv,
): number {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const took = time({
    argv: ['sh', join(sources, 'by-hand.sh'), listener, String(firstPort), String(count), folder],
    env,
    cwd: folder,
  })
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.pid'))) {
    const pid = Number(readFileSync(join(folder, name), 'utf8'))
    if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL')
  }
  // The next to use these ports wants them free.
  while (listening(firstPort, count) > 0);
  return took
}

/** How many ports of `count` from `first` on listen. */
export function listening(first: number, count: number): number {
  const lines = readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)
  return lines.filter((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const port = parseInt(local.slice(local.indexOf(':') + 1), 16)
    return state === '0A' && port >= first && port < first + count
  }).length
}
