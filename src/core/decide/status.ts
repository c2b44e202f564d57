/** The verdict over one tunnel. Pure: evidence in, state and words out. Nothing else in p2p calls a tunnel open. */
import { elapsed } from '../text/clock.ts'
import { formatEndpoint } from '../text/endpoint.ts'
import { readExitMeaning, ranFor, type ExitMeaning } from './exit-meaning.ts'
import type { Holder, ListenerEvidence, Observed, RunRecord, Status } from '../model.ts'
import { readStatus } from '../text/signals.ts'
import { unreachable } from '../text/unreachable.ts'

export interface View {
  /** Epoch milliseconds. */
  now: number
  bootId: string
  /** Whether a supervisor is alive that would try again. */
  supervised: boolean
  /** Whether that is what its policy asks for after this end; not given: not known. */
  comesBack?: (observed: Observed) => boolean
}

/** An intent left unclaimed for that long was left behind by a killed command. */
const abandonedAfterMs = 15_000
/** A stop that takes that much longer than its grace was left behind by a killed command. */
const stopSlackMs = 15_000
/** Times of files lag behind the clock by up to one tick of the kernel (10 ms at 100 Hz). */
const clockGrainMs = 10

/** The state of a tunnel (launch-protocol.md 1.4). `observed` null: nothing is recorded. */
export function statusOf(observed: Observed | null, view: View): Status {
  if (observed === null) return plain('closed')
  const { record, process } = observed
  if (process.kind !== 'gone' && process.kind !== 'unknown' && isBeingStopped(observed, view.now))
    return plain('closing')
  switch (process.kind) {
    case 'unknown':
      return worded('unknown', 'run.unknown', process.why, process.look)
    case 'starting':
      if (elapsed(record.startedAt, view.now) < abandonedAfterMs) return plain('opening')
      return worded(
        'failed',
        'start.interrupted',
        'the command that was starting it was killed',
        'p2p up starts it',
        true,
      )
    case 'running':
      return runningStatus(observed, process)
    case 'leftover':
      return worded(
        'unhealthy',
        'run.leftover',
        `its program ended, but ${pids(process.members)} of it ${process.members.length === 1 ? 'remains' : 'remain'}`,
        'p2p up or p2p down clears what is left',
      )
    case 'gone':
      return goneStatus(observed, process, view)
    default:
      return unreachable(process)
  }
}

/** The ending of a tunnel that is gone; null while anything of it runs, or when it never ran. */
export function exitMeaningOf(observed: Observed, bootId: string): ExitMeaning | null {
  const { record, process, launched, listener } = observed
  if (process.kind !== 'gone') return null
  if (record.verdict) return { ...record.verdict, means: 'failed' }
  if (endedOnRequest(observed)) return closedByUs
  return readExitMeaning(
    {
      status: process.status,
      lastLines: process.lastLines,
      ranMs: ranFor(record.startedAt, process.endedAt),
      opened: observed.readied,
      rebooted: process.status === null && record.bootId !== bootId,
      tries: record.tries,
      holder: listener.kind === 'foreign' ? formatHolder(listener.holder) : null,
    },
    launched,
  )
}

const closedByUs: ExitMeaning = {
  means: 'stopped',
  code: 'run.closed',
  reason: 'closed by p2p',
  hint: 'p2p up opens it again',
  heals: true,
}

/** Why its listener is not what it should be, in words; null where nothing is wrong with it. */
export function listenerProblem(listener: ListenerEvidence): string | null {
  switch (listener.kind) {
    case 'ours':
    case 'unchecked':
      return null
    case 'none':
      return `nothing listens on ${formatEndpoint(listener.endpoint)}`
    case 'foreign':
      return `port ${listener.endpoint.port} is held by ${formatHolder(listener.holder)}`
    default:
      return unreachable(listener)
  }
}

/** `postgres (PID 812)`. */
export function formatHolder(holder: Holder | null): string {
  if (holder === null || (holder.pid === null && holder.command === null)) return "another user's process"
  if (holder.pid === null) return holder.command ?? "another user's process"
  return `${holder.command ?? 'a process'} (PID ${holder.pid})`
}

