/** One-shot helper programs that p2p runs and waits for itself: secret commands, ready and health commands. */
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import treeKill from 'tree-kill'
import type { Environment } from '../../core/context.ts'
import { isSignallable } from './system/index.ts'

interface HelperRun {
  argv: readonly string[]
  cwd: string
  /** The whole environment; nothing of ours is added. */
  env: Environment
  timeoutMs: number
  /** Whether its standard output is wanted. */
  capture: boolean
}

export type HelperResult =
  | { kind: 'done'; stdout: string }
  /** `signal`: what ended it (`SIGSEGV`), where that was one; then there is no status. */
  | { kind: 'failed'; status: number | null; signal: string | null; stdout: string }
  | { kind: 'missing' }
  | { kind: 'late' }

const maxOutputBytes = 64 * 1024

/** Never throws; what the helper says on stderr is not shown, since it may repeat a secret. */
export async function runHelper({ argv, cwd, env, timeoutMs, capture }: HelperRun): Promise<HelperResult> {
  const [program = '', ...args] = argv
  const child = execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    stdout: capture ? 'pipe' : 'ignore',
    stderr: 'ignore',
    reject: false,
    maxBuffer: maxOutputBytes,
  })
  const limit = new AbortController()
  const late = delay(timeoutMs, 'late' as const, { signal: limit.signal }).catch(() => 'ended' as const)
  const result = await Promise.race([child, late])
  if (result === 'late') {
    // Ended already, and only a child of its own holds the pipe: its PID may be another process's by now.
    if (child.exitCode === null && child.signalCode === null) await endTree(child.pid)
    child.stdout?.destroy()
    return { kind: 'late' }
  }
  limit.abort()
  if (result === 'ended') return { kind: 'failed', status: null, signal: null, stdout: '' }
  if (result.code === 'ENOENT') return { kind: 'missing' }
  const stdout = typeof result.stdout === 'string' ? result.stdout : ''
  if (!result.failed) return { kind: 'done', stdout }
  return { kind: 'failed', status: result.exitCode ?? null, signal: result.signal ?? null, stdout }
}

/**
 * Ends a helper with its children. tree-kill parses its argument loosely and knows no identity: it gets a PID only while
 * we hold the child ourselves, and only a proper one.
 */
function endTree(pid: number | undefined): Promise<void> {
  if (!isSignallable(pid) || pid === process.pid) return Promise.resolve()
  return new Promise((resolve) => {
    treeKill(pid, 'SIGKILL', () => {
      resolve()
    })
  })
}
