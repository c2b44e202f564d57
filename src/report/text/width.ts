/** How many terminal columns a text takes. The table of wide characters is loaded only where one may be. */

export type Meter = (text: string) => number

/** For these texts and parts of them; plain ASCII loads nothing. */
export async function meterFor(texts: Iterable<string>): Promise<Meter> {
  for (const text of texts) if (!isAscii(text)) return await fullMeter()
  return (part) => part.length
}

export async function fullMeter(): Promise<Meter> {
  const { default: stringWidth } = await import('string-width')
  return (part) => (isAscii(part) ? part.length : stringWidth(part))
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

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}
