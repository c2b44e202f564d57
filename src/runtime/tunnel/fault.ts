/** A fault of p2p's own while it opened tunnels: written on their records, so that ps, why and doctor show it. */
import { observe } from './observe.ts'
import { withLock, type World } from '../state/world.ts'

export const faultCode = 'p2p.fault'

/** `nextAt`: when it is tried again. What runs keeps its record. */
export async function recordFault(world: World, names: readonly string[], why: string, nextAt: number): Promise<void> {
  await withLock(world, () => {
    const { tunnels } = observe(world)
    const records = world.store.readRecords()
    for (const name of names) {
      const record = records.get(name)
      const process = tunnels.get(name)?.process.kind
      if (record === undefined || (process !== 'gone' && process !== 'starting')) continue
      world.store.voidAttempt(record.attempt)
      record.verdict = {
        code: faultCode,
        reason: `p2p itself failed to open it: ${why}`,
        hint: 'p2p up; if that fails as well, report what p2p logs @supervisor prints',
        heals: true,
      }
      record.tries += 1
      record.nextAt = nextAt
    }
    world.store.writeRecords(records)
  })
}
