/** Where values are more than text: secrets, paths, short forms. Turns short forms into the form that merges. */
import { unreachable } from '../../core/text/unreachable.ts'
import { valueKinds } from '../generated/value-kinds.ts'
import {
  listOf,
  mapOf,
  part,
  plainValue,
  type MapEntry,
  type ListNode,
  type Node,
  type ScalarNode,
} from '../text/tree.ts'

export interface ValueKind {
  is?: 'secret' | 'path' | 'key-path' | 'program' | 'environment' | 'as-written' | 'typed'
  /** Which short form it may have. */
  form?: 'names' | 'assignments' | 'list' | 'forward'
  keys?: Readonly<Record<string, ValueKind>>
  /** Values of all other keys: those are the user's own names. */
  each?: ValueKind
  item?: ValueKind
}

export const top: ValueKind = valueKinds

const plain: ValueKind = {}

export function under(kind: ValueKind, key: string): ValueKind {
  // Own keys only: a key may be called `constructor`.
  if (kind.keys !== undefined && Object.hasOwn(kind.keys, key)) return kind.keys[key] ?? plain
  return kind.each ?? plain
}

/** `environment` as a map, `env_file` as a list. Other forms stay, for validation to report. */
export function normalForm(node: Node, form: NonNullable<ValueKind['form']>): Node {
  switch (form) {
    case 'list':
      return node.kind === 'scalar' && typeof node.value === 'string' ? listOf(node, [node]) : node
    case 'assignments':
      return node.kind === 'list' ? (mapOfItems(node, assignmentEntry) ?? node) : node
    case 'names':
    case 'forward':
      return node
    default:
      return unreachable(form)
  }
}

/** `depends_on` as a map, once its variables are expanded. */
export function namesAsMap(list: ListNode): Node {
  return mapOfItems(list, nameEntry) ?? list
}

/** `[::1]:15432:db:5432`, as ssh -L writes it, once its variables are expanded: a map with bind, port and to. */
export function forwardAsMap(node: Node): Node {
  const found = node.kind === 'scalar' ? sshForward.exec(node.text)?.indices?.groups : undefined
  if (node.kind !== 'scalar' || found === undefined) return node
  const entries = Object.entries(found).flatMap(([key, range]): [string, MapEntry][] => {
    const [start, end] = (range as [number, number] | undefined) ?? [0, 0]
    if (end === 0) return []
    const text = node.text.slice(start, end)
    const at = part(node, { start, end })
    return [[key, { key: at, value: { ...node, ...at, text, value: key === 'port' ? plainValue(text) : text } }]]
  })
  return mapOf(node, new Map(entries))
}

const sshForward = /^(?:\[?(?<bind>(?<=\[)[^\]]+|[^:[\]]+)\]?:)?(?<port>auto|\d{1,5}):(?<to>\S*[:/]\S*)$/d

/** Null if an item has another form. Of items with the same name, the last one counts. */
function mapOfItems(list: ListNode, entryOf: (item: ScalarNode) => [string, MapEntry] | null): Node | null {
  const entries = new Map<string, MapEntry>()
  for (const item of list.items) {
    const entry = item.kind === 'scalar' && typeof item.value === 'string' ? entryOf(item) : null
    if (entry === null) return null
    entries.set(...entry)
  }
  return mapOf(list, entries)
}

/** `- db` is `db: {}`. */
function nameEntry(item: ScalarNode): [string, MapEntry] | null {
  return item.text === '' ? null : [item.text, { key: item, value: mapOf(item, new Map()) }]
}

/** `- NAME=VALUE`. Quotes belong to the item: the value has its own place only if it is written as it reads. */
function assignmentEntry(item: ScalarNode): [string, MapEntry] | null {
  const equals = item.text.indexOf('=')
  if (equals <= 0) return null
  const name = item.text.slice(0, equals)
  const text = item.text.slice(equals + 1)
  const written = item.source.text.slice(item.start, item.end).indexOf(item.text)
  const start = written < 0 ? item.start : item.start + written + equals + 1
  const end = written < 0 ? item.end : start + text.length
  const value: ScalarNode = { ...item, start, end, value: text, text, plain: false }
  return [name, { key: item, value }]
}
