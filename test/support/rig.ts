/**
 * Runs the real, built p2p in folders of its own, and proves at the end that nothing was left behind. What only looks
 * (`ps` and the like) may run in the test's own process: the same code, without the start of a program.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { input } from './context.ts'
import { finished, mainFile, start, type Program, type Ran } from './process.ts'
import { drivenProgram, type DrivenProgram } from './program.ts'

/** p2p sets another one for the process that it runs in. */
const ownUmask = process.umask(0o077)
process.umask(ownUmask)

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
  #programs = 0

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

  /** Runs a command to its exit. */
  p2p(...args: string[]): Promise<Ran> {
    return finished(this.start(...args))
  }

  /** The same in a folder of the project. */
  p2pIn(folder: string, ...args: string[]): Promise<Ran> {
    return finished(start(mainFile, args, { cwd: join(this.project, folder), env: this.env }))
  }

  /** The same with this on its standard input. */
  p2pWithInput(input: string, ...args: string[]): Promise<Ran> {
    const command = start(mainFile, args, { cwd: this.project, env: this.env, stdin: 'pipe' })
    // A command that exits without reading closes the pipe.
    command.stdin?.on('error', () => undefined).end(input)
    return finished(command)
  }

  /** Starts a command; its output is collected from the beginning. */
  start(...args: string[]): Program {
    return start(mainFile, args, { cwd: this.project, env: this.env })
  }

  /** Runs a command in this process. */
  async look(...args: string[]): Promise<Ran> {
    const written = { stdout: '', stderr: '' }
    const streamTo = (name: 'stdout' | 'stderr') => ({
      write: (text: string) => void (written[name] += text),
      isTTY: false,
      columns: null,
    })
    const status = await run({
      argv: args,
      cwd: () => this.project,
      env: this.env,
      stdin: input(),
      stdout: streamTo('stdout'),
      stderr: streamTo('stderr'),
      now: Date.now,
      interrupted: new AbortController().signal,
      masks: [],
    })
    process.umask(ownUmask)
    return { status, signal: null, ...written }
  }

  /** A program for tunnels of this project that does what the test says. */
  program(): Promise<DrivenProgram> {
    this.#programs += 1
    return drivenProgram(join(this.folder, `program-${this.#programs}`))
  }

  async ps(): Promise<PsLine[]> {
    const { stdout, stderr, status } = await this.look('ps', '--json')
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
    await this.until(`${name} ${what}`, async () => {
      const line = await this.line(name)
      if (condition(line)) found = line
      return found !== undefined
    })
    return found as PsLine
  }

  /** Looks each time p2p has written something, and now and then for what it does not write; gives up after half a minute. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 30_000
    for (;;) {
      const change = this.#change()
      try {
        if (await condition()) return
        if (Date.now() > deadline) throw new Error(`waited too long for: ${what}`)
        await change.next
      } finally {
        change.stop()
      }
    }
  }

  /** Resolves when a record of any project changes. */
  #change(): { next: Promise<void>; stop: () => void } {
    const projects = join(this.env['P2P_STATE_DIR'] ?? '', 'projects')
    const names = existsSync(projects) ? readdirSync(projects) : []
    const folders = names.flatMap((name) => ['.', 'runs'].map((below) => join(projects, name, below)))
    const stops: (() => void)[] = []
    const next = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 100)
      stops.push(() => {
        clearTimeout(timer)
      })
      for (const folder of folders.filter(existsSync)) {
        const watcher = watch(folder, () => {
          resolve()
        }).on('error', () => {
          resolve()
        })
        stops.push(() => {
          watcher.close()
        })
      }
    })
    return {
      next,
      stop: () => {
        for (const stop of stops) stop()
      },
    }
  }

  /** Waits until something has happened to so many attempts of a tunnel: two actors may record the same event of one. */
  happened(name: string, type: string, times = 1): Promise<void> {
    const count = (): number =>
      new Set(this.events().flatMap((event) => (event.name === name && event.type === type ? [event['attempt']] : [])))
        .size
    return this.until(`${name}: ${type}`, () => count() >= times)
  }

  /** The PID of the project's supervisor. */
  supervisor(): number {
    return pidOf(Number(read(this.files('state').find((file) => file.endsWith('/t/@supervisor/pid')) ?? '')))
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
    return (below.length === 0 ? (['state', 'run'] as const) : below).flatMap((name) =>
      filesIn(join(this.folder, name)),
    )
  }

  /** Locks outlive `down --purge`, since their highest number must never disappear, and so do launches that were called off. */
  filesButLocks(): string[] {
    return this.files().filter(
      (path) =>
        !/\/(lock|sup)\.(\d+|reserve|spare)$/.test(path) && !(/\/runs\/[0-9a-f]{32}$/.test(path) && read(path) === ''),
    )
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
    const closed = existsSync(this.env['P2P_STATE_DIR'] ?? '') ? await this.look('down', '-t', '300ms') : null
    const left = this.processes()
    for (const pid of left) if (Number.isSafeInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL')
    const what = `after the test; down said ${closed?.stderr ?? 'nothing'}`
    rmSync(this.folder, { recursive: true, force: true })
    expect(left, `processes left behind ${what}`).toEqual([])
  }
}

/** Waits for something outside of p2p to become true; gives up after half a minute. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited too long for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
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

/** Folders may go while they are listed. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
    })
  } catch {
    return []
  }
}
