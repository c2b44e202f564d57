/** Writes down what is wanted, before anything is done about it: the goal that the supervisor keeps. Lock held. */
import type { Goal, Plan } from '../core/plan.ts'
import { tolerating } from './close.ts'
import type { CloseOptions } from './close.ts'
import type { World } from './world.ts'

export function recordWish(
  world: World,
  goal: Goal,
  plan: Plan,
  options: Pick<CloseOptions, 'despiteWriteErrors'>,
): void {
  const { store, key } = world
  const desired = store.readDesired()
  const toOpen = goal.want === 'up' ? new Set(goal.names) : new Set<string>()
  if (goal.want === 'up') {
    const { project } = goal
    for (const spec of project.tunnels) {
      // Policies are applied in place: what is wanted up is always wanted as it is declared now.
      if (toOpen.has(spec.name)) desired.set(spec.name, { want: 'up', spec })
    }
    store.writeProject({ ...key, files: project.files })
    const ports = Object.entries(project.autoPorts)
    if (ports.length > 0) store.writePorts(new Map([...store.readPorts(), ...ports]))
  }
  const started = new Set(plan.actions.flatMap((action) => (action.do === 'start' ? [action.name] : [])))
  for (const { name, do: verb } of plan.actions) {
    const entry = desired.get(name)
    const closes = goal.want === 'down' || (verb === 'stop' && !toOpen.has(name) && !started.has(name))
    if (entry !== undefined && closes) entry.want = 'down'
  }
  tolerating(options, () => {
    store.writeDesired(desired)
  })
}

/** Tunnels that stay take over what is no part of what was launched: stop, restart, health, logs, labels. Lock held. */
export function applyPolicies(world: World, plan: Plan): void {
  const kept = plan.actions.filter((action) => action.do === 'keep')
  if (kept.length === 0) return
  const launched = world.store.readLaunched()
  for (const { name, spec, record } of kept) {
    const entry = launched.get(name)
    if (spec === null || entry?.record.attempt !== record.attempt) continue
    const { launch, endpoints, target, ready, outcomes, driver, fingerprint } = entry.spec
    const asLaunched =
      spec.fingerprint === record.fingerprint ? {} : { launch, endpoints, target, ready, outcomes, driver, fingerprint }
    entry.spec = { ...spec, ...asLaunched }
  }
  world.store.writeLaunched(launched)
}
