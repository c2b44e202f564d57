/** Turns an exited run into an event. */
import type { StoredEvent } from '../events.ts'
import type { Observed } from '../model.ts'
import { readStatus } from '../text/signals.ts'
import { endedOnRequest, exitMeaningOf } from './status.ts'

/** Null unless it ran and exited without p2p closing it. `now` (epoch milliseconds) dates an unrecorded exit. */
export function exitEvent(observed: Observed, bootId: string, now: number): StoredEvent | null {
  const { record, process } = observed
  const ending = exitMeaningOf(observed, bootId)
  if (process.kind !== 'gone' || ending === null || record.pids.launcher === null) return null
  if (endedOnRequest(observed)) return null
  const exit = process.status === null ? null : readStatus(process.status)
  return {
    at: process.endedAt === null ? now : Math.round(process.endedAt),
    attempt: record.attempt,
    type: 'exited',
    name: record.name,
    reason: ending.reason,
    code: ending.code,
    exitCode: exit?.exitCode ?? null,
    exitSignal: exit?.signal ?? null,
    ...(ending.means === 'stopped' ? { asked: true } : {}),
  }
}
