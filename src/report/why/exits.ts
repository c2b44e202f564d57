/** How a tunnel ended before: what each end meant, and how long it had run. */
import type { StoredEvent } from '../../core/events.ts'
import { exitEvent } from '../../core/decide/exit-event.ts'
import { timestamp } from '../text/time.ts'
import type { WhyFacts } from './facts.ts'

export interface Exit {
  /** RFC 3339, UTC. */
  at: string
  reason: string
  code: string
  /** How long it ran; null: it did not, or that is unknown. */
  ranMs: number | null
}

const mostExits = 5

/** The last ends, newest last: those on record, and the present one where it is not on record yet. */
export function exitsOf({ history, row: { observed }, world, now }: WhyFacts): Exit[] {
  const told = new Set(history.flatMap((event) => (endOf(event) === null ? [] : [event.attempt])))
  const present = observed === null ? null : exitEvent(observed, world.bootId, now)
  const events = present === null || told.has(present.attempt) ? history : [...history, present]
  const launches = new Map(events.flatMap(({ type, attempt, at }) => (type === 'launched' ? [[attempt, at]] : [])))
  // The event of its launch may be gone with the oldest ones.
  if (present !== null && observed !== null && !launches.has(present.attempt)) {
    launches.set(present.attempt, observed.record.startedAt)
  }
  const exits = events.flatMap((event): Exit[] => {
    const end = endOf(event)
    if (end === null) return []
    const launchedAt = launches.get(event.attempt)
    const ranMs = launchedAt === undefined ? null : Math.max(0, event.at - launchedAt)
    return [{ at: timestamp(event.at), ...end, ranMs }]
  })
  return exits.slice(-mostExits)
}

function endOf(event: StoredEvent): { reason: string; code: string } | null {
  if (event.type === 'exited') return { reason: event.reason, code: event.code }
  if (event.type === 'failed') return { reason: event.problem.reason, code: event.problem.code }
  return null
}
