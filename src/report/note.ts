/** Something to know besides, on standard error, in the form that was asked for there. */
import type { Context } from '../core/context.ts'
import { paint } from './paint.ts'
import { sanitizeJson, sanitizeLine } from './sanitize.ts'
import { timestamp } from './time.ts'

/** `note: ...`; one JSON object with --progress json, so that the stream stays one; nothing with --quiet. */
export function note({ stderr, globals, masks, now }: Context, message: string): void {
  if (globals.progress === 'json') {
    stderr.write(`${sanitizeJson({ at: timestamp(now()), type: 'notice', message }, masks)}\n`)
  } else if (!globals.quiet && globals.progress !== 'quiet') {
    stderr.write(`${formatNote(message, { colour: stderr.colour, masks })}\n`)
  }
}

/** One line, without its newline. */
export function formatNote(message: string, { colour, masks }: { colour: boolean; masks: readonly string[] }): string {
  return paint(`note: ${sanitizeLine(message, masks)}`, 'yellow', colour)
}
