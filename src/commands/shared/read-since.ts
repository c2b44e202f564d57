/** Times given to flags such as --since. */
import { P2pError } from '../../core/errors.ts'
import { parseSince } from '../../core/text/since.ts'

/** Epoch milliseconds; null where the flag was not given. @throws P2pError 'usage' */
export function readSince(text: string | null, now: number, flag = '--since'): number | null {
  if (text === null) return null
  const at = parseSince(text, now)
  if (at !== null) return at
  throw new P2pError('usage', `${flag} must be a duration or a time, not ${text}`, {
    hint: `${flag} 10m, or ${flag} 2026-03-01T12:00:00Z`,
  })
}
