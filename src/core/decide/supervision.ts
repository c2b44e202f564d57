/** Decides what the supervisor does next. Pure; its counters are in the records, so a supervisor that dies loses only time. */
import { elapsed } from '../text/clock.ts'
import { readExitMeaning } from './exit-meaning.ts'
import type { Health, Observed, RestartPolicy, RunRecord, TunnelSpec } from '../model.ts'
import type { ObservedProject } from './reconcile.ts'
import { endedOnRequest, exitMeaningOf, failsBehind, isOpen, notFinal, problemOf, type Ending } from './status.ts'

export interface Step {
  /** To open (or await) now. */
  open: string[]
  /** To reopen now, with the reason. */
  reopen: Map<string, string>
  /** `stoppingAt`: the mark of a stop that was given up is cleared. */
  plans: Map<string, Pick<RunRecord, 'nextAt' | 'waitsFor'> & { stoppingAt?: null }>
  /** When the next thing is due (epoch milliseconds); null: nothing is. */
  dueAt: number | null
}

interface Circumstances {
  now: number
  busy: ReadonlySet<string>
  /** Since when each tunnel has had a problem (epoch milliseconds). */
  problemSince: ReadonlyMap<string, number>
  random: () => number
}

const firstDelayMs = 1000
/** Without jitter; a recorded time beyond it was written by another clock. */
export const longestDelayMs = 60_000
/** After being open for that long, a tunnel's next failure counts as its first. */
export const provenAfterMs = 60_000
/** After this an unclaimed launch counts as abandoned. */
const abandonedAfterMs = 5000

/** Whether a tunnel needs a supervisor (design.md section 2). */
export function wantsSupervisor({
  restart,
  health,
  outcomes,
  hooks,
}: Pick<TunnelSpec, 'restart' | 'health' | 'outcomes' | 'hooks'>): boolean {
  const isHeard = outcomes.some(({ living }) => living)
  // Commands see every opening that they wait for, but no one else sees the rest.
  const isTold = (['unhealthy', 'failed', 'closed'] as const).some((name) => hooks?.[name] !== undefined)
  return restart.when !== 'no' || isHeard || isTold || (health !== null && health.check.kind !== 'listen')
}

/** `wanted`: every tunnel with `want: up`, in declared order. */
export function nextStep(wanted: readonly TunnelSpec[], world: ObservedProject, around: Circumstances): Step {
  const step: Step = { open: [], reopen: new Map(), plans: new Map(), dueAt: null }
  for (const spec of wanted) if (!around.busy.has(spec.name)) consider(spec, world, around, step)
  return step
}

/** The counters of the next attempt. `now`: epoch milliseconds. */
export function countTry(before: Observed | undefined, now: number): Pick<RunRecord, 'restarts' | 'tries'> {
  if (before === undefined) return { restarts: 0, tries: 0 }
  const { restarts, tries, verdict } = before.record
  // It was only recorded: this is its first start.
  if (verdict?.code === 'needs.closed') return { restarts, tries }
  return { restarts: restarts + 1, tries: triesInARow(before, before.launched?.health ?? null, now) + 1 }
}

/** The same for what was open before: `refusals` of a launch with this fingerprint. */
export function countRefusals(before: Observed | undefined, fingerprint: string, bootId: string): number | undefined {
  if (before === undefined || before.record.fingerprint !== fingerprint) return undefined
  const counted = before.readied ? 0 : before.record.refusals
  return counted === undefined || endingOf(before, bootId)?.wasFine !== true ? counted : counted + 1
}

/** min(1 s * 2^n, 60 s) with 20 % jitter, so that tunnels do not retry in step. */
export function delayBefore(tries: number, random: () => number): number {
  return Math.round(Math.min(firstDelayMs * 2 ** Math.min(tries, 16), longestDelayMs) * (0.8 + 0.4 * random()))
}

