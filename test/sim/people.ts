// One project on a simulated computer, and what people and the world do to it: commands, the supervisor, programs,
// strangers. Every p2p process runs the real code with a memory of its own.
import type { Context } from '../../src/core/context.ts'
import type { TunnelSpec } from '../../src/core/model.ts'
import type { TunnelEvent } from '../../src/core/events.ts'
import { Store } from '../../src/runtime/state/store.ts'
import { makeSpec, projectOf } from '../support/tunnel.ts'
import type { NewProgram, Program } from './build.ts'
import type { Computer, Process, Wildness } from './computer.ts'
import { nameOf, parentOf } from './disk.ts'
import { playLauncher, type Behaviour, type Launched } from './launcher.ts'
import { machineOf } from './port.ts'
import { promisesOn, type Job, type Later } from './promise.ts'

const folder = '/home/user/lab'
export const key = { name: 'bench', folder }
export const paths = new Store('/state', key)
const env = { PATH: '/bin', HOME: '/home/user', P2P_STATE_DIR: '/state', P2P_RUNTIME_DIR: '/run' }

/** How a command ended. */
export interface Ended {
  label: string
  /** Null: it was killed. */
  result: unknown
  error: unknown
}

export type Command = (program: Program, ctx: Context, emit: (event: TunnelEvent) => void) => unknown

export class People {
  readonly computer: Computer
  readonly ended: Ended[] = []
  readonly running = new Set<Process>()
  /** What is wrong in what a p2p process says or does. */
  complain: (message: string) => void = () => undefined
  heard: (event: TunnelEvent) => void = () => undefined
  born: (program: Process) => void = () => undefined
  behaviour: () => Behaviour = () => friendly
  /** Programs that will not stay open: by their behaviour, or since they were told to end. */
  readonly bad = new Set<Process>()
  readonly #newProgram: NewProgram
  #commands = 0

  constructor(computer: Computer, newProgram: NewProgram) {
    this.computer = computer
    this.#newProgram = newProgram
    for (const path of ['/bin', '/usr/bin', '/p2p/dist/children', '/run', '/tmp', folder])
      computer.disk.makeFolder(path, true)
    for (const path of ['/bin/prog', '/usr/bin/node', '/p2p/dist/children/supervise.js'])
      computer.disk.create(path, { mode: 0o755 })
    computer.disk.syncAll()
  }

  command(verb: string, run: Command): Process {
    this.#commands += 1
    const process = this.computer.start('command', `${verb} #${this.#commands}`, { argv: ['node', 'p2p', verb] })
    this.running.add(process)
    process.onExit = () => {
      // Killed: what has ended by itself was taken out before.
      if (this.running.delete(process)) this.ended.push({ label: process.label, result: null, error: null })
    }
    const finish = (result: unknown, error: unknown): void => {
      this.running.delete(process)
      this.ended.push({ label: process.label, result, error })
      if (error !== null && !isExpected(error)) this.complain(`${process.label} failed: ${wordsOf(error)}`)
      this.computer.exit(process, error === null ? 0 : 1)
    }
    this.#begin(process, (program, ctx) => {
      const done = run(program, ctx, (event) => {
        if (!process.isAlive) return
        this.computer.say(
          process,
          `says ${event.name}: ${event.type}${'problem' in event ? `: ${event.problem.reason}` : ''}`,
        )
        this.heard(event)
      }) as Later
      done.then(
        (result) => {
          finish(result, null)
        },
        (error: unknown) => {
          finish(null, error)
        },
      )
    })
    return process
  }

  /** Until it has ended. Null: it was killed. */
  finish(process: Process, limitMs: number): Ended {
    if (!this.computer.runUntil(() => !process.isAlive, limitMs) && this.computer.violation === null)
      this.complain(`${process.label} has not ended after ${limitMs / 1000} s`)
    return (
      this.ended.find(({ label }) => label === process.label) ?? { label: process.label, result: null, error: null }
    )
  }

  #supervise(process: Process, argv: readonly string[]): void {
    process.role = 'supervisor'
    process.label = 'supervisor'
    process.argv = argv
    this.#begin(process, (program, ctx) => {
      const done = program.supervise(key, ctx, (line) => {
        if (!process.isAlive) return
        this.computer.say(process, `says ${line}`)
        if (/internal error|a bug/.test(line)) this.complain(`the supervisor says: ${line}`)
      }) as unknown as Later
      done.then(
        (status) => {
          this.computer.exit(process, status as number)
        },
        (error: unknown) => {
          if (process.isAlive) this.complain(`the supervisor failed: ${wordsOf(error)}`)
        },
      )
    })
  }

  #begin(process: Process, run: (program: Program, ctx: Context) => void): void {
    const { computer } = this
    const jobs: Job[] = []
    const { crash } = computer.wildness
    const diesAt = computer.random.chance(crash) ? 1 + computer.random.below(600) : 0
    process.node = { jobs, files: new Map(), runsSince: null, calls: 0, diesAt, watchers: new Set() }
    const promises = promisesOn(jobs)
    const machine = machineOf(computer, process, promises, (child, args, nonce) => {
      this.#launch(child, args, nonce)
    })
    const program = this.#newProgram(machine, promises)
    const stop = new AbortController()
    process.onSignal = (signal) => {
      computer.later(process, 0.1, `hears ${signal}`, () => {
        stop.abort(signal)
      })
    }
    computer.later(process, 1, 'begins', () => {
      run(program, contextOf(computer, stop.signal))
    })
  }

  /** `sh -c SCRIPT MARK RUNFILE PIDFILE UMASK PROGRAM ARGS`. */
  #launch(shell: Process, args: readonly string[], nonce: string | null): void {
    const [, , mark = '', runFile = '', pidFile = '', , ...argv] = args
    const name = nameOf(parentOf(pidFile))
    const launched: Launched = { nonce: nonce ?? '', runFile, pidFile, argv }
    this.computer.counts.launches += 1
    shell.role = 'launcher'
    shell.label = `launcher of ${name}`
    shell.argv = ['/bin/sh', '-c', '', mark, runFile, pidFile, ...argv]
    shell.nonce = nonce
    // Until it has set its trap a signal ends it.
    shell.onSignal = () => {
      this.computer.exit(shell, 143)
    }
    playLauncher(this.computer, shell, launched, {
      isOurs: (words) => words.some((word) => word.endsWith('/supervise.js')),
      becomeOurs: (process, words) => {
        this.#supervise(process, words)
      },
      behaviourOf: (process) => {
        const behaviour = this.behaviour()
        if (
          behaviour.listensAfter === null ||
          behaviour.endsAfter !== null ||
          !behaviour.obeysTerm ||
          behaviour.forksEscapee
        )
          this.bad.add(process)
        return { behaviour, port: portOf(name), label: name }
      },
      born: (process) => {
        this.born(process)
      },
    })
  }
}

