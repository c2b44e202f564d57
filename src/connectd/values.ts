/** How connectd 4.6 reads single values, in files and on its command line. */

/** C's atoi(): a sign, leading digits, else 0; what is too large is what 64 bits cut to 32 make of it. */
export function readNumber(text: string): number {
  const digits = /^[+-]?\d+/.exec(text)?.[0]
  if (digits === undefined) return 0
  const exact = BigInt(digits.replace('+', ''))
  const long = exact > maxLong ? maxLong : exact < -maxLong - 1n ? -maxLong - 1n : exact
  return Number(BigInt.asIntN(32, long))
}

/** A number kept in 16 bits: `99999` is 34463, `T33300` is 0. */
export function readPort(text: string): number {
  return readNumber(text) & 0xffff
}

export interface Uid {
  written: string
  /** Eight bytes in lower case, as connectd prints them. */
  uid: string
  /** False where connectd silently took something else than was written. */
  valid: boolean
}

/** Eight colon-separated hex bytes. Anything else becomes zeros, or ff:00:... where there is no colon at all. */
export function readUid(text: string): Uid {
  if (/^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){7}$/i.test(text)) {
    const bytes = text.split(':').map((byte) => byte.toLowerCase().padStart(2, '0'))
    return { written: text, uid: bytes.join(':'), valid: true }
  }
  return { written: text, uid: text.includes(':') ? zeroUid : `ff${zeroUid.slice(2)}`, valid: false }
}

export const zeroUid = '00:00:00:00:00:00:00:00'

export function isDottedQuad(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((byte) => Number(byte) <= 255)
}

/** The text behind a base64 argument; null when it is not base64. A newline inside the encoded text is kept, as connectd does. */
export function decodeBase64(encoded: string): string | null {
  const [, letters] = /^([A-Za-z0-9+/]+)={0,2}$/.exec(encoded) ?? []
  if (letters === undefined || letters.length % 4 === 1) return null
  // With too many or too few `=` behind them, atob would throw.
  return decodeBytes(Uint8Array.from(atob(letters), (character) => character.charCodeAt(0)))
}

/** Bytes as text: UTF-8 where they are, else one character per byte, so that nothing is lost. A byte order mark stays. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  }
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** The first `max` bytes of a text; a character that the cut would split is gone. */
export function cutToBytes(text: string, max: number): string {
  let kept = ''
  let bytes = 0
  for (const character of text) {
    bytes += byteLength(character)
    if (bytes > max) break
    kept += character
  }
  return kept
}

const maxLong = 2n ** 63n - 1n
