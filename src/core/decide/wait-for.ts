/** Whether what a command waits for is there, may still come, or can't. Pure. */
import type { Row } from '../model.ts'
import { unreachable } from '../text/unreachable.ts'

export type WaitFor = 'open' | 'closed' | 'healthy'

/** `because`: how it stands now, in words. */
export type Outlook = { kind: 'holds' } | { kind: 'pending' | 'never'; because: string }

/**
 * `open` and `healthy` never come for a tunnel that failed and is not retried. A tunnel that is closed may be
 * opened by another command at any time. `closed`: nothing of it runs and it is not retried. `answers`: whether the
 * question of its healthcheck was answered; asked only of what is open.
 */
export function outlookOf(row: Row, wanted: WaitFor, answers: () => boolean): Outlook {
  const { state, reason } = row.status
  const because = reason === null ? `it is ${state}` : `it is ${state}: ${reason}`
  switch (wanted) {
    case 'open':
      return state === 'open' ? { kind: 'holds' } : { kind: state === 'failed' ? 'never' : 'pending', because }
    case 'closed':
      return state === 'closed' || state === 'failed' ? { kind: 'holds' } : { kind: 'pending', because }
    case 'healthy': {
      const health = (row.observed?.launched ?? row.spec)?.health ?? null
      if (row.spec !== null && health === null) return { kind: 'never', because: 'it has no healthcheck' }
      if (state !== 'open') return { kind: state === 'failed' ? 'never' : 'pending', because }
      return answers() ? { kind: 'holds' } : { kind: 'pending', because: 'it has not answered its healthcheck yet' }
    }
    default:
      return unreachable(wanted)
  }
}