export const friendly: Behaviour = {
  listensAfter: 5,
  endsAfter: null,
  status: 0,
  obeysTerm: true,
  dies: 2,
  forksEscapee: false,
  forksLate: false,
}

const names = ['web', 'db', 'mail']

export function portOf(name: string): number {
  return 33000 + names.indexOf(name)
}

/** A tunnel of the project; `version`: a change of it changes what is launched. */
export function specOf(name: string, version: number, more: Partial<TunnelSpec>): TunnelSpec {
  return makeSpec(name, {
    endpoints: [{ host: '127.0.0.1', port: portOf(name) }],
    launch: { program: '/bin/prog', args: [name, `v${version}`], env: {}, files: [], cwd: '/' },
    ready: { conditions: [{ kind: 'listen' }], timeoutMs: 1500 },
    stop: { signal: 'TERM', graceMs: 400 },
    fingerprint: `${name}-${version}`,
    ...more,
  })
}

export function project(specs: TunnelSpec[]): ReturnType<typeof projectOf> {
  return projectOf(folder, specs)
}

function contextOf(computer: Computer, interrupted: AbortSignal): Context {
  const output = { write: () => undefined, isTTY: false, columns: null, colour: false }
  return {
    cwd: folder,
    env,
    stdin: { isTTY: false, read: () => Promise.resolve(new Uint8Array()) },
    stdout: output,
    stderr: output,
    now: () => computer.now(),
    interrupted,
    masks: [],
    globals: {
      files: [],
      projectName: null,
      profiles: [],
      envFiles: [],
      progress: 'quiet',
      quiet: true,
      lockTimeoutMs: 60_000,
      debug: false,
    },
  }
}

/** Those that say what a person can do: another command took long. */
function isExpected(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'project.busy' || code === 'interrupted'
}

function wordsOf(error: unknown): string {
  const { message, stack, code, cause } = error as { message?: string; stack?: string; code?: string; cause?: Error }
  return code === undefined
    ? (stack ?? String(error))
    : `${code}: ${message ?? ''}${cause === undefined ? '' : ` (${cause.message})`}`
}

export function wild(computer: Computer): Wildness {
  const { random } = computer
  return {
    gap: random.of([0, 0.01, 0.05, 0.2]),
    long: random.of([0, 0, 0.02, 0.1]),
    slow: random.of([0, 0, 0.01, 0.05]),
    crash: random.of([0, 0.3, 0.6]),
    lostNotice: random.of([0, 0.3]),
    noFork: random.of([0, 0, 0.1]),
  }
}

export { names }
