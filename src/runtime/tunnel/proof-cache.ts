/** What one look has proved about a run for good, so that the next need not: a supervisor looks for days. */
import type { System } from '../process/system/index.ts'

export type ProofCache = Map<string, Proof>

interface Proof {
  /** Start time of the process that was seen to be the child of a launcher that bore the attempt's nonce. */
  program: string | null
  /** Listening sockets that were seen to be held by that process, its children or its group. */
  sockets: Set<string>
  /** When its mark was made (epoch milliseconds). */
  readiedAt: number | null
}

const memories = new WeakMap<System, ProofCache>()

/** By attempt, of these attempts alone: what is on record no more is forgotten. */
export function proofCacheOf(system: System, attempts: readonly string[]): ProofCache {
  const old = memories.get(system)
  const kept: ProofCache = new Map(
    attempts.flatMap((attempt): [string, Proof][] => {
      const proof = old?.get(attempt)
      return proof === undefined ? [] : [[attempt, proof]]
    }),
  )
  memories.set(system, kept)
  return kept
}
