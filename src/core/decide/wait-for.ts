/** Whether a command's wait condition holds, may still hold, or never will. Pure. */
import type { Row } from '../model.ts'
import { mayStillOpen } from './future.ts'
import { unreachable } from '../text/unreachable.ts'

export type WaitFor = 'open' | 'closed' | 'healthy'

/** `because`: its current state, as text. */
export type Outlook = { kind: 'holds' } | { kind: 'pending' | 'never'; because: string }

/** `never`: failed or blocked. `closed`: not running, and not opened later. `answers`: its healthcheck, if open. */
export function outlookOf(row: Row, wanted: WaitFor, answers: () => boolean): Outlook {
  const { state, reason } = row.status
  const isLost = state === 'failed' || row.next?.what === 'blocked'
  const because = reason === null ? `it is ${state}` : `it is ${state}: ${reason}`
  switch (wanted) {
    case 'open':
      return state === 'open' ? { kind: 'holds' } : { kind: isLost ? 'never' : 'pending', because }
    case 'closed':
      return isLost || (state === 'closed' && !mayStillOpen(row.next))
        ? { kind: 'holds' }
        : { kind: 'pending', because }
    case 'healthy': {
      const health = (row.observed?.launched ?? row.spec)?.health ?? null
      if (row.spec !== null && health === null) return { kind: 'never', because: 'it has no healthcheck' }
      if (state !== 'open') return { kind: isLost ? 'never' : 'pending', because }
      return answers() ? { kind: 'holds' } : { kind: 'pending', because: 'it has not answered its healthcheck yet' }
    }
    default:
      return unreachable(wanted)
  }
}
