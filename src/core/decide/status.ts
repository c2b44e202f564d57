/** Decides the state of one tunnel from evidence. Pure. Nothing else in p2p calls a tunnel open. */
import { elapsed } from '../text/clock.ts'
import { formatEndpoint, isWildcard } from '../text/endpoint.ts'
import { exitWords, finalByUser, readExitMeaning, ranFor, type ExitFacts, type ExitMeaning } from './exit-meaning.ts'
import type { Endpoint, Holder, ListenerEvidence, Next, Observed, RunRecord, Status } from '../model.ts'
import { readStatus } from '../text/signals.ts'
import { unreachable } from '../text/unreachable.ts'

export interface View {
  now: number
  bootId: string
  next: Next | null
}

/** After this an unclaimed attempt was left by a killed command. */
const abandonedAfterMs = 15_000
/** A stop this much longer than its grace was left by a killed command. */
const stopSlackMs = 15_000
/** File times lag behind the clock by up to one kernel tick (10 ms at 100 Hz). */
const clockGrainMs = 10

/** The state of a tunnel (launch-protocol.md 1.4). `observed` null: nothing is recorded. */
export function statusOf(observed: Observed | null, view: View): Status {
  if (observed === null) return unrecorded(view.next)
  const { record, process } = observed
  const runs = process.kind !== 'gone' && process.kind !== 'unknown'
  if (runs && observed.stopAbandoned !== true && isBeingStopped(observed, view.now)) return plain('closing')
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
        `its program exited, but ${pids(process.members)} still running`,
        'p2p up or p2p down stops the rest',
      )
    case 'gone':
      return goneStatus(observed, process, view)
    default:
      return unreachable(process)
  }
}

/** The same states as of one that was recorded while its need was missing. */
function unrecorded(coming: Next | null): Status {
  if (coming === null || coming.what === 'none') return plain('closed')
  if (coming.on === null) return plain('opening')
  return { ...plain(coming.what === 'blocked' ? 'failed' : 'retrying'), code: 'needs.closed' }
}

/** `wasFine`: final by its table, but an attempt of the same launch was open before: retried after long delays. */
export type Ending = ExitMeaning & { wasFine?: true }

/** What was open since the last `down` is not over for good: a home that is not mounted refuses a key as well. */
export function notFinal(ending: ExitMeaning, { readied, record }: Observed): Ending {
  if (ending.heals || ending.means === 'stopped' || ending.code === finalByUser) return ending
  if (!readied && record.refusals === undefined) return ending
  // A changed key is not the one that was accepted.
  const before = ending.code.endsWith('-changed') ? '' : ' (was accepted before)'
  return { ...ending, reason: ending.reason + before, heals: true, wasFine: true }
}

/** Null while anything of it runs, or if it never ran. */
export function exitMeaningOf(observed: Observed, bootId: string): Ending | null {
  const { record, process, launched } = observed
  if (process.kind !== 'gone') return null
  if (record.verdict) return notFinal({ ...record.verdict, means: 'failed' }, observed)
  if (endedOnRequest(observed)) return closedByUs
  return notFinal(readExitMeaning(exitFacts(observed, process, bootId), launched), observed)
}

/** A port that is not its own, but that its program could not listen on by its last words (group `taken`); null: none. */
export function strangePort({ process, launched, ...observed }: Observed, bootId: string): number | null {
  if (process.kind !== 'gone') return null
  const { taken } = exitWords(exitFacts(observed, process, bootId), launched)
  return taken === undefined ? null : Number(taken)
}

function exitFacts(
  { record, readied, listener }: Pick<Observed, 'record' | 'readied' | 'listener'>,
  { status, lastLines, endedAt }: Extract<Observed['process'], { kind: 'gone' }>,
  bootId: string,
): ExitFacts {
  return {
    status,
    lastLines,
    ranMs: ranFor(record.startedAt, endedAt),
    opened: readied,
    rebooted: status === null && record.bootId !== bootId,
    tries: record.tries,
    holder: listener.kind === 'foreign' ? formatHolder(listener.holder) : null,
    toFree: listener.kind === 'foreign' ? toFree(listener.holder) : null,
  }
}

const closedByUs: ExitMeaning = {
  means: 'stopped',
  code: 'run.closed',
  reason: 'closed by p2p',
  hint: 'p2p up opens it again',
  heals: true,
}

