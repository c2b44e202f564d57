/** Runs the real, built p2p in folders of its own, and proves at the end that nothing was left behind. */
import { spawn, type ChildProcess } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const mainFile = join(root, 'dist/main.js')

export interface Ran {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface PsLine {
  name: string
  state: string
  reason: string | null
  code: string | null
  port: number | null
  pid: number | null
  launcherPid: number | null
  config: string
  log: string
  [key: string]: unknown
}

export class Rig {
  readonly folder: string
  readonly env: Record<string, string>

  constructor(env: Record<string, string> = {}) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-scenario-')))
    for (const name of ['home', 'project', 'run']) mkdirSync(join(this.folder, name), { mode: 0o700 })
    this.env = {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: join(this.folder, 'home'),
      P2P_STATE_DIR: join(this.folder, 'state'),
      P2P_RUNTIME_DIR: join(this.folder, 'run'),
      CONNECTD_SIM_SPEED: '50',
      ...env,
    }
    onTestFinished(() => this.#end())
  }

  get project(): string {
    return join(this.folder, 'project')
  }

  /** Writes a file of the project, p2p.yaml unless named otherwise. */
  write(text: string, file = 'p2p.yaml'): string {
    const path = join(this.project, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  /** Runs a command to its end. */
  async p2p(...args: string[]): Promise<Ran> {
    return finished(this.start(...args))
  }

  /** Starts a command; its output is collected from the beginning. */
  start(...args: string[]): Running {
    return this.startWith({}, ...args)
  }

  startWith(env: Record<string, string>, ...args: string[]): Running {
    const child = spawn(process.execPath, [mainFile, ...args], {
      cwd: this.project,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const closed = new Promise<Ended>((resolve) => {
      child.once('close', (status, signal) => {
        resolve({ status, signal })
      })
    })
    const running: Running = { child, closed, stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (running.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (running.stderr += text))
    return running
  }

  async ps(): Promise<PsLine[]> {
    const { stdout, stderr, status } = await this.p2p('ps', '--json')
    if (status !== 0) throw new Error(`ps failed: ${stderr}`)
    return JSON.parse(stdout) as PsLine[]
  }

  async line(name: string): Promise<PsLine> {
    const found = (await this.ps()).find((line) => line.name === name)
    if (found === undefined) throw new Error(`ps shows no ${name}`)
    return found
  }

  /** Waits until `ps` shows what is meant, and gives that very line: another look may see the next state already. */
  async lineThat(name: string, what: string, condition: (line: PsLine) => boolean): Promise<PsLine> {
    let found: PsLine | undefined
    await until(`${name} ${what}`, async () => {
      const line = await this.line(name)
      if (condition(line)) found = line
      return found !== undefined
    })
    return found as PsLine
  }

  /** The project's event log so far. */
  events(): ({ type: string; name: string } & Record<string, unknown>)[] {
    const file = this.files('state').find((path) => path.endsWith('/events.ndjson'))
    const lines = read(file ?? '').split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ReturnType<Rig['events']>[number])
  }

  /** The PID that `ps` shows. */
  async pid(name: string): Promise<number> {
    return pidOf((await this.line(name)).pid)
  }

  /** Every file below the state and the runtime folder. */
  files(...below: ('state' | 'run')[]): string[] {
    return (below.length === 0 ? (['state', 'run'] as const) : below).flatMap((name) => {
      const folder = join(this.folder, name)
      if (!existsSync(folder)) return []
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    })
  }

  /** PIDs of all live processes that run in this rig's environment. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        const environment = read(`/proc/${pid}/environ`)
        return pid !== process.pid && environment.includes(this.folder) && isAlive(pid)
      })
  }

  async #end(): Promise<void> {
    const closed = existsSync(this.env['P2P_STATE_DIR'] ?? '') ? await this.p2p('down', '-t', '300ms') : null
    const left = this.processes()
    for (const pid of left) if (Number.isSafeInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL')
    const what = `after the test; down said ${closed?.stderr ?? 'nothing'}`
    rmSync(this.folder, { recursive: true, force: true })
    expect(left, `processes left behind ${what}`).toEqual([])
  }
}

interface Ended {
  status: number | null
  signal: NodeJS.Signals | null
}

export interface Running {
  child: ChildProcess
  /** Listened for from the beginning: it may end before anybody asks. */
  closed: Promise<Ended>
  stdout: string
  stderr: string
}

export async function finished(running: Running): Promise<Ran> {
  const { status, signal } = await running.closed
  return { status, signal, stdout: running.stdout, stderr: running.stderr }
}

/**
 * Waits for something to become true; gives up after half a minute. Looks often at first, then less: a look is mostly a
 * whole `p2p ps`, and must not take the processor from what is waited for.
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  for (let pauseMs = 10; !(await condition()); pauseMs = Math.min(pauseMs * 1.5, 200)) {
    if (Date.now() > deadline) throw new Error(`waited too long for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

/** A launcher and a program for each open tunnel, and nothing else. */
export function expectOneProcessEach(
  rig: Rig,
  lines: { state: string; pid: number | null; launcherPid: number | null }[],
): void {
  expect(lines.map(({ state }) => state)).toEqual(lines.map(() => 'open'))
  const expected = lines.flatMap(({ pid, launcherPid }) => [pidOf(pid), pidOf(launcherPid)])
  expect(rig.processes().sort()).toEqual(expected.sort())
}

/** A PID that may be signalled. */
export function pidOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 1)
    throw new Error(`no PID: ${String(value)}`)
  return value
}

/** Lives and is no zombie. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pidOf(pid)}/stat`)
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
}

export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
