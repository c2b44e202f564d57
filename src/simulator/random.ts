/** Seeded pseudo-random numbers (mulberry32). */
export interface Random {
  fraction: () => number
  /** A whole number from 0 to below `limit`. */
  below: (limit: number) => number
  /** So many bytes in hex. */
  hex: (bytes: number) => string[]
}

export function randomFrom(seed: string): Random {
  let state = hash(seed)
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(fraction() * limit)
  return {
    fraction,
    below,
    hex: (bytes) => Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, '0')),
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return value
}
