/** Whether what somebody waits for is there, may still come, or can't. Pure. */
import type { Row } from './model.ts'
import type { World } from './reconcile.ts'
import { whyNotBack } from './supervision.ts'
import { unreachable } from './unreachable.ts'

export const awaitable = ['open', 'closed', 'healthy'] as const
export type Awaited = (typeof awaitable)[number]

/** `because`: how it stands now, in words. */
export type Outlook = { kind: 'holds' } | { kind: 'pending' | 'never'; because: string }

/**
 * `open` and `healthy` never come for a tunnel that failed and that nobody tries again. A tunnel that is closed may be
 * opened by another command at any time. `closed`: nothing of it runs and nobody brings it back. `now`: epoch milliseconds.
 */
export function outlookOf(row: Row, awaited: Awaited, facts: World, now: number): Outlook {
  const { state, reason } = row.status
  const because = reason === null ? `it is ${state}` : `it is ${state}: ${reason}`
  const isOver = state === 'failed' && !isComingBack(row, facts, now)
  switch (awaited) {
    case 'open':
      return state === 'open' ? { kind: 'holds' } : { kind: isOver ? 'never' : 'pending', because }
    case 'closed':
      return state === 'closed' || isOver ? { kind: 'holds' } : { kind: 'pending', because }
    case 'healthy': {
      const health = (row.observed?.launched ?? row.spec)?.health ?? null
      if (row.spec !== null && health === null) return { kind: 'never', because: 'it has no healthcheck' }
      return state === 'open' ? { kind: 'holds' } : { kind: isOver ? 'never' : 'pending', because }
    }
    default:
      return unreachable(awaited)
  }
}

/** Between its end and the supervisor's next look nothing is planned yet: what the policy says is what will happen. */
function isComingBack({ observed, spec }: Row, { supervised, bootId }: World, now: number): boolean {
  const policy = observed?.launched ?? spec
  return supervised && observed !== null && policy !== null && whyNotBack(policy, observed, bootId, now) === null
}
