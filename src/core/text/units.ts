/** Parses and formats durations (`1m30s`) and sizes (`10MB`). */

/** Milliseconds of `500ms`, `1m30s`, `1.5h`: largest unit first, each at most once. Null otherwise, also without a unit. */
export function parseDuration(text: string): number | null {
  const parts = durationPattern.exec(text)
  if (parts === null || text === '') return null
  const ms = durationUnits.reduce((sum, [, unit], index) => sum + Number(parts[index + 1] ?? 0) * unit, 0)
  const rounded = Math.round(ms)
  return Number.isSafeInteger(rounded) ? rounded : null
}

/** The shortest text that parseDuration accepts: `1m30s`, `0s`. Rounds fractions. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms))
  let text = ''
  for (const [name, unit] of durationUnits) {
    const count = Math.floor(rest / unit)
    if (count > 0) text += `${count}${name}`
    rest -= count * unit
  }
  return text === '' ? '0s' : text
}

/** Bytes of `10MB`, `512KB`, `1.5g`, `4096b`; powers of 1024, any case, as in compose. Null for anything else. */
export function parseSize(text: string): number | null {
  const parts = sizePattern.exec(text)
  if (parts === null) return null
  const [, count = '', prefix = ''] = parts
  const bytes = Math.round(Number(count) * 1024 ** sizePrefixes.indexOf(prefix.toLowerCase()))
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** The shortest text that parseSize accepts: `10MB`, `1500B`. */
export function formatSize(bytes: number): string {
  let count = Math.max(0, Math.round(bytes))
  let step = 0
  while (count > 0 && count % 1024 === 0 && step < sizePrefixes.length - 1) {
    count /= 1024
    step += 1
  }
  return `${count}${(sizePrefixes[step] ?? '').toUpperCase()}B`
}

const durationUnits = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

const number = String.raw`(\d{1,15}(?:\.\d{1,9})?)`
const durationPattern = new RegExp(`^(?:${number}h)?(?:${number}m(?!s))?(?:${number}s)?(?:${number}ms)?$`)

const sizePrefixes = ['', 'k', 'm', 'g', 't']
const sizePattern = new RegExp(`^${number} ?(?:([kmgt])b?|b)$`, 'i')
