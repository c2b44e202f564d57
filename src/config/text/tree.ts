/** The values of a file as a tree in which every value knows its place. */
import { unreachable } from '../../core/text/unreachable.ts'
import type { Range, Span } from './source.ts'

export type Node = MapNode | ListNode | ScalarNode | SecretNode | BrokenNode

export interface MapNode extends Tagged {
  kind: 'map'
  /** A Map: a key may be called `__proto__`. */
  entries: Map<string, MapEntry>
  /** Keys that an override removes with a plain null. */
  removed: ReadonlySet<string>
}

/** With `!override`, which replaces what is below instead of merging with it. */
interface Tagged extends Span {
  override?: Override | undefined
}

/** `isOver`: it stands where there may be something below. */
export interface Override extends Span {
  isOver: boolean
}

export interface MapEntry {
  key: Span
  value: Node
}

export interface ListNode extends Tagged {
  kind: 'list'
  items: Node[]
}

export interface ScalarNode extends Span {
  kind: 'scalar'
  value: string | number | boolean | null
  /** As written (`1e3`), with variables expanded. */
  text: string
  /** Without quotes: its text decides its type. */
  plain: boolean
  filled?: FilledVariable[]
}

export interface FilledVariable {
  name: string
  /** Where an env file sets it; null for the process environment. */
  at: Span | null
}

/** Never expanded, retyped or shown. */
export interface SecretNode extends Span {
  kind: 'secret'
  text: string
}

/** An unknown value whose error is reported: nothing more is reported about it. */
export interface BrokenNode extends Span {
  kind: 'broken'
}

export const noKeys: ReadonlySet<string> = new Set()

/** A tag of `span` stays. */
export function mapOf(span: Tagged, entries: Map<string, MapEntry>, removed = noKeys): MapNode {
  return {
    kind: 'map',
    source: span.source,
    start: span.start,
    end: span.end,
    override: span.override,
    entries,
    removed,
  }
}

export function listOf(span: Tagged, items: Node[]): ListNode {
  return { kind: 'list', source: span.source, start: span.start, end: span.end, override: span.override, items }
}

export function overrideOf(node: Node): Override | undefined {
  return node.kind === 'map' || node.kind === 'list' ? node.override : undefined
}

/** The same value where there may be something below. */
export function over(node: Node): Node {
  const override = overrideOf(node)
  return override === undefined ? node : ({ ...node, override: { ...override, isOver: true } } as Node)
}

export function brokenAt(span: Span): BrokenNode {
  return { kind: 'broken', source: span.source, start: span.start, end: span.end }
}

/** The core schema of YAML 1.2 (10.3.2), for expanded text. Empty text is not null: it removes no key. */
export function plainValue(text: string): ScalarNode['value'] {
  if (text === '') return ''
  if (/^(?:true|True|TRUE)$/.test(text)) return true
  if (/^(?:false|False|FALSE)$/.test(text)) return false
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null
  if (/^[-+]?[0-9]+$/.test(text) || /^0o[0-7]+$/.test(text) || /^0x[0-9a-fA-F]+$/.test(text)) return Number(text)
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text)
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? NaN : text
}

/** `key:`, `key: ~` or `key: null`, unquoted. */
export function isPlainNull(node: Node): boolean {
  return node.kind === 'scalar' && node.plain && node.value === null
}

export function valueAt(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined
}

export function mapAt(node: Node | undefined, key: string): MapNode | undefined {
  const value = valueAt(node, key)
  return value?.kind === 'map' ? value : undefined
}

export function textAt(node: Node | undefined, key: string): string | undefined {
  const value = valueAt(node, key)
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined
}

/** Part of a scalar if it is written as it reads; else the whole scalar. */
export function part(node: ScalarNode, { start, end }: Range): Span {
  const { source } = node
  const offset = source.text.slice(node.start, node.end).indexOf(node.text)
  return offset < 0 ? node : { source, start: node.start + offset + start, end: node.start + offset + end }
}

/** A copy with another value of a scalar below. */
export function withValue(node: Node, [key, ...keys]: readonly (string | number)[], value: number): Node {
  if (node.kind === 'scalar') return { ...node, value, text: value.toString() }
  if (node.kind === 'list')
    return listOf(
      node,
      node.items.map((item, index) => (index === key ? withValue(item, keys, value) : item)),
    )
  if (node.kind !== 'map') return node
  const name = String(key)
  const entries = [...node.entries].map(([own, entry]): [string, MapEntry] => [
    own,
    own === name ? { key: entry.key, value: withValue(entry.value, keys, value) } : entry,
  ])
  return mapOf(node, new Map(entries), node.removed)
}

/** Plain data for validators and drivers: maps without prototype, secrets unexpanded, broken values null. */
export function toData(node: Node): unknown {
  switch (node.kind) {
    case 'map': {
      const data = Object.create(null) as Record<string, unknown>
      for (const [key, { value }] of node.entries) data[key] = toData(value)
      return data
    }
    case 'list':
      return node.items.map(toData)
    case 'scalar':
      return node.value
    case 'secret':
      return node.text
    case 'broken':
      return null
    default:
      return unreachable(node)
  }
}

export function hasBroken(node: Node): boolean {
  if (node.kind === 'map') return [...node.entries.values()].some(({ value }) => hasBroken(value))
  return node.kind === 'list' ? node.items.some(hasBroken) : node.kind === 'broken'
}
