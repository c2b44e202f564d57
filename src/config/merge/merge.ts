/** One tree over another. */
import { hookNames } from '../../core/decide/hooks.ts'
import { secretSources } from '../../core/generated/schema.ts'
import {
  isPlainNull,
  listOf,
  mapOf,
  noKeys,
  over,
  overrideOf,
  type ListNode,
  type MapEntry,
  type MapNode,
  type Node,
} from '../text/tree.ts'

/** `areNames`: the keys are the user's own names. Maps merge deeply, lists append, the rest replaces; programs with arguments, secret sources and `!override` replace as a whole. */
export function mergeMaps(lower: MapNode, upper: MapNode, areNames = false): MapNode {
  const entries = new Map<string, MapEntry>()
  for (const [key, entry] of lower.entries) if (!upper.removed.has(key)) entries.set(key, entry)
  for (const [key, entry] of upper.entries) {
    const below = entries.get(key)
    entries.set(key, below === undefined ? entry : { key: entry.key, value: mergeEntries(key, below, entry, areNames) })
  }
  return mapOf(tagged(upper, lower), entries, removedBy(lower, upper, entries))
}

/** `areNames`: a tunnel may be named like a key, and merges all the same. */
function mergeEntries(key: string, lower: MapEntry, upper: MapEntry, areNames: boolean): Node {
  if (!areNames && wholes.has(key)) return upper.value
  return mergeValues(lower.value, upper.value, !areNames && mapsOfNames.has(key))
}

const wholes = new Set(['command', 'client', ...hookNames, 'password', 'auth_hash', 'auth_token'])
const mapsOfNames = new Set(['tunnels', 'accounts', 'environment', 'labels', 'options'])

export function mergeValues(lower: Node, upper: Node, areNames = false): Node {
  if (overrideOf(upper)?.isOver === true) return upper
  if (lower.kind === 'map' && upper.kind === 'map') {
    // `{ env: A }` and `{ file: B }` merged would be two sources.
    return !areNames && isSource(lower) && isSource(upper) ? upper : mergeMaps(lower, upper, areNames)
  }
  if (lower.kind === 'list' && upper.kind === 'list')
    return listOf(tagged(upper, lower), [...lower.items, ...upper.items])
  return upper
}

/** What replaces also replaces what all of this is merged over. */
function tagged<T extends MapNode | ListNode>(upper: T, { override }: T): T {
  return { ...upper, override: upper.override ?? override }
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

/** Makes a plain null over an existing value remove it, and `!override` replace it, as in an override. Over nothing they stay, and are errors. */
export function removing(upper: MapNode, lower: MapNode): MapNode {
  const kept = new Map<string, MapEntry>()
  const removed = new Set(upper.removed)
  for (const [key, entry] of upper.entries) {
    const below = lower.entries.get(key)?.value
    if (below !== undefined && isPlainNull(entry.value)) removed.add(key)
    else kept.set(key, { key: entry.key, value: below === undefined ? entry.value : placed(entry.value, below) })
  }
  return mapOf(upper, kept, removed.size === 0 ? noKeys : removed)
}

function placed(upper: Node, lower: Node): Node {
  const merges = upper.kind === 'map' && lower.kind === 'map' && upper.override === undefined
  return merges ? removing(upper, lower) : over(upper)
}
