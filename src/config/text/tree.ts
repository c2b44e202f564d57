/** What a file says, as a tree in which every value knows where it stands. */
import { unreachable } from '../../core/text/unreachable.ts'
import type { Range, Span } from './source.ts'

export type Node = MapNode | ListNode | ScalarNode | SecretNode | BrokenNode

export interface MapNode extends Span {
  kind: 'map'
  /** A Map, so that a key called `__proto__` is a key like any other. */
  entries: Map<string, MapEntry>
  /** Keys that an override takes away by a plain null. */
  removed: ReadonlySet<string>
}

export interface MapEntry {
  key: Span
  value: Node
}

export interface ListNode extends Span {
  kind: 'list'
  items: Node[]
}

export interface ScalarNode extends Span {
  kind: 'scalar'
  value: string | number | boolean | null
  /** The value as text: as it is written for a plain scalar (`1e3`), after expansion where it has variables. */
  text: string
  /** Written without quotes: its type follows from its text. */
  plain: boolean
  /** The variables that it was expanded from. */
  filled?: FilledVariable[]
}

export interface FilledVariable {
  name: string
  /** Where an env file sets it; null for the process environment. */
  at: Span | null
}

/** Text in a secret's place: never expanded, retyped or shown. */
export interface SecretNode extends Span {
  kind: 'secret'
  text: string
}

/** A value that can't be known, with the mistake already on the list: nothing more is said about it. */
export interface BrokenNode extends Span {
  kind: 'broken'
}

export const noKeys: ReadonlySet<string> = new Set()

export function mapOf(span: Span, entries: Map<string, MapEntry>, removed = noKeys): MapNode {
  return { kind: 'map', source: span.source, start: span.start, end: span.end, entries, removed }
}

export function listOf(span: Span, items: Node[]): ListNode {
  return { kind: 'list', source: span.source, start: span.start, end: span.end, items }
}

export function textOf(span: Span, text: string): ScalarNode {
  return { kind: 'scalar', source: span.source, start: span.start, end: span.end, value: text, text, plain: false }
}

export function brokenAt(span: Span): BrokenNode {
  return { kind: 'broken', source: span.source, start: span.start, end: span.end }
}

/**
 * The value of a plain scalar by YAML 1.2's core schema (chapter 10.3.2), for text that has just been expanded. Nothing
 * stays the empty text instead of becoming null: a variable that is set to nothing removes no key.
 */
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

/** `key:`, `key: ~` or `key: null`, without quotes. */
export function isPlainNull(node: Node): boolean {
  return node.kind === 'scalar' && node.plain && node.value === null
}

/** The value of a key of a map; undefined where there is no such key, or no map. */
export function valueAt(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined
}

export function mapAt(node: Node | undefined, key: string): MapNode | undefined {
  const value = valueAt(node, key)
  return value?.kind === 'map' ? value : undefined
}

/** The text of a scalar; undefined for anything else. */
export function textAt(node: Node | undefined, key: string): string | undefined {
  const value = valueAt(node, key)
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined
}

/** Part of a scalar's text, where it is written as it reads; else the whole scalar. */
export function part(node: ScalarNode, { start, end }: Range): Span {
  const { source } = node
  const offset = source.text.slice(node.start, node.end).indexOf(node.text)
  return offset < 0 ? node : { source, start: node.start + offset + start, end: node.start + offset + end }
}

/** Plain data for validators and drivers. Maps have no prototype; a secret is its unexpanded text; what is broken, null. */
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
  switch (node.kind) {
    case 'map':
      for (const { value } of node.entries.values()) if (hasBroken(value)) return true
      return false
    case 'list':
      return node.items.some(hasBroken)
    case 'broken':
      return true
    case 'scalar':
    case 'secret':
      return false
    default:
      return unreachable(node)
  }
}
