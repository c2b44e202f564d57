/** Where values are more than text: secrets, paths, lists with a short form. */
import { valueKinds } from '../generated/value-kinds.ts'

export interface ValueKind {
  is?: 'secret' | 'path' | 'key-path' | 'program' | 'environment' | 'as-written'
  /** Which short form it may have. */
  form?: 'names' | 'assignments' | 'list'
  keys?: Readonly<Record<string, ValueKind>>
  /** Values of all other keys: those are the user's own names. */
  each?: ValueKind
  /** Items of a list. */
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
