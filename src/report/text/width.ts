/** How many terminal columns a text takes. The table of wide characters is loaded only where one may be. */

export type Meter = (text: string) => number

/** For these texts and parts of them; plain text loads nothing. */
export async function meterFor(texts: Iterable<string>): Promise<Meter> {
  for (const text of texts) if (!isNarrow(text)) return await fullMeter()
  return (part) => part.length
}

export async function fullMeter(): Promise<Meter> {
  const { default: stringWidth } = await import('string-width')
  return (part) => (isNarrow(part) ? part.length : stringWidth(part))
}

/** The start of a text that fits, with an ellipsis where it is cut. */
export function cut(text: string, columns: number, meter: Meter): string {
  if (meter(text) <= columns) return text
  if (columns <= 0) return ''
  let kept = ''
  let used = 1
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    used += meter(segment)
    if (used > columns) break
    kept += segment
  }
  return `${kept}…`
}

/** On as many lines as it takes, broken at blanks where there are any; those after the first are indented. */
export function wrap(text: string, columns: number, indent: number, meter: Meter): string[] {
  const lines: string[] = []
  const room = (): number => columns - (lines.length === 0 ? 0 : indent)
  let rest = text
  while (meter(rest) > room() && room() > 1) {
    const fitting = cut(rest, room() + 1, meter).slice(0, -1)
    const blank = fitting.lastIndexOf(' ')
    const end = blank > indent ? blank : Math.max(1, fitting.length)
    lines.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  lines.push(rest)
  return lines.map((line, index) => (index === 0 ? line : ' '.repeat(indent) + line))
}

/** ASCII, and what p2p itself draws with: an ellipsis and bars. */
function isNarrow(text: string): boolean {
  return /^[\x20-\x7e\u2026\u2581-\u2588]*$/.test(text)
}
