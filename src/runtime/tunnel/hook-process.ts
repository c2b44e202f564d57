/** One hook's processes, from its start until the last of them is gone. */
import type { Readable } from 'node:stream'
import { systemCode } from '../../core/errors.ts'
import { formatDuration } from '../../core/text/units.ts'
import { attemptVariable, isSignallable } from '../process/system/index.ts'
import { inheritedUmask, type World } from '../state/world.ts'
import { findAttemptProcesses } from './attempt-processes.ts'
import { signalAll } from './stop.ts'
import { delay, existsSync, performance, process, spawn } from '../machine.ts'

interface HookRun {
  argv: readonly string[]
  /** With a nonce of its own, by which its processes are known. */
  env: Record<string, string>
  timeoutMs: number
  /** Takes what it prints. */
  write: (lines: readonly string[]) => void
}

type Child = ReturnType<typeof spawn> & { stdout: Readable; stderr: Readable }

/** After TERM, and after KILL. */
const graceMs = 1000

/** Ends what is left of it after the timeout, or when p2p is interrupted. Null: it did its work. */
export async function runHook(world: World, { argv, env, timeoutMs, write }: HookRun): Promise<string | null> {
  const { interrupted } = world.ctx
  const isInterrupted = (): boolean => interrupted.aborted
  if (isInterrupted()) return 'not run: p2p was interrupted'
  const child = start(world, argv, env)
  for (const stream of [child.stdout, child.stderr]) takeLines(stream, write)
  const closed = new Promise((resolve) => child.once('close', resolve))
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(whyNotStarted(world, argv[0] ?? '', error))
    })
    child.once('exit', (status, signal) => {
      resolve(signal !== null ? `ended by ${signal}` : status === 0 ? null : `exit ${status ?? '?'}`)
    })
  })
  const { pid } = child
  if (!isSignallable(pid)) return await ended
  const left = (): number[] => membersOf(world, pid, env[attemptVariable] ?? '')
  const isGone = async (ms: number, stop?: AbortSignal): Promise<boolean> => {
    const deadline = performance.now() + ms
    await within(ms, ended, stop)
    // Its children may live on.
    for (let pauseMs = 5; isHeld(child) || left().length > 0; pauseMs = Math.min(pauseMs * 2, 200)) {
      if (performance.now() >= deadline || stop?.aborted === true) return false
      await delay(pauseMs)
    }
    return true
  }
  try {
    if (await isGone(timeoutMs, interrupted)) {
      await within(graceMs, closed)
      return await ended
    }
    const why = isInterrupted() ? 'p2p was interrupted' : `took longer than ${formatDuration(timeoutMs)}`
    for (const signal of ['TERM', 'KILL'] as const) {
      signalAll(world, { members: { leader: isHeld(child) ? pid : null, pids: left() } }, signal)
      if (await isGone(graceMs)) return signal === 'KILL' ? `${why}; killed` : why
    }
    return `${why}, and can't be killed: PID ${left().join(', ')}`
  } finally {
    for (const stream of [child.stdout, child.stderr]) stream.destroy()
  }
}

function start(world: World, [program = '', ...args]: readonly string[], env: Record<string, string>): Child {
  const own = process.umask(inheritedUmask())
  try {
    return spawn(program, args, {
      cwd: world.key.folder,
      env,
      // A group of its own.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } finally {
    process.umask(own)
  }
}

/** Not reaped yet, so that its PID, and its group's id, are still its own. */
function isHeld({ exitCode, signalCode }: Child): boolean {
  return exitCode === null && signalCode === null
}

/** Those proved by the nonce, but not the tunnels that a p2p among them has launched: they have nonces of their own. */
function membersOf(world: World, launcher: number, nonce: string): number[] {
  const snapshot = world.system.look()
  const run = { kind: 'run', launcher, program: null, status: null, writtenAt: 0 } as const
  const { pids = [] } = findAttemptProcesses(snapshot, world.system, [{ nonce, run }]).get(nonce) ?? {}
  return pids.filter((pid) => [nonce, null].includes(snapshot.attemptOf(pid)))
}

function whyNotStarted({ key }: World, program: string, error: unknown): string {
  const code = systemCode(error) ?? 'the system refused it'
  if (code === 'ENOENT') return existsSync(key.folder) ? `not found: ${program}` : `the folder ${key.folder} is gone`
  return code === 'EACCES' ? `permission denied: ${program}` : `not run: ${code}`
}

const mostOutput = 64 * 1024
const longestLine = 4096

function takeLines(stream: Readable, write: (lines: readonly string[]) => void): void {
  let begun = ''
  let left = mostOutput
  const end = (): void => {
    if (begun !== '') write([begun])
    begun = ''
  }
  stream
    .setEncoding('utf8')
    .on('data', (chunk: string) => {
      if (left <= 0) return
      left -= chunk.length
      const lines = (begun + chunk).split('\n')
      begun = lines.pop() ?? ''
      if (lines.length > 0) write(lines)
      if (begun.length > longestLine) end()
      if (left <= 0) write(['(the rest of its output is left out)'])
    })
    .on('error', () => undefined)
    .on('close', end)
}

/** Waits for it, but not longer, nor once `stop` is aborted. */
async function within(ms: number, done: Promise<unknown>, stop?: AbortSignal): Promise<void> {
  const limit = new AbortController()
  const signal = stop === undefined ? limit.signal : AbortSignal.any([limit.signal, stop])
  await Promise.race([done, delay(ms, undefined, { signal }).catch(() => undefined)])
  limit.abort()
}
