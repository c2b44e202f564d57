/** Runs one-shot helper programs: secret commands, ready and health commands. */
import { execa, type ExecaError } from 'execa'
import treeKill from 'tree-kill'
import type { Environment } from '../../core/context.ts'
import { isSignallable } from './system/index.ts'
import { delay, process } from '../machine.ts'

interface HelperRun {
  argv: readonly string[]
  cwd: string
  env: Environment
  timeoutMs: number
  capture: boolean
}

export type HelperResult =
  | { kind: 'done'; stdout: string }
  /** `signal`: what ended it (`SIGSEGV`); then `status` is null. */
  | { kind: 'failed'; status: number | null; signal: string | null; stdout: string }
  | { kind: 'missing' }
  | { kind: 'late' }

const maxOutputBytes = 64 * 1024

/** Never throws. The helper's stderr is not shown: it may contain a secret. */
export async function runHelper({ argv, cwd, env, timeoutMs, capture }: HelperRun): Promise<HelperResult> {
  const [program = '', ...args] = argv
  const child = execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: capture ? 'pipe' : 'ignore',
    stderr: 'ignore',
    maxBuffer: maxOutputBytes,
  })
  const ended = child.catch((error: unknown) => error as ExecaError)
  const limit = new AbortController()
  const late = delay(timeoutMs, 'late' as const, { signal: limit.signal }).catch(() => 'ended' as const)
  const result = await Promise.race([ended, late])
  limit.abort()
  // Too late, or it prints too much. If it has exited and only a child of it holds the pipe, its PID may be another process's now.
  if (child.exitCode === null && child.signalCode === null) await endTree(child.pid)
  if (result === 'late') {
    child.stdout?.destroy()
    return { kind: 'late' }
  }
  if (result === 'ended') return { kind: 'failed', status: null, signal: null, stdout: '' }
  if ('code' in result && result.code === 'ENOENT') return { kind: 'missing' }
  const stdout = typeof result.stdout === 'string' ? result.stdout : ''
  if (!result.failed) return { kind: 'done', stdout }
  // Undefined after a signal, whatever its type says.
  const status = (result.exitCode as number | undefined) ?? null
  return { kind: 'failed', status, signal: result.signal ?? null, stdout }
}

/** Kills a helper with its children. tree-kill checks nothing: it gets a valid PID only, while we hold the child. */
function endTree(pid: number | undefined): Promise<void> {
  if (!isSignallable(pid) || pid === process.pid) return Promise.resolve()
  return new Promise((resolve) => {
    treeKill(pid, 'SIGKILL', () => {
      resolve()
    })
  })
}
