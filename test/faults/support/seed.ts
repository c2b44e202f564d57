/** Random choices that `P2P_FAULTS_SEED` repeats: each case has its own row of them, whatever runs beside it. */
import { createHash, randomInt } from 'node:crypto'

const seedVariable = 'P2P_FAULTS_SEED'

/** Everything, rather than the sample that CI takes. */
export const wholeSize = process.env['P2P_FAULTS'] === 'all'

/** One for the whole run: set before its workers start. */
export function seedOfRun(): string {
  return (process.env[seedVariable] ??= String(randomInt(1_000_000_000)))
}

/** Numbers from 0 up to 1, of this case of this seed. */
export function randomFor(name: string): () => number {
  let turn = 0
  return () => {
    turn += 1
    return createHash('sha256').update(`${seedOfRun()} ${name} ${turn}`).digest().readUInt32BE() / 2 ** 32
  }
}

/** So many of them, in their order; all of them at whole size. */
export function sampleOf<T>(name: string, all: readonly T[], count: number): T[] {
  if (wholeSize || all.length <= count) return [...all]
  const random = randomFor(name)
  const drawn = all.map((one, index) => ({ one, index, draw: random() })).sort((a, b) => a.draw - b.draw)
  return drawn
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ one }) => one)
}