/** For what was refused after it had been open: a far end that bans after a few refusals must not see them. */
const firstLongDelayMs = 5 * 60_000
const longestLongDelayMs = 8 * firstLongDelayMs

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
    // The next start stops leftovers, after the same delay as after any failure.
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
  if (observed.stopAbandoned === true) step.plans.set(spec.name, { nextAt: null, waitsFor: null, stoppingAt: null })
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
  // While a need is down the problem is not its own. Tries count as of `since`: time with a problem proves nothing.
  if (waits || whyNotReopened(spec, observed, since) !== null) return
  const waitMs = Math.max(
    // A failed health check has had its retries; give an observed problem the same patience.
    observed.record.sick === null ? patienceMs(spec) - elapsed(since, around.now) : 0,
    // Failing attempts are as far apart as attempts that exit.
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

/** Waits for one more check after its needs came back: that may have been the cause. */
function recheckMs({ needs, health }: TunnelSpec, world: ObservedProject, now: number): number {
  if (health === null) return 0
  const back = needs.map(({ name }) => {
    const need = world.tunnels.get(name)
    // Observed open before the mark was made.
    return elapsed(need?.readiedAt ?? need?.record.startedAt ?? 0, now)
  })
  return checkMs(health) - Math.min(...back)
}

/** How long a check may take, including the pause after a failure. */
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
  if (whyNotBack(spec, observed, world.bootId, around.now) !== null) {
    plan(null, null)
    return
  }
  const isRefused = endingOf(observed, world.bootId)?.wasFine === true
  // Waiting for a need uses up no retry.
  if (missing !== null) {
    plan(isRefused ? record.nextAt : null, missing)
    return
  }
  const longestMs = isRefused ? longestLongDelayMs : longestDelayMs
  // Its command was killed during a replacement: finish it at once.
  if ((record.waitsFor !== null && !isRefused) || endedOnRequest(observed)) {
    step.open.push(spec.name)
  } else if (record.nextAt === null) {
    const longMs = firstLongDelayMs * 2 ** (record.refusals ?? 0) * (1 + 0.2 * around.random())
    const shortMs = delayBefore(triesInARow(observed, spec.health, around.now), around.random)
    const nextAt = around.now + (isRefused ? Math.round(Math.min(longMs, longestMs)) : shortMs)
    plan(nextAt, null)
    step.dueAt = earlier(step.dueAt, nextAt)
  } else if (record.nextAt <= around.now || record.nextAt > around.now + 2 * longestMs) {
    step.open.push(spec.name)
  } else {
    step.dueAt = earlier(step.dueAt, record.nextAt)
  }
}

/** Why a supervisor does not reopen a wanted tunnel that exited, to follow "because"; null: it does. */
export function whyNotBack(spec: TunnelSpec, observed: Observed, bootId: string, now: number): string | null {
  const ending = endingOf(observed, bootId)
  const { restart } = spec
  if (ending === null) return 'it has not exited'
  if (restart.when === 'no') return 'its policy is restart: no'
  // p2p stopped it in order to reopen it.
  if (endedOnRequest(observed)) return null
  if (ending.means === 'stopped') {
    return restart.when === 'always' ? null : 'it was stopped outside p2p, and only restart: always reopens it then'
  }
  if (!ending.heals) return 'a retry would not help'
  return isExhausted(spec, observed, now) ? exhausted(restart) : null
}

/** The same for a running tunnel with a problem; null: it is reopened, or has no problem. */
export function whyNotReopened(spec: TunnelSpec, observed: Observed, now: number): string | null {
  const problem = problemOf(observed)
  if (!observed.readied || problem === null) return null
  if (spec.restart.when === 'no') return 'its policy is restart: no'
  if (failsBehind(observed)) return 'what fails lies behind its far end'
  return isExhausted(spec, observed, now) ? exhausted(spec.restart) : null
}

function exhausted({ max }: RestartPolicy): string {
  return max === 1 ? 'it was already retried once' : `it was already retried ${max ?? 0} times`
}

/** A program that exited but left processes behind counts as exited; its last lines are not read. */
export function endingOf(observed: Observed, bootId: string): Ending | null {
  const { process, record, launched } = observed
  if (process.kind !== 'leftover') return exitMeaningOf(observed, bootId)
  if (record.verdict !== null) return notFinal({ ...record.verdict, means: 'failed' }, observed)
  const facts = { status: process.status, lastLines: [], ranMs: null, opened: true, rebooted: false }
  return notFinal(readExitMeaning(facts, launched), observed)
}

/** `on-failure:N`: whether it has had N retries in a row. */
function isExhausted({ restart, health }: TunnelSpec, observed: Observed, now: number): boolean {
  return restart.max !== null && triesInARow(observed, health, now) >= restart.max
}

/** Tries since it was last open for long. */
function triesInARow(observed: Observed, health: Health | null, now: number): number {
  const { readiedAt, record } = observed
  const healthyUntil = observed.process.kind === 'running' ? lastKnownHealthy(observed, health, now) : endOf(observed)
  return readiedAt !== null && healthyUntil - readiedAt >= provenAfterMs ? 0 : record.tries
}

function endOf({ process }: Observed): number {
  return process.kind === 'gone' ? (process.endedAt ?? 0) : 0
}

/** Until when a running tunnel with a problem was healthy: detection takes time. */
function lastKnownHealthy({ record }: Observed, health: Health | null, now: number): number {
  if (record.sick === null || health === null) return now - patienceMs({ health })
  return Math.min(record.sickSince ?? now, now) - health.intervalMs - health.retries * checkMs(health)
}

/** A start in the future was written by another clock: every new child would be older than it again. */
function isYounger(parent: Observed | undefined, child: Observed, now: number): boolean {
  if (parent === undefined || !isOpen(parent)) return false
  return parent.record.startedAt > child.record.startedAt && parent.record.startedAt <= now
}

function earlier(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b)
}
