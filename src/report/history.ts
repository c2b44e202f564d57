/** Stored events as `p2p events` prints them. */
import type { StoredEvent } from '../core/events.ts'
import { describeEvent, toneOf } from './events.ts'
import { paint, type Colour } from './paint.ts'
import { sanitizeJson, sanitizeLine } from './sanitize.ts'
import { localTime, timestamp } from './time.ts'

export interface HistoryLook {
  json: boolean
  /** Width of the column of names. */
  names: number
  colour: boolean
  masks: readonly string[]
}

/** `2026-03-01 12:00:00  ssh-pi  open on 127.0.0.1:33000 -> ..., PID 4711`, or one JSON object; a line either way. */
export function historyLine(event: StoredEvent, look: HistoryLook): string {
  // The attempt is a mark of p2p's own, by which a fact told twice is known.
  if (look.json) return `${sanitizeJson({ ...event, at: timestamp(event.at), attempt: undefined }, look.masks)}\n`
  const words = paint(sanitizeLine(describeEvent(event), look.masks), colours[toneOf(event)], look.colour)
  return `${localTime(event.at)}  ${sanitizeLine(event.name, look.masks).padEnd(look.names)}  ${words}\n`
}

const colours = { good: 'green', bad: 'red', busy: 'yellow', idle: 'dim' } as const satisfies Record<string, Colour>
