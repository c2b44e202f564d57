/** Handles tunnels that failed to open: finds the reason and stops what still runs. The project's lock is held. */
import type { Observed, Problem, RunRecord, TunnelSpec } from '../../core/model.ts'
import { exitMeaningOf } from '../../core/decide/status.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { tolerating } from '../files/write-file.ts'
import { tailOfRun } from '../logs/log-file.ts'
import { stageSince } from '../logs/search.ts'
import type { World } from '../state/world.ts'
import { stopPolicy, survivorsProblem, type CloseOptions } from './close.ts'
import type { Launching } from './launching.ts'
import { inBackground } from './port-holder.ts'
import { observe } from './observe.ts'
import { stopTunnels } from './stop.ts'
import { notReady, type Awaited, type ReadyState } from './wait-ready.ts'

export async function endFailedStarts(
  world: World,
  launching: Launching,
  over: readonly [string, ReadyState][],
  closing: CloseOptions,
): Promise<void> {
  const toStop: Failed[] = []
  const seen = observe(world, { specs: true })
  for (const [name, state] of over) {
    const awaited = launching.waiter.remove(name)
    if (awaited === null) continue
    const observed = seen.tunnels.get(name)
    const why = classifyFailedStart(awaited, state, observed, seen.bootId)
    switch (why.kind) {
      case 'overtaken':
        overtaken(launching, awaited.spec, observed)
        break
      case 'running':
        toStop.push({ ...awaited, problem: why.problem, heard: why.heard })
        break
      case 'ended':
        launching.failed(name, why.problem, why.lastLines)
        if (why.remains !== null) toStop.push({ ...awaited, problem: why.remains, heard: null })
        break
      default:
        unreachable(why)
    }
  }
  if (toStop.length === 0) return
  recordVerdicts(world, toStop, closing)
  const results = await stopTunnels(
    world,
    toStop.map(({ record, spec }) => ({ record, policy: stopPolicy(spec, closing.graceMs) })),
  )
  const last = toStop.map((failed) => ({ ...failed, problem: reasonInLastWords(world, failed) }))
  const changed = last.filter(({ problem }, index) => problem !== toStop[index]?.problem)
  if (changed.length > 0) recordVerdicts(world, changed, closing)
  for (const { record, spec, problem } of last) {
    const { name, logOffset } = record
    const result = results.get(name)
    if (result !== undefined && result.survivors.length > 0) {
      launching.emit({ type: 'survived', name, pids: result.survivors, problem: survivorsProblem(result) })
    }
    if (!launching.queue.hasFailed(name)) {
      launching.failed(name, problem, tailOfRun(world.store.logOf(name), logOffset, spec.logs))
    }
  }
}

/** `heard`: the offset of output that is not judged yet; null: its output does not matter. */
type Failed = Awaited & { problem: Problem; heard: number | null }

/** Some programs say only at their end what they waited for: their output stays in a buffer until then. */
function reasonInLastWords(world: World, { spec, record, problem, heard }: Failed): Problem {
  if (heard === null || problem.code !== 'start.not-ready') return problem
  const stage = stageSince(world.store.logOf(record.name), heard, spec.logs.stages)
  return stage === null ? problem : notReady(world, { spec, record }, stage)
}

/** Another command stopped or replaced the attempt while we waited for it. */
function overtaken(launching: Launching, spec: TunnelSpec, observed: Observed | undefined): void {
  if (observed?.process.kind === 'running' && observed.record.fingerprint === spec.fingerprint) {
    launching.eventLog.turnTo(spec.name, observed.record.attempt)
    launching.waiter.add(spec, observed.record)
    return
  }
  const reason = observed === undefined ? 'closed by another p2p command' : 'replaced by another p2p command'
  launching.failed(spec.name, { code: 'start.overtaken', reason, hint: null, heals: true }, [])
}

type FailedStart =
  /** `remains`: leftover processes are stopped for this reason. */
  | { kind: 'ended'; problem: Problem; lastLines: string[]; remains: Problem | null }
  | { kind: 'running'; problem: Problem; heard: number }
  | { kind: 'overtaken' }

function classifyFailedStart(
  awaited: Awaited,
  state: ReadyState,
  observed: Observed | undefined,
  bootId: string,
): FailedStart {
  if (observed?.record.attempt !== awaited.record.attempt) return { kind: 'overtaken' }
  const { process } = observed
  if (state.kind === 'failed' && process.kind !== 'gone') return { ...state, kind: 'running' }
  const ending = exitMeaningOf(observed, bootId)
  // A message of the driver's table says more than the program's last lines.
  const isExplained = ending !== null && !ending.code.startsWith('run.')
  return {
    kind: 'ended',
    problem: ending ?? inBackground(null),
    lastLines: process.kind === 'gone' && !isExplained ? process.lastLines : [],
    remains: process.kind === 'leftover' ? inBackground(process.members[0] ?? null) : null,
  }
}

/** Stops running tunnels for a reason that stays on record. The project's lock is held. */
export async function stopForGood(
  world: World,
  tunnels: readonly (Pick<Awaited, 'record' | 'spec'> & { problem: Problem })[],
): Promise<void> {
  const stored = world.store.readRecords()
  const current = tunnels.filter(({ record }) => stored.get(record.name)?.attempt === record.attempt)
  recordVerdicts(world, current, { despiteWriteErrors: false })
  await stopTunnels(
    world,
    current.map(({ record, spec }) => ({ record, policy: stopPolicy(spec, null) })),
  )
}

/** Recorded before stopping, so that the reason survives this process. */
function recordVerdicts(
  { store }: World,
  failed: readonly { record: RunRecord; problem: Problem }[],
  closing: Pick<CloseOptions, 'despiteWriteErrors'>,
): void {
  const records = store.readRecords()
  for (const { record, problem } of failed) {
    const stored = records.get(record.name)
    if (stored?.attempt === record.attempt) stored.verdict = problem
  }
  tolerating(closing, () => {
    store.writeRecords(records)
  })
}
