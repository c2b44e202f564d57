/** Where in a p2p.yaml values stand that are more than text: secrets, paths, lists with a second form. */
import { valueKinds } from '../generated/value-kinds.ts'

export interface ValueKind {
  /** Meaning of a scalar here. */
  is?: 'secret' | 'path' | 'key-path' | 'program' | 'environment' | 'as-written'
  /** A second form of the value, to be turned into the one that merges well. */
  form?: 'names' | 'assignments' | 'list'
  /** What stands under these keys. */
  keys?: Readonly<Record<string, ValueKind>>
  /** What stands under every other key: the keys are the user's own. */
  each?: ValueKind
  /** What stands in the items of a list. */
  item?: ValueKind
}

export const top: ValueKind = valueKinds

const plain: ValueKind = {}

export function under(kind: ValueKind, key: string): ValueKind {
  // Own keys only: a key may be called `constructor`.
  if (kind.keys !== undefined && Object.hasOwn(kind.keys, key)) return kind.keys[key] ?? plain
  return kind.each ?? plain
}

export function inList(kind: ValueKind): ValueKind {
  return kind.item ?? plain
}
