/** Facts about a run that stay proved, so that neither a supervisor nor the next command need prove them at every look. */
import { join } from 'node:path'
import { readOptional } from '../files/read-file.ts'
import { replaceWhole } from '../files/write-file.ts'
import { isObject } from '../state/shapes.ts'
import type { Store } from '../state/store.ts'

/** By attempt. */
export type ProofCache = Map<string, Proof>

interface Proof {
  /** Start time of the process that was the child of the attempt's proved launcher: holds for that process alone. */
  program: string | null
  /** Listening sockets found to belong to that process, its children or its group, and where they are held. */
  sockets: Map<string, string>
  /** When its mark was made (epoch milliseconds). */
  readiedAt: number | null
}

const caches = new WeakMap<Store, ProofCache>()

/** With those that an earlier command kept. */
export function proofCacheOf(store: Store): ProofCache {
  const cache = caches.get(store) ?? kept(store)
  caches.set(store, cache)
  return cache
}

/** Keeps these attempts only. */
export function pruneProofs(store: Store, attempts: readonly string[]): ProofCache {
  const cache = proofCacheOf(store)
  const used = new Set(attempts)
  for (const attempt of cache.keys()) if (!used.has(attempt)) cache.delete(attempt)
  return cache
}

/** For the commands that follow. They prove what is missing, so a failed write does no harm. */
export function keepProofs(store: Store): void {
  const proofs = [...proofCacheOf(store)].map(([attempt, proof]) => [
    attempt,
    { ...proof, sockets: Object.fromEntries(proof.sockets) },
  ])
  const text = JSON.stringify(Object.fromEntries(proofs))
  try {
    if (readOptional(pathOf(store)) !== text) replaceWhole(pathOf(store), text, { durable: false })
  } catch {
    return
  }
}

function kept(store: Store): ProofCache {
  try {
    const entries: [string, unknown][] = Object.entries(JSON.parse(readOptional(pathOf(store)) ?? '{}') as object)
    return new Map(entries.flatMap(([attempt, proof]) => (isProof(proof) ? [[attempt, fromJson(proof)]] : [])))
  } catch {
    return new Map()
  }
}

interface StoredProof extends Omit<Proof, 'sockets'> {
  sockets: Record<string, string>
}

function fromJson({ program, sockets, readiedAt }: StoredProof): Proof {
  return { program, sockets: new Map(Object.entries(sockets)), readiedAt }
}

function isProof(value: unknown): value is StoredProof {
  if (!isObject(value)) return false
  const { program, sockets, readiedAt } = value
  const isTime = readiedAt === null || typeof readiedAt === 'number'
  const areSockets = isObject(sockets) && Object.values(sockets).every((held) => typeof held === 'string')
  return (program === null || typeof program === 'string') && areSockets && isTime
}

function pathOf({ folder }: Store): string {
  return join(folder, 'proofs.json')
}
