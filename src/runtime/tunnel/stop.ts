// Stops tunnels and waits until they are gone (launch-protocol.md 1.5), the project's lock held. One scan and one polling
// pass serve all tunnels. Only processes proved to be a tunnel's own are signalled, and only PIDs above 1.
import type { RunRecord, StopPolicy } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { findAttemptProcesses, type AttemptProcesses } from './attempt-processes.ts'
import { readRunFile } from '../state/run-file.ts'
import { isSignallable, type Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'
import { delay, performance, process } from '../machine.ts'

interface StopRequest {
  record: RunRecord
  policy: StopPolicy
}

export interface StopResult {
  /** Processes still running; empty: all gone. */
  survivors: number[]
  killed: boolean
  ms: number
}

/** A launcher that has not reported for that long never will. */
const settleLimitMs = 5000
/** After KILL: only a process stuck in the kernel takes longer. */
const killLimitMs = 2000

/** Resolves when everything is gone or past all deadlines; an interrupt does not cut it short. */
export async function stopTunnels(world: World, requests: readonly StopRequest[]): Promise<Map<string, StopResult>> {
  const begun = performance.now()
  await settle(world, requests)
  const stops = requests.map((request) => newStop(request, performance.now()))
  findAll(world, stops)
  for (const stop of stops) signalAll(world, stop, stop.policy.signal)

  let open = stops
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 1.5, 50)) {
    const snapshot = world.system.look()
    const now = performance.now()
    for (const stop of open) if (isGone(snapshot, stop)) stop.doneMs = now - begun
    open = open.filter(({ doneMs }) => doneMs === null)
    if (open.length === 0) {
      open = escapees(world, stops)
      if (open.length === 0) break
    }
    const overdue = open.filter(({ deadline }) => now >= deadline)
    if (overdue.length > 0) escalate(world, overdue, now)
    open = open.filter(({ gaveUp }) => !gaveUp)
    await delay(pauseMs)
  }
  return results(world, stops, performance.now() - begun)
}

interface Stop extends StopRequest {
  members: AttemptProcesses
  killed: boolean
  gaveUp: boolean
  /** Milliseconds until it was gone. */
  doneMs: number | null
  /** When to escalate. */
  deadline: number
}

function newStop(request: StopRequest, now: number): Stop {
  return {
    ...request,
    members: { leader: null, pids: [] },
    killed: request.policy.signal === 'KILL',
    gaveUp: false,
    doneMs: null,
    deadline: now + (request.policy.signal === 'KILL' ? killLimitMs : request.policy.graceMs),
  }
}

/** A process that left its group after the first scan appears only in a second one. */
function escapees(world: World, stops: readonly Stop[]): Stop[] {
  const candidates = stops.filter(({ gaveUp }) => !gaveUp)
  findAll(world, candidates)
  const late = candidates.filter(({ members }) => members.pids.length > 0)
  for (const stop of late) {
    stop.doneMs = null
    signalAll(world, stop, stop.killed ? 'KILL' : stop.policy.signal)
  }
  return late
}

/** After the grace KILL; after that, give up and report survivors. */
function escalate(world: World, overdue: readonly Stop[], now: number): void {
  findAll(world, overdue)
  for (const stop of overdue) {
    if (stop.killed) {
      stop.gaveUp = true
    } else {
      stop.killed = true
      stop.deadline = now + killLimitMs
      signalAll(world, stop, 'KILL')
    }
  }
}

/** Voids an unclaimed attempt; gives a claimed one time to report: a TERM before `p` can be lost. */
async function settle(world: World, requests: readonly StopRequest[]): Promise<void> {
  const deadline = performance.now() + settleLimitMs
  let waiting = requests.filter(({ record }) => !world.store.voidAttempt(record.attempt))
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 20)) {
    waiting = waiting.filter(({ record }) => {
      const run = readRunFile(world.store.runFile(record.attempt))
      switch (run.kind) {
        case 'absent':
        case 'damaged':
          return false
        case 'empty':
          // Voided earlier, or a launcher between claim and first line: only the latter has a process.
          return (
            findAttemptProcesses(world.system.look(), world.system, [{ nonce: record.attempt, run }]).get(
              record.attempt,
            )?.leader !== null
          )
        case 'run':
          return run.program === null && run.status === null && world.system.look().process(run.launcher) !== null
        default:
          return unreachable(run)
      }
    })
    if (waiting.length === 0 || performance.now() >= deadline) return
    await delay(pauseMs)
  }
}

function findAll(world: World, stops: readonly Stop[]): void {
  const attempts = stops.map(({ record }) => ({
    nonce: record.attempt,
    run: readRunFile(world.store.runFile(record.attempt)),
  }))
  const found = findAttemptProcesses(world.system.look(), world.system, attempts)
  for (const stop of stops) {
    const members = found.get(stop.record.attempt) ?? { leader: null, pids: [] }
    // A p2p started from inside the tunnel has its nonce too; it must not stop itself.
    stop.members = { ...members, pids: members.pids.filter((pid) => pid !== process.pid) }
  }
}

/** Signals the group at once while its leader lives (which pins the group's id), other proved processes one by one. */
export function signalAll(world: World, { members }: Pick<Stop, 'members'>, signal: StopPolicy['signal']): void {
  const snapshot = world.system.look()
  const { leader } = members
  const group = leader !== null && isSignallable(leader) ? leader : null
  // A process stopped by SIGSTOP takes TERM only once it is continued.
  const signals: Signal[] = signal === 'KILL' ? ['KILL'] : [signal, 'CONT']
  if (group !== null) for (const each of signals) send(-group, each)
  for (const pid of members.pids) {
    const process = snapshot.process(pid)
    if (process === null || (group !== null && process.pgid === group)) continue
    for (const each of signals) send(pid, each)
  }
}

type Signal = StopPolicy['signal'] | 'CONT'

/** @param target a PID above 1, or the negative id of a group above 1. */
function send(target: number, signal: Signal): void {
  if (!isSignallable(Math.abs(target))) return
  try {
    process.kill(target, `SIG${signal}`)
  } catch {
    // ESRCH: just gone. EPERM: changed its user; it is reported as a survivor.
  }
}

function isGone(snapshot: Snapshot, { members }: Stop): boolean {
  return members.pids.every((pid) => snapshot.process(pid) === null)
}

function results(world: World, stops: readonly Stop[], totalMs: number): Map<string, StopResult> {
  const snapshot = world.system.look()
  return new Map(
    stops.map(({ record, members, killed, doneMs }) => [
      record.name,
      {
        survivors: members.pids.filter((pid) => snapshot.process(pid) !== null),
        killed,
        ms: Math.round(doneMs ?? totalMs),
      },
    ]),
  )
}
