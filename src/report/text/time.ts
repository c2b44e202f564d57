/** Spans of time for people. */

/** At most two units: `12ms`, `0.4s`, `12s`, `3m20s`, `4h05m`, `2d3h`. A negative span is 0ms. */
export function shortSpan(milliseconds: number): string {
  const ms = Math.max(0, milliseconds)
  if (ms < 95) return `${Math.round(ms)}ms`
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (minutes === 0) return `${seconds}s`
  if (hours === 0) return `${minutes}m${two(seconds % 60)}s`
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`
  return `${Math.floor(hours / 24)}d${hours % 24}h`
}

/** In whole seconds, for text that is updated: `4s`, `3m20s`. */
export function wholeSpan(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000)
  return seconds < 60 ? `${seconds}s` : shortSpan(seconds * 1000)
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

/** `2026-03-01 12:00:00`, local time. */
export function localTime(epochMs: number): string {
  const at = new Date(epochMs)
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}

function two(value: number): string {
  return value.toString().padStart(2, '0')
}
