/**
 * What the supervisor should do next. Pure: what is wanted and what is seen in, a step out. The numbers it counts with
 * (tries, next time) live in the records, so a supervisor may die at any moment and lose only time.
 */
import { elapsed } from '../text/clock.ts'
import { readExitMeaning, type ExitMeaning } from './exit-meaning.ts'
import type { Health, Observed, RestartPolicy, RunRecord, TunnelSpec } from '../model.ts'
import type { ObservedProject } from './reconcile.ts'
import { endedOnRequest, exitMeaningOf, isOpen, problemOf } from './status.ts'

export interface Step {
  /** To be opened (or awaited) now. */
  open: string[]
  /** To be closed and opened again now, with the reason. */
  reopen: Map<string, string>
  /** What the records are to say from now on. */
  plans: Map<string, { nextAt: number | null; waitsFor: string | null }>
  /** Epoch milliseconds of the next thing that is due; null: nothing is. */
  dueAt: number | null
}

interface Circumstances {
  /** Epoch milliseconds. */
  now: number
  /** Tunnels that are being worked on already. */
  busy: ReadonlySet<string>
  /** Since when each tunnel has been seen with a problem (epoch milliseconds). */
  problemSince: ReadonlyMap<string, number>
  /** 0 to 1, for jitter. */
  random: () => number
}

const firstDelayMs = 1000
/** No delay is longer, jitter aside; a recorded time beyond it was written by another clock. */
export const longestDelayMs = 60_000
/** Open for that long, a tunnel has proved itself: its next failure is a first one again. */
export const provenAfterMs = 60_000
/** A launch left unclaimed for that long was left behind. */
const abandonedAfterMs = 5000

/** Whether a tunnel wants to be watched at all (design.md section 2). */
export function wantsSupervisor({ restart, health }: Pick<TunnelSpec, 'restart' | 'health'>): boolean {
  return restart.when !== 'no' || (health !== null && health.check.kind !== 'listen')
}

/** `wanted`: every tunnel with `want: up`, in the order in which they were declared. */
export function nextStep(wanted: readonly TunnelSpec[], world: ObservedProject, around: Circumstances): Step {
  const step: Step = { open: [], reopen: new Map(), plans: new Map(), dueAt: null }
  for (const spec of wanted) if (!around.busy.has(spec.name)) consider(spec, world, around, step)
  return step
}

/** What the record of the next attempt counts. `now`: epoch milliseconds. */
export function countTry(before: Observed | undefined, now: number): Pick<RunRecord, 'restarts' | 'tries'> {
  if (before === undefined) return { restarts: 0, tries: 0 }
  return { restarts: before.record.restarts + 1, tries: triesInARow(before, before.launched?.health ?? null, now) + 1 }
}

/** min(1 s * 2^n, 60 s), 20 % more or less so that many tunnels do not come back in step. */
export function delayBefore(tries: number, random: () => number): number {
  return Math.round(Math.min(firstDelayMs * 2 ** Math.min(tries, 16), longestDelayMs) * (0.8 + 0.4 * random()))
}

function consider(spec: TunnelSpec, world: ObservedProject, around: Circumstances, step: Step): void {
  const observed = world.tunnels.get(spec.name)
  const missing = spec.needs.find(({ name }) => !isOpen(world.tunnels.get(name)))
  if (observed === undefined) {
    if (missing === undefined && spec.restart.when !== 'no') step.open.push(spec.name)
    return
  }
  switch (observed.process.kind) {
    case 'unknown':
      return
    case 'starting':
      if (elapsed(observed.record.startedAt, around.now) > abandonedAfterMs) step.open.push(spec.name)
      return
    case 'running':
      considerRunning(spec, observed, missing !== undefined, world, around, step)
      return
    // What is left of it is cleared by the next start, after the same delay as after any failure.
    case 'leftover':
    case 'gone':
      considerEnded(spec, observed, missing?.name ?? null, world, around, step)
  }
}

function considerRunning(
  spec: TunnelSpec,
  observed: Observed,
  waits: boolean,
  world: ObservedProject,
  around: Circumstances,
  step: Step,
): void {
  const reopened = spec.needs.find(
    ({ name, restart }) => restart && isYounger(world.tunnels.get(name), observed, around.now),
  )
  if (reopened !== undefined) {
    step.reopen.set(spec.name, `${reopened.name} was reopened`)
    return
  }
  if (!observed.readied) {
    step.open.push(spec.name)
    return
  }
  const problem = problemOf(observed)
  const since = around.problemSince.get(spec.name)
  if (problem === null || since === undefined) return
  // While what it needs is away the problem is not its own, and a new process would have it too.
  // Tries are counted as of then: time with a problem proves nothing.
  if (waits || whyNotReopened(spec, observed, since) !== null) return
  const waitMs = Math.max(
    // What a probe found sick has had its retries already; what looking shows is given the same patience.
    observed.record.sick === null ? patienceMs(spec) - elapsed(since, around.now) : 0,
    // Attempts that fail one after the other are as far apart as those that end by themselves.
    delayBefore(triesInARow(observed, spec.health, since), () => 0.5) - elapsed(observed.record.startedAt, around.now),
    recheckMs(spec, world, around.now),
  )
  if (waitMs <= 0) step.reopen.set(spec.name, problem)
  else step.dueAt = earlier(step.dueAt, around.now + waitMs)
}

function patienceMs({ health }: Pick<TunnelSpec, 'health'>): number {
  const { intervalMs, retries } = health ?? { intervalMs: 10_000, retries: 2 }
  return intervalMs * Math.max(0, retries - 1)
}

