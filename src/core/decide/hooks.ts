/** Which hook an event runs. Pure. */
import type { TunnelEvent } from '../events.ts'
import type { HookName } from '../model.ts'

export const hookNames: readonly HookName[] = ['open', 'unhealthy', 'failed', 'closed']

/** Null: none. `reason`: why, as the event says it. */
export function hookOf(event: TunnelEvent): { name: HookName; reason: string } | null {
  switch (event.type) {
    case 'open':
      return { name: 'open', reason: '' }
    case 'health':
      return event.reason === null ? null : { name: 'unhealthy', reason: event.reason }
    case 'exited':
      return { name: event.asked === true ? 'closed' : 'failed', reason: event.reason }
    case 'failed': {
      // Without a future it was open all along.
      const isOver = event.next !== null && !leftAsItIs.has(event.problem.code)
      return isOver ? { name: 'failed', reason: event.problem.reason } : null
    }
    case 'stopped':
      return { name: 'closed', reason: event.cause }
    default:
      return null
  }
}

/** What a command could not do, of tunnels that go on as before, or that another command has closed. */
const leftAsItIs: ReadonlySet<string> = new Set(['health.failed', 'needs.closed', 'run.unknown', 'start.overtaken'])
