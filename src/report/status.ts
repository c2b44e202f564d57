/** The words of the STATUS column: the state, when something comes next, and why. */
import type { RunRecord, Status } from '../core/model.ts'
import { ordinal, wholeSpan } from './time.ts'

/** `open`, `unhealthy: nothing listens on ...`, `retrying in 4s (3rd time): peer timed out`, `failed: wrong password`. */
export function statusText(status: Status, record: Pick<RunRecord, 'nextAt' | 'tries'> | null, now: number): string {
  const state = status.state === 'retrying' ? `retrying${nextTry(record, now)}` : status.state
  return status.reason === null ? state : `${state}: ${status.reason}`
}

function nextTry(record: Pick<RunRecord, 'nextAt' | 'tries'> | null, now: number): string {
  if (record === null || record.nextAt === null) return ''
  const wait = record.nextAt - now
  const when = wait > 0 ? `in ${wholeSpan(Math.ceil(wait / 1000) * 1000)}` : 'now'
  return ` ${when} (${ordinal(record.tries + 1)} time)`
}
