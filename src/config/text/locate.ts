/** Finds values in a tree and the places to mark. */
import type { Span } from './source.ts'
import type { MapNode, Node } from './tree.ts'

export interface Located {
  node: Node
  keys: (string | number)[]
  at: Span
  /** Whether all keys were found; else this is the last value on the way. */
  complete: boolean
}

/** Follows keys down from a map whose own key is at `at`. */
export function locate(node: MapNode, at: Span, keys: readonly (string | number)[]): Located {
  let found: Located = { node, keys: [], at, complete: true }
  for (const key of keys) {
    const next = step(found, key)
    if (next === null) return { ...found, complete: false }
    found = next
  }
  return found
}

function step({ node, keys }: Located, key: string | number): Located | null {
  if (node.kind === 'map') {
    const entry = node.entries.get(String(key))
    return entry === undefined
      ? null
      : { node: entry.value, keys: [...keys, String(key)], at: entry.key, complete: true }
  }
  const item = node.kind === 'list' ? node.items[Number(key)] : undefined
  return item === undefined ? null : { node: item, keys: [...keys, Number(key)], at: item, complete: true }
}

/** The value; the key above it if the value spans lines or was not found. */
export function placeOf({ node, at, complete }: Located): Span {
  if (!complete) return at
  const text = node.source.text.slice(node.start, node.end)
  return (node.kind === 'map' || node.kind === 'list') && text.includes('\n') ? at : node
}

/** The first scalar that contains a text, in file order. */
export function findText(node: Node, text: string, keys: (string | number)[] = []): Located | null {
  if (node.kind === 'scalar') return node.text.includes(text) ? { node, keys, at: node, complete: true } : null
  if (node.kind !== 'map' && node.kind !== 'list') return null
  const below: [string | number, Node][] =
    node.kind === 'list' ? [...node.items.entries()] : [...node.entries].map(([key, { value }]) => [key, value])
  for (const [key, value] of below) {
    const found = findText(value, text, [...keys, key])
    if (found !== null) return found
  }
  return null
}