/** Until the next check has come and gone since what it needs came back: perhaps that was all that was missing. */
function recheckMs({ needs, health }: TunnelSpec, world: ObservedProject, now: number): number {
  if (health === null) return 0
  const back = needs.map(({ name }) => {
    const need = world.tunnels.get(name)
    // Seen open before anybody marked it so.
    return elapsed(need?.readiedAt ?? need?.record.startedAt ?? 0, now)
  })
  return checkMs(health) - Math.min(...back)
}

/** How long a check may take, with the pause before it once one has failed. */
function checkMs({ timeoutMs }: Health): number {
  return 2 * Math.max(1000, timeoutMs)
}

function considerEnded(
  spec: TunnelSpec,
  observed: Observed,
  missing: string | null,
  world: ObservedProject,
  around: Circumstances,
  step: Step,
): void {
  const { record } = observed
  const plan = (nextAt: number | null, waitsFor: string | null): void => {
    if (record.nextAt !== nextAt || record.waitsFor !== waitsFor) step.plans.set(spec.name, { nextAt, waitsFor })
  }
  if (!comesBack(spec, observed, world.bootId, around.now)) {
    plan(null, null)
    return
  }
  // While what it needs is away it waits, and burns no try.
  if (missing !== null) {
    plan(null, missing)
    return
  }
  // What was being replaced when its command was killed is owed its second half at once.
  if (record.waitsFor !== null || endedOnRequest(observed)) {
    step.open.push(spec.name)
  } else if (record.nextAt === null) {
    const nextAt = around.now + delayBefore(triesInARow(observed, spec.health, around.now), around.random)
    plan(nextAt, null)
    step.dueAt = earlier(step.dueAt, nextAt)
  } else if (record.nextAt <= around.now || record.nextAt > around.now + 2 * longestDelayMs) {
    step.open.push(spec.name)
  } else {
    step.dueAt = earlier(step.dueAt, record.nextAt)
  }
}

/** What the restart policy says about this ending. */
function comesBack(spec: TunnelSpec, observed: Observed, bootId: string, now: number): boolean {
  return whyNotBack(spec, observed, bootId, now) === null
}

/** Why a tunnel that is wanted and ended is not opened again by a supervisor, in words that follow "because"; null: it is. */
export function whyNotBack(spec: TunnelSpec, observed: Observed, bootId: string, now: number): string | null {
  const ending = leftoverEnding(observed) ?? exitMeaningOf(observed, bootId)
  const { restart } = spec
  if (ending === null) return 'it has not ended'
  if (restart.when === 'no') return 'its policy is restart: no'
  // p2p itself stopped it, and not to close it: it is wanted.
  if (endedOnRequest(observed)) return null
  if (ending.means === 'stopped') {
    return restart.when === 'always'
      ? null
      : 'somebody stopped it, and only restart: always brings back what was stopped'
  }
  if (!ending.heals) return 'trying again would not help'
  return isExhausted(spec, observed, now) ? exhausted(restart) : null
}

/** Why a wanted tunnel that runs with a problem is not reopened by a supervisor, as above; null: it is, or has none. */
export function whyNotReopened(spec: TunnelSpec, observed: Observed, now: number): string | null {
  if (!observed.readied || problemOf(observed) === null) return null
  if (spec.restart.when === 'no') return 'its policy is restart: no'
  return isExhausted(spec, observed, now) ? exhausted(spec.restart) : null
}

function exhausted({ max }: RestartPolicy): string {
  return max === 1 ? 'it was tried again once already' : `it was tried again ${max ?? 0} times already`
}

/** A program that ended and left others behind ended all the same; its last lines are not looked at. */
function leftoverEnding({ process, record, launched }: Observed): ExitMeaning | null {
  if (process.kind !== 'leftover') return null
  if (record.verdict !== null) return { ...record.verdict, means: 'failed' }
  const facts = { status: process.status, lastLines: [], ranMs: null, opened: true, rebooted: false }
  return readExitMeaning(facts, launched)
}

/** `on-failure:N`: whether it has had its N tries in a row. */
function isExhausted({ restart, health }: TunnelSpec, observed: Observed, now: number): boolean {
  return restart.max !== null && triesInARow(observed, health, now) >= restart.max
}

/** Tries since it was last open for long. */
function triesInARow(observed: Observed, health: Health | null, now: number): number {
  const { readiedAt, record } = observed
  const healthyUntil = observed.process.kind === 'running' ? lastKnownHealthy(observed, health, now) : endOf(observed)
  return readiedAt !== null && healthyUntil - readiedAt >= provenAfterMs ? 0 : record.tries
}

/** When an ended tunnel ended, as far as anybody knows; else the beginning of time. */
function endOf({ process }: Observed): number {
  return process.kind === 'gone' ? (process.endedAt ?? 0) : 0
}

/** Until when a tunnel that runs with a problem was healthy: finding out takes its time. */
function lastKnownHealthy({ record }: Observed, health: Health | null, now: number): number {
  if (record.sick === null || health === null) return now - patienceMs({ health })
  return Math.min(record.sickSince ?? now, now) - health.intervalMs - health.retries * checkMs(health)
}

/** A start in the future was written by another clock: compared with it every new child would be too old again. */
function isYounger(parent: Observed | undefined, child: Observed, now: number): boolean {
  if (parent === undefined || !isOpen(parent)) return false
  return parent.record.startedAt > child.record.startedAt && parent.record.startedAt <= now
}

function earlier(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b)
}