/** What is wrong with its listener; null: nothing. */
export function listenerProblem(listener: ListenerEvidence): string | null {
  switch (listener.kind) {
    case 'ours':
    case 'unchecked':
      return null
    case 'none':
      return `nothing listens on ${formatEndpoint(listener.endpoint)}`
    case 'foreign':
      return `port ${listener.endpoint.port} is already in use by ${formatHolder(listener.holder)}`
    default:
      return unreachable(listener)
  }
}

/** A wildcard that it listens on though every declared address is narrower; null: none. */
export function widerThanDeclared(listener: ListenerEvidence, declared: readonly Endpoint[]): Endpoint | null {
  const bound = listener.kind === 'ours' ? (listener.bound ?? []) : []
  return bound.find((endpoint, index) => isWildcard(endpoint.host) && !isWildcard(declared[index]?.host ?? '')) ?? null
}

/** What a person should know of where an open tunnel listens. */
export function reachWarnings(listener: ListenerEvidence, declared: readonly Endpoint[]): string[] {
  const wider = widerThanDeclared(listener, declared)
  return wider === null ? [] : [`its program listens on ${formatEndpoint(wider)}: other machines can reach it`]
}

export function formatHolder(holder: Holder | null): string {
  if (holder === null || (holder.pid === null && holder.command === null)) return "another user's process"
  if (holder.pid === null) return holder.command ?? "another user's process"
  if (holder.tunnel !== undefined)
    return `tunnel ${holder.tunnel.name} of project ${holder.tunnel.project} (PID ${holder.pid})`
  return `${holder.command ?? 'a process'} (PID ${holder.pid})`
}

/** How to close a tunnel of p2p that holds a port; null: it is another program. One of this project may be declared no longer. */
export function toFree(holder: Holder | null): string | null {
  if (holder?.tunnel === undefined) return null
  const { name, project, isHere } = holder.tunnel
  if (!isHere) return `p2p -p ${project} down ${name}`
  return `p2p down ${name}, or p2p up --remove-orphans if it is no longer declared`
}

/** Unhealthy for what lies behind its far end: one dead target must not cut the other connections through it. */
export function failsBehind(observed: Observed): boolean {
  const { sick, sickBehind } = observed.record
  return sickBehind !== undefined && problemOf(observed) === sick
}

/** Open: proved once, and no problem now. */
export function isOpen(observed: Observed | undefined): boolean {
  return observed?.process.kind === 'running' && observed.readied && problemOf(observed) === null
}

/** What is wrong with a running tunnel; null: nothing visible. */
export function problemOf({ process, listener, record }: Observed): string | null {
  if (process.kind !== 'running') return null
  if (process.stopped) return 'its process is stopped (SIGSTOP)'
  if (isUnreaped(process, record)) return unreaped
  return listenerProblem(listener) ?? record.sick
}

const unreaped = 'its program exited, but its launcher has not recorded the exit status'

/** A zombie: the launcher that should record its exit is stopped or stuck. */
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
    return worded(
      'unhealthy',
      'health.failed',
      observed.record.sick,
      observed.record.sickBehind ?? 'p2p why tells more',
    )
  if (observed.complaint === undefined) return plain('open')
  const { why, hint } = observed.complaint
  const more = 'p2p logs shows its output; a healthcheck proves the far end'
  return worded('open', 'connection.failed', lastFailed(why), hint ?? more)
}

/** Follows `open; `: what its program said of the newest connection. */
export function lastFailed(complaint: string): string {
  return `its last connection failed: ${complaint}`
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
  const coming = view.next?.what
  if (coming === 'retries' || coming === 'opens') return { state: 'retrying', ...facts }
  if (coming === 'blocked') return { state: 'failed', ...facts, code: 'needs.closed' }
  if (endedOnRequest(observed)) return plain('closed')
  if (ending.means === 'stopped' && observed.launched?.restart.when !== 'always') return { state: 'closed', ...facts }
  return { state: 'failed', ...facts }
}

/** Whether it ended because p2p was stopping it, for good or to reopen it. */
export function endedOnRequest(observed: Observed): boolean {
  const { process, record } = observed
  if (process.kind !== 'gone' || process.endedAt === null || record.stoppingAt === null) return false
  // Its stop was given up: only the signal itself, or an orderly exit, shows that the stop ended it.
  const signal = process.status === null ? null : readStatus(process.status).signal
  const isOrderly = process.status === 0 || signal === (observed.launched?.stop.signal ?? 'TERM')
  if (observed.stopAbandoned === true && !isOrderly) return false
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
