/** One tree over another. */
import { secretSources } from '../../core/generated/schema.ts'
import { isPlainNull, listOf, mapOf, noKeys, type MapEntry, type MapNode, type Node } from '../text/tree.ts'

/** Maps merge deeply, lists append, the rest replaces; `command` lists and secret sources replace as a whole. */
export function mergeMaps(lower: MapNode, upper: MapNode): MapNode {
  const entries = new Map<string, MapEntry>()
  for (const [key, entry] of lower.entries) if (!upper.removed.has(key)) entries.set(key, entry)
  for (const [key, entry] of upper.entries) {
    const below = entries.get(key)
    entries.set(key, below === undefined ? entry : mergeEntries(key, below, entry))
  }
  return mapOf(upper, entries, removedBy(lower, upper, entries))
}

function mergeEntries(key: string, lower: MapEntry, upper: MapEntry): MapEntry {
  return { key: upper.key, value: wholes.has(key) ? upper.value : mergeValues(lower.value, upper.value) }
}

const wholes = new Set(['command', 'password', 'auth_hash', 'auth_token'])

function mergeValues(lower: Node, upper: Node): Node {
  if (lower.kind === 'map' && upper.kind === 'map') {
    // `{ env: A }` and `{ file: B }` merged would be two sources.
    return isSource(lower) && isSource(upper) ? upper : mergeMaps(lower, upper)
  }
  if (lower.kind === 'list' && upper.kind === 'list') return listOf(upper, [...lower.items, ...upper.items])
  return upper
}

/** `{ env: NAME }` and the like, as a value in `environment`. */
function isSource({ entries }: MapNode): boolean {
  const [key, ...others] = entries.keys()
  return others.length === 0 && key !== undefined && Object.hasOwn(secretSources, key)
}

/** Removed keys also apply to what this is merged over, unless they were set again in between. */
function removedBy(lower: MapNode, upper: MapNode, entries: ReadonlyMap<string, MapEntry>): ReadonlySet<string> {
  if (lower.removed.size === 0 && upper.removed.size === 0) return noKeys
  return new Set([...lower.removed, ...upper.removed].filter((key) => !entries.has(key)))
}

/** Makes a plain null over an existing value remove it, as in an override. Over nothing it stays, and is an error. */
export function removing(upper: MapNode, lower: MapNode): MapNode {
  const kept = new Map<string, MapEntry>()
  const removed = new Set(upper.removed)
  for (const [key, entry] of upper.entries) {
    const below = lower.entries.get(key)?.value
    if (below !== undefined && isPlainNull(entry.value)) removed.add(key)
    else if (below?.kind !== 'map' || entry.value.kind !== 'map') kept.set(key, entry)
    else kept.set(key, { key: entry.key, value: removing(entry.value, below) })
  }
  return mapOf(upper, kept, removed.size === 0 ? noKeys : removed)
}
