/** Tunnels that did not become open: why not, and an end to what still runs of them. The project's lock is held. */
import type { Observed, Problem, RunRecord } from '../../core/model.ts'
import { exitMeaningOf } from '../../core/decide/status.ts'
import { tolerating } from '../files/write-file.ts'
import { stopPolicy, type CloseOptions } from './close.ts'
import type { Awaited, ReadyState } from './wait-ready.ts'
import { stopTunnels, type StopResult } from './stop.ts'
import type { World } from '../state/world.ts'

/** Why a tunnel is not waited for any more. */
export type FailedStart =
  /** `remains`: what is left of it is to be stopped, for this reason. */
  | { kind: 'ended'; problem: Problem; lastLines: string[]; remains: Problem | null }
  /** It runs and will not become open: to be stopped. */
  | { kind: 'hopeless'; problem: Problem }
  /** Somebody else closed or replaced it meanwhile. */
  | { kind: 'overtaken' }

export interface Hopeless extends Pick<Awaited, 'spec' | 'record'> {
  problem: Problem
}

/** What ended by itself is read for its reason. */
export function classifyFailedStart(
  awaited: Awaited,
  verdict: ReadyState,
  observed: Observed | undefined,
  bootId: string,
): FailedStart {
  if (observed?.record.attempt !== awaited.record.attempt) return { kind: 'overtaken' }
  const { process } = observed
  if (verdict.kind === 'hopeless' && process.kind !== 'gone') return { kind: 'hopeless', problem: verdict.problem }
  const ending = exitMeaningOf(observed, bootId)
  // Where the driver's table knows what happened, its words say more than the program's last lines.
  const isExplained = ending !== null && !ending.code.startsWith('run.')
  return {
    kind: 'ended',
    problem: ending ?? leftoverProblem,
    lastLines: process.kind === 'gone' && !isExplained ? process.lastLines : [],
    remains: process.kind === 'leftover' ? leftoverProblem : null,
  }
}

/** Stops what runs without hope, and keeps the reason on record. */
export async function stopHopeless(
  world: World,
  hopeless: readonly Hopeless[],
  options: CloseOptions,
): Promise<Map<string, StopResult>> {
  recordVerdicts(world, hopeless, options)
  return stopTunnels(
    world,
    hopeless.map(({ record, spec }) => ({ record, policy: stopPolicy(spec, options.graceMs) })),
  )
}

function recordVerdicts(
  { store }: World,
  hopeless: readonly { record: RunRecord; problem: Problem }[],
  options: CloseOptions,
): void {
  const records = store.readRecords()
  for (const { record, problem } of hopeless) {
    const stored = records.get(record.name)
    if (stored?.attempt === record.attempt) stored.verdict = problem
  }
  tolerating(options, () => {
    store.writeRecords(records)
  })
}

const leftoverProblem: Problem = {
  code: 'start.daemonised',
  reason: 'its program ended and left processes behind: a tunnel program must stay in the foreground',
  hint: 'take away its option to run in the background',
  heals: false,
}
