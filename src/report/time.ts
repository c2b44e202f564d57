/** Spans of time for people. */

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** At most two units: `0.4s`, `12s`, `3m20s`, `4h05m`, `2d3h`. Milliseconds in; less than nothing counts as nothing. */
export function shortSpan(milliseconds: number): string {
  const ms = Math.max(0, milliseconds)
  if (ms < 9_950) return `${(ms / second).toFixed(1)}s`
  if (Math.round(ms / second) < 60) return `${Math.round(ms / second)}s`
  if (ms < hour) return `${Math.floor(ms / minute)}m${two((ms % minute) / second)}s`
  if (ms < day) return `${Math.floor(ms / hour)}h${two((ms % hour) / minute)}m`
  return `${Math.floor(ms / day)}d${Math.floor((ms % day) / hour)}h`
}

/** Whole seconds and up, for what changes while it is looked at: `4s`, `3m20s`. */
export function wholeSpan(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / second)
  return seconds < 60 ? `${seconds}s` : shortSpan(seconds * second)
}

/** `1st`, `2nd`, `3rd`, `11th`, `22nd`. */
export function ordinal(count: number): string {
  const tens = count % 100
  const suffix = tens >= 11 && tens <= 13 ? 'th' : ['th', 'st', 'nd', 'rd'][count % 10]
  return `${count}${suffix ?? 'th'}`
}

/** RFC 3339 in UTC. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

function two(value: number): string {
  return Math.floor(value).toString().padStart(2, '0')
}
