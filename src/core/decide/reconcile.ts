/** Plans how to reach a goal from the observed state. Pure. "Nothing to do" is an action too, so that reports are complete. */
import { describeDrift } from './drift.ts'
import type { Observed, TunnelSpec } from '../model.ts'
import type { Action, Goal, Plan, UpGoal } from '../plan.ts'
import { exitMeaningOf, failsBehind, isOpen, problemOf } from './status.ts'
import { groupBy } from '../text/group-by.ts'
import { unreachable } from '../text/unreachable.ts'

/** All recorded tunnels by name, just observed. */
export interface ObservedProject {
  tunnels: ReadonlyMap<string, Observed>
  bootId: string
  supervised: boolean
}

export function reconcile(goal: Goal, world: ObservedProject): Plan {
  return goal.want === 'up' ? reconcileUp(goal, world) : reconcileDown(goal.names, world)
}

/** The decision about one tunnel, before ordering. */
type Verdict =
  | { kind: 'start'; cause: string }
  | { kind: 'replace'; cause: string }
  | { kind: 'keep'; cause: string; awaits: boolean }
  | { kind: 'refuse'; cause: string; look: string; code?: string }

function reconcileUp(goal: UpGoal, world: ObservedProject): Plan {
  const specs = new Map(goal.project.tunnels.map((spec) => [spec.name, spec]))
  const wanted = inNeedOrder(goal.names, specs)
  const verdicts = new Map<string, Verdict>()
  for (const spec of wanted) verdicts.set(spec.name, judge(spec, goal, world))
  leaveWhatCannotReopen(wanted, goal, verdicts, world)
  followParents(goal.project.tunnels, wanted, verdicts, world)

  const dependants = dependantsIn(world)
  const actions: Action[] = []
  const stopIndex = new Map<string, number>()
  // Dependants stop first: the reverse of the start order.
  for (const [name, verdict] of [...verdicts].reverse()) {
    const observed = world.tunnels.get(name)
    if (verdict.kind !== 'replace' || observed === undefined) continue
    const after = dependants(name).flatMap((other) => stopIndex.get(other) ?? [])
    stopIndex.set(name, actions.length)
    actions.push({ do: 'stop', name, cause: verdict.cause, after, record: observed.record, spec: observed.launched })
  }
  actions.push(...orphanStops(goal, world))

  const readyIndex = new Map<string, number>()
  for (const [name, verdict] of verdicts) {
    const spec = specs.get(name)
    if (spec === undefined) continue
    const after = spec.needs.flatMap((need) => readyIndex.get(need.name) ?? [])
    const stop = stopIndex.get(name)
    if (stop !== undefined) after.unshift(stop)
    readyIndex.set(name, actions.length)
    actions.push(upAction(spec, verdict, after, world.tunnels.get(name)))
  }
  return { actions, notices: orphanNotices(goal, world) }
}

function upAction(spec: TunnelSpec, verdict: Verdict, after: number[], observed: Observed | undefined): Action {
  const { name } = spec
  const { cause } = verdict
  if (verdict.kind === 'start' || verdict.kind === 'replace' || observed === undefined) {
    return { do: 'start', name, cause, after, spec }
  }
  const { record } = observed
  if (verdict.kind === 'refuse') {
    const { look, code = 'run.unknown' } = verdict
    return { do: 'refuse', name, cause, after, record, look, code }
  }
  return { do: 'keep', name, cause, after, record, spec, awaits: verdict.awaits }
}

function judge(spec: TunnelSpec, goal: UpGoal, world: ObservedProject): Verdict {
  const observed = world.tunnels.get(spec.name)
  if (observed === undefined) return { kind: 'start', cause: 'not running' }
  const { process, record } = observed
  switch (process.kind) {
    case 'unknown':
      return { kind: 'refuse', cause: process.why, look: process.look }
    case 'gone':
      return { kind: 'start', cause: exitMeaningOf(observed, world.bootId)?.reason ?? 'not running' }
    case 'leftover':
      return { kind: 'replace', cause: 'processes of its last run are still running' }
    case 'starting':
      // We hold the lock, so the command that committed this attempt is gone: settle it, then start again.
      return { kind: 'replace', cause: 'its launch was interrupted' }
    case 'running': {
      if (goal.recreate === 'always')
        return { kind: 'replace', cause: goal.causes?.get(spec.name) ?? 'asked to recreate' }
      if (goal.recreate === 'never') return { kind: 'keep', cause: 'running, not recreated', awaits: !isOpen(observed) }
      if (record.fingerprint !== spec.fingerprint)
        return { kind: 'replace', cause: describeDrift(observed.launched, spec) }
      const problem = observed.readied || process.stopped ? problemOf(observed) : null
      if (problem !== null && failsBehind(observed)) {
        const look = `${record.sickBehind ?? ''}; p2p restart ${spec.name} replaces it`
        return { kind: 'refuse', cause: `left as it is: ${problem}`, look, code: 'health.failed' }
      }
      if (problem !== null) return { kind: 'replace', cause: problem }
      return isOpen(observed)
        ? { kind: 'keep', cause: 'already open', awaits: false }
        : { kind: 'keep', cause: 'already opening', awaits: true }
    }
    default:
      return unreachable(process)
  }
}

/** Tunnels with `depends_on: {x: {restart: true}}` are reopened together with x. */
function followParents(
  declared: readonly TunnelSpec[],
  wanted: readonly TunnelSpec[],
  verdicts: Map<string, Verdict>,
  world: ObservedProject,
): void {
  const queue = wanted.filter(({ name }) => verdicts.get(name)?.kind === 'replace').map(({ name }) => name)
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    for (const spec of declared) {
      const follows = spec.needs.some((need) => need.name === parent && need.restart)
      const running = world.tunnels.get(spec.name)?.process.kind === 'running'
      if (!follows || !running || verdicts.get(spec.name)?.kind === 'replace') continue
      verdicts.set(spec.name, { kind: 'replace', cause: `${parent} is reopened` })
      queue.push(spec.name)
    }
  }
}

