/** An `up` that finds everything as it is wanted: it takes no lock and writes nothing, as if it ran in the instant of its look. */
import { reconcile, type ObservedProject } from '../../core/decide/reconcile.ts'
import { P2pError } from '../../core/errors.ts'
import type { Plan, UpGoal } from '../../core/plan.ts'
import { handOverAgent, type Inherited } from '../secrets/environment.ts'
import { applyPolicies, recordDesired, unused } from '../state/desired.ts'
import { Store } from '../state/store.ts'
import type { World } from '../state/world.ts'
import { observe } from './observe.ts'
import { isRecordWhole } from './recover.ts'
import { isSupervisorAsWanted } from './supervisor.ts'
import { tryIpv4 } from './try-ipv4.ts'

/** The plan, if it changes neither a tunnel nor the record; null: there is something to do, or to find out under the lock. */
export async function planOfNothing(
  world: World,
  goal: UpGoal,
  inherited: Inherited,
): Promise<{ plan: Plan; seen: ObservedProject } | null> {
  if (!world.store.hasRecords()) return null
  try {
    const seen = observe(world, { specs: true })
    await tryIpv4(world, seen)
    const plan = reconcile(goal, seen)
    const isKept = plan.actions.every((action) => action.do === 'keep' && !action.awaits)
    const isLeft = unused(world, world.store.readDesired(), { besidesMe: false }).length > 0
    const isStopping = [...seen.tunnels.values()].some(({ record }) => record.stoppingAt !== null)
    if (!isKept || isStopping || isLeft || !isRecordWhole(world) || !isSupervisorAsWanted(world)) return null
    return changesRecord(world, goal, plan, inherited) ? null : { plan, seen }
  } catch (error) {
    // Damaged files are set aside, and told of, under the lock.
    if (error instanceof P2pError) return null
    throw error
  }
}

function changesRecord(world: World, goal: UpGoal, plan: Plan, inherited: Inherited): boolean {
  const written: string[] = []
  const asked = {
    ...world,
    store: new Store(world.root, world.key, { from: world.store, written: (path) => written.push(path) }),
  }
  recordDesired(asked, goal, plan, { despiteWriteErrors: false })
  applyPolicies(asked, plan)
  if (written.length === 0) handOverAgent(asked, plan, inherited)
  return written.length > 0
}
