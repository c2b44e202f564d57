/** The yaml package's document to our tree: aliases, merge keys, duplicate keys. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  type Alias,
  type Document,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml'
import { dotted, shownKey, type ConfigErrors } from '../text/errors.ts'
import type { SourceText, Span } from '../text/source.ts'
import {
  brokenAt,
  listOf,
  mapOf,
  type MapEntry,
  type MapNode,
  type Node,
  type Override,
  type ScalarNode,
} from '../text/tree.ts'
import { misplacedOverride, unknownTag, type SyntaxMessage } from './yaml-errors.ts'

/** An aliased value is one node in several places. Null if the top is not a map. */
export function buildTree(document: Document.Parsed, source: SourceText, errors: ConfigErrors): MapNode | null {
  const top = document.contents
  if (top === null || (isScalar(top) && top.value === null)) {
    return mapOf({ source, start: 0, end: 0 }, new Map())
  }
  const builder: Builder = { source, errors, anchors: new Map(), count: 0, copied: 0, path: [] }
  const root = build(builder, top)
  if (root.kind === 'map') return root
  const message = 'a p2p.yaml must be a map with keys like name, accounts and tunnels'
  if (root.kind !== 'broken') errors.add({ code: 'wrong-type', message, path: [], at: root })
  return null
}

interface Builder {
  source: SourceText
  errors: ConfigErrors
  /** With their number of nodes; null while one is being built. */
  anchors: Map<string, { node: Node; weight: number } | null>
  count: number
  /** Nodes added by aliases and merge keys. */
  copied: number
  path: (string | number)[]
}

type ParsedPair = Pair<ParsedNode, ParsedNode | null>

/** A large project with anchors has a few thousand; an alias bomb has billions. */
const mostCopied = 100_000

function build(builder: Builder, parsed: ParsedNode): Node {
  if (isAlias(parsed)) return follow(builder, parsed.source, spanOf(builder, parsed))
  const { anchor } = parsed
  if (anchor === undefined) return buildValue(builder, parsed)
  const before = builder.count
  builder.anchors.set(anchor, null)
  const node = buildValue(builder, parsed)
  builder.anchors.set(anchor, { node, weight: builder.count - before })
  return node
}

function buildValue(builder: Builder, parsed: Exclude<ParsedNode, Alias.Parsed>): Node {
  builder.count += 1
  if (parsed.tag !== undefined && !knownTags.has(parsed.tag)) {
    return broken(builder, spanOf(builder, parsed), 'unknown-tag', unknownTag)
  }
  if (isScalar(parsed)) return scalarOf(builder, parsed)
  const span = { ...spanOf(builder, parsed), override: overrideIn(builder, parsed) }
  if (isMap(parsed)) return buildMap(builder, parsed, span)
  const items: Node[] = []
  for (const item of parsed.items) {
    builder.path.push(items.length)
    items.push(buildItem(builder, item, span))
    builder.path.pop()
  }
  return listOf(span, items)
}

export const overrideTag = '!override'

const knownTags = new Set([
  overrideTag,
  ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => `tag:yaml.org,2002:${tag}`),
])

/** The package gives no place of a tag. */
function overrideIn({ source }: Builder, { tag, range }: ParsedNode): Override | undefined {
  if (tag !== overrideTag) return undefined
  const start = Math.max(0, source.text.lastIndexOf(overrideTag, range[0]))
  return { source, start, end: start + overrideTag.length, isOver: false }
}

/** `[a: 1]` is a list with a map of one key. */
function buildItem(builder: Builder, item: ParsedNode | ParsedPair, list: Span): Node {
  if (!isPair(item)) return build(builder, item)
  builder.count += 1
  const entries = new Map<string, MapEntry>()
  addPair(builder, entries, item)
  const [entry] = entries.values()
  return entry === undefined ? brokenAt(list) : mapOf(entry.key, entries)
}

function buildMap(builder: Builder, map: YAMLMap.Parsed, span: Parameters<typeof mapOf>[0]): Node {
  const entries = new Map<string, MapEntry>()
  const merged: ParsedPair[] = []
  for (const pair of map.items) {
    const { key } = pair
    if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') merged.push(pair)
    else addPair(builder, entries, pair)
  }
  // A map's own keys win over merged ones; of several `<<`, the first wins.
  for (const pair of merged) mergeInto(builder, entries, pair)
  return mapOf(span, entries)
}

