/** Single lines of output: notes, one tunnel's problem, its status, a change of it, a stored event. */
import type { Context } from '../core/context.ts'
import type { StoredEvent, TunnelEvent } from '../core/events.ts'
import type { Problem, Row, RunRecord, Status } from '../core/model.ts'
import { describeEvent, eventJson, roundedUp, toneOf } from './progress/events.ts'
import { paint, stateColours, type Colour, type Look } from './text/paint.ts'
import { sanitizeJson, sanitizeLine } from './text/sanitize.ts'
import { localTime, ordinal, timestamp } from './text/time.ts'

/** `note: ...` on stderr; a JSON object with --progress json; nothing with --quiet. */
export function note({ stderr, globals, masks, now }: Context, message: string): void {
  if (globals.progress === 'json') {
    stderr.write(`${sanitizeJson({ at: timestamp(now()), type: 'notice', message }, masks)}\n`)
  } else if (!globals.quiet && globals.progress !== 'quiet') {
    stderr.write(`${formatNote(message, { colour: stderr.colour, masks })}\n`)
  }
}

export function formatNote(message: string, { colour, masks }: Look): string {
  return paint(`note: ${sanitizeLine(message, masks)}`, 'yellow', colour)
}

/** `x ssh-pi  port 33000 is held by postgres (PID 812)` on stderr, with what to try below. */
export function sayProblem(
  { stderr, masks }: Context,
  name: string,
  { reason, hint }: Pick<Problem, 'reason' | 'hint'>,
): void {
  stderr.write(`${paint(`x ${name}  ${sanitizeLine(reason, masks)}`, 'red', stderr.colour)}\n`)
  if (hint !== null) stderr.write(`${' '.repeat(name.length + 4)}try: ${sanitizeLine(hint, masks)}\n`)
}

/** The STATUS column: `open`, `failed: wrong password`, `retrying in 4s (3rd time): peer timed out`. */
export function statusText(status: Status, record: Pick<RunRecord, 'nextAt' | 'tries'> | null, now: number): string {
  const state = status.state === 'retrying' ? `retrying${nextTry(record, now)}` : status.state
  return status.reason === null ? state : `${state}${status.state === 'open' ? ';' : ':'} ${status.reason}`
}

/** ` in 4s (3rd time)`, ` now (1st time)`, or nothing. */
export function nextTry(record: Pick<RunRecord, 'nextAt' | 'tries'> | null, now: number): string {
  if (record === null || record.nextAt === null) return ''
  const wait = record.nextAt - now
  const when = wait > 0 ? `in ${roundedUp(wait)}` : 'now'
  return ` ${when} (${ordinal(record.tries + 1)} time)`
}

/** `web-pi * retrying in 4s (1st time): peer timed out`, aligned with log lines. */
export function changeLine(
  { name, status, observed }: Row,
  { width, now, colour, masks }: Look & { width: number; now: number },
): string {
  const words = statusText(status, observed?.record ?? null, now)
  return `${paint(sanitizeLine(`${name.padEnd(width)} * ${words}`, masks), stateColours[status.state], colour)}\n`
}

/** `2026-03-01 12:00:00  ssh-pi  open on 127.0.0.1:33000 -> ...`, or a JSON object. `names`: width of their column. */
export function eventLine(event: StoredEvent, look: Look & { json: boolean; names: number }): string {
  // The attempt is internal: it removes duplicates.
  if (look.json) {
    const printed: TunnelEvent & { attempt: undefined } = { ...event, attempt: undefined }
    return eventJson(printed, event.at, look.masks)
  }
  const words = paint(sanitizeLine(describeEvent(event), look.masks), toneColours[toneOf(event)], look.colour)
  return `${localTime(event.at)}  ${sanitizeLine(event.name, look.masks).padEnd(look.names)}  ${words}\n`
}

const toneColours = { good: 'green', bad: 'red', busy: 'yellow', idle: 'dim' } as const satisfies Record<string, Colour>
