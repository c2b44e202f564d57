/** Records what is wanted before acting on it: the goal that the supervisor keeps. Lock held. */
import { elapsed } from '../../core/text/clock.ts'
import type { Facts } from '../../core/decide/future.ts'
import type { ObservedProject } from '../../core/decide/reconcile.ts'
import type { Observed } from '../../core/model.ts'
import type { Goal, Plan } from '../../core/plan.ts'
import { isAlive, isThisProcess, thisProcess, type Owner } from './owner.ts'
import type { Desired, DesiredTunnel } from './store.ts'
import type { World } from './world.ts'
import { process } from '../machine.ts'

const slackMs = 2000

export function recordDesired(world: World, goal: Goal, plan: Plan, options: { despiteWriteErrors: boolean }): void {
  const { store, key } = world
  const desired = store.readDesired()
  const toOpen = goal.want === 'up' ? new Set(goal.names) : new Set<string>()
  const started = new Set(plan.actions.flatMap((action) => (action.do === 'start' ? [action.name] : [])))
  if (goal.want === 'up') {
    const { project } = goal
    const records = store.readRecords()
    const owner = thisProcess(world)
    for (const spec of project.tunnels) {
      // Always the current declaration: policies are applied in place.
      if (!toOpen.has(spec.name)) continue
      const mine = { owner, instead: records.get(spec.name)?.attempt ?? null }
      // The claim of who launched what is kept ends by itself.
      const claim = started.has(spec.name) ? mine : desired.get(spec.name)?.claim
      const usedBy = goal.forUse === true ? withUser(world, desired.get(spec.name), owner) : null
      desired.set(spec.name, {
        want: 'up',
        spec,
        ...(claim === undefined ? {} : { claim }),
        ...(usedBy === null ? {} : { usedBy }),
      })
    }
    store.writeProject({ ...key, files: project.files })
    const ports = Object.entries(project.autoPorts)
    if (ports.length > 0) store.writePorts(new Map([...store.readPorts(), ...ports]))
  }
  for (const { name, do: verb } of plan.actions) {
    const entry = desired.get(name)
    const closes = goal.want === 'down' || (verb === 'stop' && !toOpen.has(name) && !started.has(name))
    if (entry !== undefined && closes) entry.want = 'down'
  }
  try {
    store.writeDesired(desired)
  } catch (error) {
    if (!options.despiteWriteErrors) throw error
    // The disk is full. Less text needs no new block, and the supervisor must not reopen what is being closed.
    store.overwriteDesired(new Map([...desired].filter(([, { want }]) => want === 'up')))
  }
}

/** Null: it is wanted whether or not it is used. */
function withUser(world: World, entry: DesiredTunnel | undefined, user: Owner): Owner[] | null {
  if (entry?.want !== 'up') return [user]
  return entry.usedBy === undefined ? null : [...living(world, entry.usedBy), user]
}

/** Other processes that still run. */
function living({ system }: World, users: readonly Owner[]): Owner[] {
  return users.filter((user) => !isThisProcess(user, system) && isAlive(user, system))
}

/** What `p2p run` opened and no process uses any more; `besidesMe`: but this process, which is done with it. */
export function unused(world: World, desired: Desired, { besidesMe }: { besidesMe: boolean }): string[] {
  return [...desired].flatMap(([name, { want, usedBy }]) => {
    if (want !== 'up' || usedBy === undefined || living(world, usedBy).length > 0) return []
    return besidesMe || !usedBy.some((user) => isThisProcess(user, world.system)) ? [name] : []
  })
}

/** From now on these stay until `down`. Lock held. */
export function keepUnused({ store }: World, names: readonly string[]): void {
  const desired = store.readDesired()
  for (const name of names) delete desired.get(name)?.usedBy
  store.writeDesired(desired)
}

/** With what is wanted, read once and only when asked for. */
export function factsOf(world: World, seen: ObservedProject): Facts {
  let wanted: ReturnType<Facts['wanted']> | null = null
  const read = (): ReturnType<Facts['wanted']> =>
    new Map(
      [...world.store.readDesired()].flatMap(([name, desired]) =>
        desired.want === 'up'
          ? [[name, { spec: desired.spec, claimed: isClaimed(world, desired, seen.tunnels.get(name)) }]]
          : [],
      ),
    )
  return { ...seen, now: world.ctx.now(), wanted: () => (wanted ??= read()) }
}

/** Whether another live command is about to launch it or waits for it, at most for the time that becoming ready may take. */
export function isClaimed(world: World, { claim, spec }: DesiredTunnel, observed: Observed | undefined): boolean {
  if (claim === undefined) return false
  if (observed !== undefined && observed.record.attempt !== claim.instead) {
    const isAwaited = observed.process.kind === 'running' && !observed.readied
    if (!isAwaited || elapsed(observed.record.startedAt, world.ctx.now()) > spec.ready.timeoutMs + slackMs) return false
  }
  return !isThisProcess(claim.owner, world.system) && isAlive(claim.owner, world.system)
}

/** Drops this process's claims to tunnels that it will not launch. Lock held. */
export function releaseClaims({ store }: World, names: readonly string[]): void {
  const desired = store.readDesired()
  for (const name of names) {
    const tunnel = desired.get(name)
    if (tunnel?.claim?.owner.pid === process.pid) delete tunnel.claim
  }
  store.writeDesired(desired)
}

/** Kept tunnels take over the policies that need no relaunch: stop, restart, health, logs, labels. Lock held. */
export function applyPolicies(world: World, plan: Plan): void {
  const kept = plan.actions.filter((action) => action.do === 'keep')
  if (kept.length === 0) return
  const launched = world.store.readLaunched()
  for (const { name, spec, record } of kept) {
    const entry = launched.get(name)
    if (spec === null || entry?.record.attempt !== record.attempt) continue
    const { launch, endpoints, target, ready, driver, fingerprint } = entry.spec
    // Those of the file may be new; those of a driver belong to what was launched.
    const outcomes = [
      ...spec.outcomes.filter(({ living }) => living),
      ...entry.spec.outcomes.filter(({ living }) => !living),
    ]
    const asLaunched =
      spec.fingerprint === record.fingerprint ? {} : { launch, endpoints, target, ready, outcomes, driver, fingerprint }
    entry.spec = { ...spec, ...asLaunched }
  }
  world.store.writeLaunched(launched)
}
