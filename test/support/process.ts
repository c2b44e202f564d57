/** Runs programs and waits for what they print; ends them with the test that started them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** The built p2p. */
export const mainFile = join(root, 'dist/main.js')

/** The built entry point of a child program. */
export const childFile = (name: string): string => join(root, `dist/children/${name}.js`)

export interface Exit {
  status: number | null
  signal: NodeJS.Signals | null
}

export interface Ran extends Exit {
  stdout: string
  stderr: string
}

export interface Program {
  pid: number
  /** What it has written so far. */
  readonly stdout: string
  readonly stderr: string
  /** Both, as they came. */
  output: () => string
  /** Resolves with the match once the output holds it; rejects when the program exits without. */
  says: (pattern: RegExp) => Promise<RegExpExecArray>
  exit: Promise<Exit>
  readonly hasExited: boolean
  signal: (signal: NodeJS.Signals) => void
  stdin: NodeJS.WritableStream | null
}

interface StartOptions {
  env?: Record<string, string>
  cwd?: string
  stdin?: 'ignore' | 'pipe'
}

export function start(script: string, args: string[], options: StartOptions = {}): Program {
  return startCommand(process.execPath, [script, ...args], options)
}

export function startCommand(command: string, args: string[], options: StartOptions = {}): Program {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const written = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      written[name] += chunk
      for (const watcher of [...watchers]) watcher()
    })
  }
  let ended = false
  const exit = once(child, 'close').then(([status, signal]) => {
    ended = true
    for (const watcher of [...watchers]) watcher()
    return { status: status as number | null, signal: signal as NodeJS.Signals | null }
  })
  onTestFinished(async () => {
    // ChildProcess.kill signals only a child whose exit was not reported yet.
    child.kill('SIGKILL')
    await exit
  })
  return {
    pid: child.pid ?? -1,
    get stdout() {
      return written.stdout
    },
    get stderr() {
      return written.stderr
    },
    output: () => text,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text)
          if (match === null && !ended) return
          watchers.delete(look)
          if (match !== null) resolve(match)
          else reject(new Error(`exited without printing ${String(pattern)}:\n${text}`))
        }
        watchers.add(look)
        look()
      }),
    exit,
    get hasExited() {
      return ended
    },
    signal: (signal) => {
      child.kill(signal)
    },
    stdin: child.stdin,
  }
}

/** Runs a program to its exit. */
export async function run(
  script: string,
  args: string[],
  options: StartOptions = {},
): Promise<Exit & { output: string }> {
  const program = start(script, args, options)
  return { ...(await program.exit), output: program.output() }
}

/** All that a program was, once it has exited. */
export async function finished(program: Program): Promise<Ran> {
  return { ...(await program.exit), stdout: program.stdout, stderr: program.stderr }
}