function addPair(builder: Builder, entries: Map<string, MapEntry>, pair: ParsedPair): void {
  const key = spanOf(builder, pair.key)
  if (!isScalar(pair.key) || pair.key.tag !== undefined) {
    const hint = isAlias(pair.key) ? 'write the name itself' : 'quote a text that contains brackets or braces'
    broken(builder, key, 'bad-key', { message: 'a key must be plain text', hint })
    return
  }
  // As written: `1e3` and `1000` are two keys.
  const name = pair.key.type === 'PLAIN' ? pair.key.source : String(pair.key.value)
  builder.path.push(name)
  const value = pair.value === null ? nullAt(key) : build(builder, pair.value)
  const first = entries.get(name)
  if (first !== undefined) reportDuplicate(builder, key, first)
  // An empty value has no place of its own: mark its key.
  else if (value.start !== value.end || value.kind !== 'scalar') entries.set(name, { key, value })
  else entries.set(name, { key, value: { ...value, start: key.start, end: key.end } })
  builder.path.pop()
}

function reportDuplicate({ path, errors }: Builder, at: Span, first: MapEntry): void {
  const name = JSON.stringify(shownKey(path.at(-1) ?? ''))
  const message = path.length === 1 ? `duplicate key ${name}` : `duplicate key ${name} in ${dotted(path.slice(0, -1))}`
  const related = [{ message: 'first used here', at: first.key }]
  errors.add({ code: 'duplicate-key', message, path: [...path], at, related })
}

function mergeInto(builder: Builder, entries: Map<string, MapEntry>, pair: ParsedPair): void {
  const at = spanOf(builder, pair.key)
  const value = pair.value === null ? nullAt(at) : build(builder, pair.value)
  for (const source of value.kind === 'list' ? value.items : [value]) {
    if (source.kind === 'broken') continue
    if (source.kind !== 'map') {
      broken(builder, at, 'bad-merge', { message: '<< needs a map or a list of maps', hint: 'write <<: *name' })
      continue
    }
    if (source.override !== undefined) broken(builder, source.override, 'override-over-nothing', misplacedOverride)
    for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry)
  }
}

function follow(builder: Builder, name: string, at: Span): Node {
  const anchored = builder.anchors.get(name)
  if (anchored === undefined) {
    // The name is not shown: it may be a password that starts with a star.
    const hint = 'quote a value that starts with *'
    return broken(builder, at, 'unknown-alias', { message: 'no anchor with this name above', hint })
  }
  if (anchored === null) {
    return broken(builder, at, 'unknown-alias', { message: 'this alias is inside its own anchor', hint: null })
  }
  const before = builder.copied
  builder.count += anchored.weight
  builder.copied += anchored.weight
  if (builder.copied <= mostCopied) return anchored.node
  const message = `aliases expand this file to more than ${mostCopied.toLocaleString('en')} values`
  // Reported once; the rest of the file is still checked.
  if (before <= mostCopied) broken(builder, at, 'too-many-aliases', { message, hint: null })
  return brokenAt(at)
}

function scalarOf(builder: Builder, scalar: Scalar.Parsed): ScalarNode {
  const { source } = builder
  const { range, value } = scalar
  const [start, end] = range
  // Long texts count several times: an alias bomb of them would fill memory when printed.
  builder.count += Math.floor((end - start) / 100)
  if (scalar.type === 'PLAIN' && isPlainValue(value)) {
    return { kind: 'scalar', source, start, end, value, text: scalar.source, plain: true }
  }
  // Quoted and block scalars are text, unless a tag types them (`!!int "1"`).
  const text = typeof value === 'string' ? value : scalar.source
  return { kind: 'scalar', source, start, end, value: isPlainValue(value) ? value : text, text, plain: false }
}

function isPlainValue(value: unknown): value is ScalarNode['value'] {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function nullAt({ source, start, end }: Span): ScalarNode {
  return { kind: 'scalar', source, start, end, value: null, text: '', plain: true }
}

function broken({ errors, path }: Builder, at: Span, code: string, { message, hint }: SyntaxMessage): Node {
  errors.add({ code, message, hint, path: [...path], at })
  return brokenAt(at)
}

function spanOf({ source }: Builder, { range }: { range: readonly [number, number, number] }): Span {
  return { source, start: range[0], end: range[1] }
}
