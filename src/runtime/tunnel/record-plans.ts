/** Records when ended tunnels are tried again, as decide/supervision.ts plans it. */
import type { TunnelEvent } from '../../core/events.ts'
import { mayStillOpen, nextOf, type Facts } from '../../core/decide/future.ts'
import { exitMeaningOf } from '../../core/decide/status.ts'
import { countTry, type Step } from '../../core/decide/supervision.ts'
import type { World } from '../state/world.ts'

/** Returns the events that tell of the retries. A plan made meanwhile by another process stays. Lock held. */
export function recordPlans(world: World, plans: Step['plans'], facts: Facts): TunnelEvent[] {
  if (plans.size === 0) return []
  const records = world.store.readRecords()
  const events = [...plans].flatMap(([name, plan]): TunnelEvent[] => {
    const [record, observed] = [records.get(name), facts.tunnels.get(name)]
    if (record === undefined || observed?.record.attempt !== record.attempt) return []
    const isNewer = (['nextAt', 'waitsFor', 'stoppingAt'] as const).some((key) => record[key] !== observed.record[key])
    if (isNewer) return []
    Object.assign(record, plan)
    // So that what is said next knows it.
    Object.assign(observed.record, plan)
    const { nextAt, waitsFor } = plan
    const next = nextOf(name, facts)
    if ((nextAt === null && waitsFor === null) || next === null || !mayStillOpen(next)) return []
    const inMs = nextAt === null ? null : Math.max(0, nextAt - facts.now)
    const { tries } = countTry(observed, facts.now)
    const reason = exitMeaningOf(observed, facts.bootId)?.reason ?? 'processes of its last run are still running'
    return [{ type: 'retrying', name, inMs, waitsFor, tries: Math.max(1, tries), reason, next }]
  })
  world.store.writeRecords(records)
  return events
}
