/** Seeded pseudo-random numbers. */
import { createHash } from 'node:crypto'

export interface Random {
  fraction: () => number
  /** A whole number from 0 to below `limit`. */
  below: (limit: number) => number
  /** So many bytes in hex. */
  hex: (bytes: number) => string[]
}

export function randomFrom(seed: string): Random {
  let count = 0
  const fraction = (): number => createHash('sha256').update(`${seed} ${++count}`).digest().readUInt32BE() / 2 ** 32
  const below = (limit: number): number => Math.floor(fraction() * limit)
  const hex = (bytes: number): string[] => Array.from({ length: bytes }, () => below(256).toString(16).padStart(2, '0'))
  return { fraction, below, hex }
}
