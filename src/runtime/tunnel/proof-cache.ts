/** Facts about a run that stay proved, so that a supervisor need not prove them at every look. */
import type { System } from '../process/system/index.ts'

export type ProofCache = Map<string, Proof>

interface Proof {
  /** Start time of the process that was the child of the attempt's proved launcher. */
  program: string | null
  /** Listening sockets found to belong to that process, its children or its group. */
  sockets: Set<string>
  /** When its mark was made (epoch milliseconds). */
  readiedAt: number | null
}

const memories = new WeakMap<System, ProofCache>()

/** Keeps these attempts only, and forgets the rest. */
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