/** A person's restart closes nothing that would be blocked by its need afterwards. */
function leaveWhatCannotReopen(
  wanted: readonly TunnelSpec[],
  goal: UpGoal,
  verdicts: Map<string, Verdict>,
  world: ObservedProject,
): void {
  if (goal.ignoreNeeds === true || goal.causes !== undefined) return
  for (const { name, needs } of wanted) {
    if (verdicts.get(name)?.kind !== 'replace' || world.tunnels.get(name)?.process.kind !== 'running') continue
    const missing = needs.find((need) => !verdicts.has(need.name) && !isOpen(world.tunnels.get(need.name)))
    if (missing === undefined) continue
    const cause = `${missing.name} is not open (depends_on), so it would not open again; it is left as it is`
    verdicts.set(name, {
      kind: 'refuse',
      cause,
      look: 'p2p up opens both; --no-deps restarts it alone',
      code: 'needs.closed',
    })
  }
}

function reconcileDown(names: readonly string[], world: ObservedProject): Plan {
  const dependants = dependantsIn(world)
  const actions: Action[] = []
  const index = new Map<string, number>()
  const chosen = new Set(names)
  const visit = (name: string): void => {
    if (index.has(name)) return
    // Marked before its dependants are visited: recorded needs of different ages may form a cycle.
    index.set(name, -1)
    const first = dependants(name).filter((other) => chosen.has(other))
    first.forEach(visit)
    const after = first.flatMap((other) => index.get(other) ?? []).filter((i) => i >= 0)
    index.set(name, actions.length)
    actions.push(downAction(name, after, world.tunnels.get(name)))
  }
  names.forEach(visit)
  return { actions, notices: downNotices(chosen, world, dependants) }
}

function downAction(name: string, after: number[], observed: Observed | undefined): Action {
  if (observed === undefined) return { do: 'nothing', name, cause: 'not running', after }
  const { record, process, launched: spec } = observed
  switch (process.kind) {
    case 'gone':
      return { do: 'forget', name, cause: 'not running', after, record }
    case 'unknown':
      return { do: 'refuse', name, cause: process.why, after, record, look: process.look, code: 'run.unknown' }
    case 'starting':
    case 'running':
    case 'leftover':
      return { do: 'stop', name, cause: 'asked to close', after, record, spec }
    default:
      return unreachable(process)
  }
}

function downNotices(chosen: ReadonlySet<string>, world: ObservedProject, dependants: Dependants): string[] {
  return [...chosen].flatMap((name) => {
    const left = dependants(name).filter((other) => !chosen.has(other) && alive(world.tunnels.get(other)))
    if (left.length === 0) return []
    const [depends, keeps] = left.length === 1 ? ['depends', 'keeps'] : ['depend', 'keep']
    return [`${left.join(', ')} ${depends} on ${name} and ${keeps} running`]
  })
}

function orphanStops(goal: UpGoal, world: ObservedProject): Action[] {
  if (goal.orphans !== 'remove') return []
  return orphans(goal, world).map((name) => {
    const action = downAction(name, [], world.tunnels.get(name))
    return { ...action, cause: action.do === 'refuse' ? action.cause : 'no longer declared' }
  })
}

function orphanNotices(goal: UpGoal, world: ObservedProject): string[] {
  if (goal.orphans === 'remove') return []
  const running = orphans(goal, world).filter((name) => alive(world.tunnels.get(name)))
  if (running.length === 0) return []
  const [is, it] = running.length === 1 ? ['runs and is', 'it'] : ['run and are', 'them']
  return [
    `${running.join(', ')} ${is} no longer declared: close ${it} with --remove-orphans or p2p down ${running.join(' ')}`,
  ]
}

function orphans(goal: UpGoal, world: ObservedProject): string[] {
  const declared = new Set(goal.project.tunnels.map(({ name }) => name))
  return [...world.tunnels.keys()].filter((name) => !declared.has(name)).sort()
}

function alive(observed: Observed | undefined): boolean {
  return observed !== undefined && observed.process.kind !== 'gone'
}

/** Recorded tunnels that needed this one when launched. */
type Dependants = (name: string) => readonly string[]

function dependantsIn(world: ObservedProject): Dependants {
  const needs = [...world.tunnels].flatMap(([other, { launched }]) =>
    [...new Set(launched?.needs.map(({ name }) => name))].map((name) => ({ name, other })),
  )
  const byName = groupBy(needs, ({ name }) => name)
  return (name) => byName.get(name)?.map(({ other }) => other) ?? []
}

/** Each after its needs. Cycles were rejected when the project was read. */
function inNeedOrder(names: readonly string[], specs: ReadonlyMap<string, TunnelSpec>): TunnelSpec[] {
  const chosen = new Set(names)
  const order = new Map<string, TunnelSpec>()
  const visit = (name: string): void => {
    const spec = specs.get(name)
    if (spec === undefined || order.has(name)) return
    for (const need of spec.needs) if (chosen.has(need.name)) visit(need.name)
    order.set(name, spec)
  }
  for (const spec of specs.values()) if (chosen.has(spec.name)) visit(spec.name)
  return [...order.values()]
}

/** Whether the plan would change anything (exit status of `up --dry-run --exit-code`). */
export function changesAnything(plan: Plan): boolean {
  return plan.actions.some(({ do: verb }) => verb === 'start' || verb === 'stop')
}
