/** Parses times for --since. */
import { parseDuration } from './units.ts'

/**
 * Epoch milliseconds of a duration before `now` (`10m`, `1h30m`) or a time as in RFC 3339 (`2026-03-01T12:00:00Z`; local
 * without a zone or a time of day). Null for anything else.
 */
export function parseSince(text: string, now: number): number | null {
  const ago = parseDuration(text)
  if (ago !== null) return now - ago
  const parts = rfc3339.exec(text)
  if (parts === null) return null
  const [, date = '', time = '00:00:00', zone = ''] = parts
  const at = Date.parse(`${date}T${time}${zone.toUpperCase()}`)
  return Number.isNaN(at) ? null : at
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+-]\d\d:\d\d)?)?$/
