/**
 * What the supervisor should do next. Pure: what is wanted and what is seen in, a step out. The numbers it counts with
 * (tries, next time) live in the records, so a supervisor may die at any moment and lose only time.
 */
import type { Observed, RunRecord, TunnelSpec } from './model.ts'
import type { World } from './reconcile.ts'
import { endingOf, isOpen, troubleOf } from './status.ts'

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

export interface Circumstances {
  /** Epoch milliseconds. */
  now: number
  /** Tunnels that are being worked on already. */
  busy: ReadonlySet<string>
  /** Since when each tunnel has been seen in trouble (epoch milliseconds). */
  troubleSince: ReadonlyMap<string, number>
  /** 0 to 1, for jitter. */
  random: () => number
}

const firstDelayMs = 1000
/** No delay is longer, jitter aside; a recorded time beyond it was written by another clock. */
export const longestDelayMs = 60_000
/** Open for that long, a tunnel has proved itself: its next failure is a first one again. */
export const provenAfterMs = 60_000
/** A launch that nobody claimed for that long was left behind. */
const abandonedAfterMs = 5000

/** Whether a tunnel wants to be watched at all (design.md section 2). */
export function wantsSupervisor({ restart, health }: Pick<TunnelSpec, 'restart' | 'health'>): boolean {
  return restart.when !== 'no' || (health !== null && health.check.kind !== 'listen')
}

/** `wanted`: every tunnel with `want: up`, in the order in which they were declared. */
export function nextStep(wanted: readonly TunnelSpec[], world: World, around: Circumstances): Step {
  const step: Step = { open: [], reopen: new Map(), plans: new Map(), dueAt: null }
  for (const spec of wanted) if (!around.busy.has(spec.name)) consider(spec, world, around, step)
  return step
}

/** What the record of the next attempt counts. */
export function countTry(before: Observed | undefined): Pick<RunRecord, 'restarts' | 'tries'> {
  if (before === undefined) return { restarts: 0, tries: 0 }
  const { record } = before
  return { restarts: record.restarts + 1, tries: isProven(before) ? 1 : record.tries + 1 }
}

/** min(1 s * 2^n, 60 s), 20 % more or less so that many tunnels do not come back in step. */
export function delayBefore(tries: number, random: () => number): number {
  return Math.round(Math.min(firstDelayMs * 2 ** Math.min(tries, 16), longestDelayMs) * (0.8 + 0.4 * random()))
}

function consider(spec: TunnelSpec, world: World, around: Circumstances, step: Step): void {
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
      if (around.now - observed.record.startedAt > abandonedAfterMs) step.open.push(spec.name)
      return
    case 'running':
      considerRunning(spec, observed, world, around, step)
      return
    case 'leftover':
      // What is left of it is cleared by whoever starts it anew, after the same delay as after any failure.
      considerEnded(spec, observed, spec.restart.when !== 'no', missing?.name ?? null, around, step)
      return
    case 'gone':
      considerEnded(spec, observed, comesBack(spec, observed, world.bootId), missing?.name ?? null, around, step)
  }
}

function considerRunning(spec: TunnelSpec, observed: Observed, world: World, around: Circumstances, step: Step): void {
  const reopened = spec.needs.find(({ name, restart }) => restart && isYounger(world.tunnels.get(name), observed))
  if (reopened !== undefined) {
    step.reopen.set(spec.name, `${reopened.name} was reopened`)
    return
  }
  if (!observed.readied) {
    step.open.push(spec.name)
    return
  }
  const trouble = troubleOf(observed)
  const since = around.troubleSince.get(spec.name)
  if (trouble === null || since === undefined || spec.restart.when === 'no') return
  const { intervalMs, retries } = spec.health ?? { intervalMs: 10_000, retries: 2 }
  // What a probe found sick has had its retries already; what looking shows is given the same patience.
  const dueAt = observed.record.sick === null ? since + intervalMs * Math.max(0, retries - 1) : around.now
  if (dueAt <= around.now) step.reopen.set(spec.name, trouble)
  else step.dueAt = earlier(step.dueAt, dueAt)
}

function considerEnded(
  spec: TunnelSpec,
  observed: Observed,
  returns: boolean,
  missing: string | null,
  around: Circumstances,
  step: Step,
): void {
  const { record } = observed
  const plan = (nextAt: number | null, waitsFor: string | null): void => {
    if (record.nextAt !== nextAt || record.waitsFor !== waitsFor) step.plans.set(spec.name, { nextAt, waitsFor })
  }
  if (!returns) {
    plan(null, null)
    return
  }
  // While what it needs is away it waits, and burns no try.
  if (missing !== null) {
    plan(null, missing)
    return
  }
  const tries = isProven(observed) ? 0 : record.tries
  if (record.waitsFor !== null) {
    step.open.push(spec.name)
  } else if (record.nextAt === null) {
    const nextAt = around.now + delayBefore(tries, around.random)
    plan(nextAt, null)
    step.dueAt = earlier(step.dueAt, nextAt)
  } else if (record.nextAt <= around.now || record.nextAt > around.now + 2 * longestDelayMs) {
    step.open.push(spec.name)
  } else {
    step.dueAt = earlier(step.dueAt, record.nextAt)
  }
}

/** What the restart policy says about this ending. */
function comesBack({ restart }: TunnelSpec, observed: Observed, bootId: string): boolean {
  const ending = endingOf(observed, bootId)
  if (ending === null || restart.when === 'no') return false
  if (ending.means === 'stopped') return restart.when === 'always'
  if (!ending.heals) return false
  return restart.max === null || isProven(observed) || observed.record.tries < restart.max
}

function isProven({ readiedAt, process }: Observed): boolean {
  if (readiedAt === null || process.kind !== 'gone') return false
  return process.endedAt !== null && process.endedAt - readiedAt >= provenAfterMs
}

function isYounger(parent: Observed | undefined, child: Observed): boolean {
  return isOpen(parent) && parent !== undefined && parent.record.startedAt > child.record.startedAt
}

function earlier(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b)
}