/** Whether a tunnel is open: proved once, and nothing is wrong with it now. */
export function isOpen(observed: Observed | undefined): boolean {
  return observed?.process.kind === 'running' && observed.readied && problemOf(observed) === null
}

/** What is wrong with a tunnel that runs, in words; null: nothing that could be seen. */
export function problemOf({ process, listener, record }: Observed): string | null {
  if (process.kind !== 'running') return null
  if (process.stopped) return 'its process is stopped (SIGSTOP)'
  if (isUnreaped(process, record)) return unreaped
  return listenerProblem(listener) ?? record.sick
}

const unreaped = 'its program has ended, and its launcher does not say how'

/** A zombie: the program is gone, and the launcher that should record its end is stopped or stuck. */
function isUnreaped({ program }: { program: number | null }, { pids }: RunRecord): boolean {
  return program === null && pids.program !== null
}

function runningStatus(observed: Observed, process: { stopped: boolean; program: number | null }): Status {
  if (process.stopped) {
    const resume = process.program === null ? 'p2p restart replaces it' : `kill -CONT ${process.program} resumes it`
    return worded('unhealthy', 'run.suspended', 'its process is stopped (SIGSTOP)', resume)
  }
  const problem = listenerProblem(observed.listener)
  if (!observed.readied) return { ...plain('opening'), reason: observed.listener.kind === 'foreign' ? problem : null }
  if (isUnreaped(process, observed.record)) return worded('unhealthy', 'run.unreaped', unreaped, 'p2p up replaces it')
  if (problem !== null) {
    const code = observed.listener.kind === 'foreign' ? 'port.taken' : 'listener.gone'
    return worded('unhealthy', code, problem, 'p2p up replaces it')
  }
  if (observed.record.sick !== null)
    return worded('unhealthy', 'health.failed', observed.record.sick, 'p2p why tells more')
  return plain('open')
}

function goneStatus(observed: Observed, process: { status: number | null }, view: View): Status {
  const ending = exitMeaningOf(observed, view.bootId)
  if (ending === null) return plain('closed')
  const exit = process.status === null ? null : readStatus(process.status)
  const facts = {
    reason: ending.reason,
    code: ending.code,
    hint: ending.hint,
    heals: ending.heals,
    exitCode: exit?.exitCode ?? null,
    exitSignal: exit?.signal ?? null,
  }
  if (view.supervised && observed.record.nextAt !== null) return { state: 'retrying', ...facts }
  if (view.supervised && observed.record.waitsFor !== null) {
    return { state: 'retrying', ...facts, reason: `waiting for ${observed.record.waitsFor}: ${ending.reason}` }
  }
  if (endedOnRequest(observed)) return plain('closed')
  // It has only just ended: the supervisor has not said yet when it tries again.
  if (view.supervised && view.comesBack?.(observed) === true) return { state: 'retrying', ...facts }
  if (ending.means === 'stopped' && observed.launched?.restart.when !== 'always') return { state: 'closed', ...facts }
  return { state: 'failed', ...facts }
}

/** Whether a tunnel that is gone ended because p2p was closing it: for good, or to open it again. */
export function endedOnRequest(observed: Observed): boolean {
  const { process, record } = observed
  if (process.kind !== 'gone' || process.endedAt === null || record.stoppingAt === null) return false
  return process.endedAt >= record.stoppingAt - clockGrainMs && isBeingStopped(observed, process.endedAt)
}

function isBeingStopped({ record, launched }: Observed, now: number): boolean {
  if (record.stoppingAt === null) return false
  const grace = launched?.stop.graceMs ?? 60_000
  return elapsed(record.stoppingAt, now) < grace + stopSlackMs
}

function pids(list: readonly number[]): string {
  return `${list.length === 1 ? 'PID' : 'PIDs'} ${list.slice(0, 5).join(', ')}${list.length > 5 ? ', ...' : ''}`
}

function plain(state: Status['state']): Status {
  return { state, reason: null, code: null, hint: null, heals: true, exitCode: null, exitSignal: null }
}

function worded(state: Status['state'], code: string, reason: string, hint: string, heals = true): Status {
  return { ...plain(state), code, reason, hint, heals }
}
