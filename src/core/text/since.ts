/** Parses times for --since. */
import { parseDuration } from './units.ts'

/** A duration before `now` (`1h30m`) or RFC 3339 (`2026-03-01T12:00:00Z`; zone and time may be missing: local). Else null. */
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
