/** Puts imported tunnels and accounts into an existing p2p.yaml: text is inserted, and the rest stays byte for byte. */
import { P2pError } from '../core/errors.ts'
import { unreachable } from '../core/text/unreachable.ts'
import type { MapEntry, MapNode, Node } from '../config/text/tree.ts'
import type { ImportPlan } from './import-plan.ts'
import { accountLines, flowEntry, indent, isComment, separated, tunnelLines } from './document.ts'

/** @throws P2pError 'config.invalid' where `tunnels` or `accounts` is written so that nothing can be added to it. */
export function mergeInto(text: string, root: MapNode, plan: ImportPlan): string {
  const target = targetOf(text, root)
  const full = root.entries.has('defaults')
  const accounts = plan.accounts.filter(({ place }) => place !== null)
  const edits = [
    addTo(target, {
      key: 'accounts',
      block: (before) => accounts.map((account) => accountLines(account, before)),
      spaced: false,
    }),
    addTo(target, {
      key: 'tunnels',
      block: (before) => plan.tunnels.map((tunnel) => tunnelLines(tunnel, before, { full })),
      spaced: true,
    }),
  ]
  return applied(text, edits.flat())
}

function targetOf(text: string, root: MapNode): Target {
  return { text, root, newline: text.includes('\r\n') ? '\r\n' : '\n' }
}

/** From the end to the beginning, so that no edit moves the place of another. */
function applied(text: string, edits: Edit[]): string {
  const inOrder = edits.sort((a, b) => a.start - b.start)
  return inOrder.reduceRight((whole, { start, end, insert }) => whole.slice(0, start) + insert + whole.slice(end), text)
}

/** The text with an empty map of tunnels, so that it is valid; null: it has tunnels, or something else in their place. */
export function withEmptyTunnels(text: string, root: MapNode): string | null {
  const entry = root.entries.get('tunnels')
  if (entry === undefined) {
    const section = newSection(targetOf(text, root), 'tunnels', { block: [' {}'], flow: '{}' })
    return applied(text, [section])
  }
  const { value } = entry
  if (value.kind !== 'scalar' || value.value !== null) return null
  const colon = text.indexOf(':', entry.key.end) + 1
  return applied(text, [{ start: colon, end: Math.max(colon, value.end), insert: ' {}' }])
}

interface Target {
  text: string
  root: MapNode
  newline: string
}

interface Addition {
  key: 'accounts' | 'tunnels'
  /** Lines of each new entry, in block style below keys that stand `before` deep. */
  block: (before: string) => string[][]
  spaced: boolean
}

interface Edit {
  start: number
  end: number
  insert: string
}

function addTo(target: Target, addition: Addition): Edit[] {
  const blocks = addition.block('')
  if (blocks.length === 0) return []
  const { text, root } = target
  const flow = blocks.map(flowEntry).join(', ')
  const entry = root.entries.get(addition.key)
  if (entry === undefined) {
    const { key, block, spaced } = addition
    return [newSection(target, key, { block: ['', ...separated(block(indent), spaced)], flow: `{ ${flow} }` })]
  }
  if (entry.value.start < entry.key.start || entry.key.start < root.start) throw notMergeable(addition.key)
  const isEmpty = entry.value.kind === 'scalar' || (entry.value.kind === 'map' && entry.value.entries.size === 0)
  if (isFlow(target, root.start)) {
    if (isEmpty) throw notMergeable(addition.key)
  } else if (isEmpty) return fillEmpty(target, entry, addition)
  if (entry.value.kind !== 'map') throw notMergeable(addition.key)
  if (!isFlow(target, entry.value.start)) return [appendToBlock(target, entry.value, addition)]
  const inside = intoFlow(text, entry.value.start, flow)
  const comments = isFlow(target, root.start) ? [] : blocks.flat().filter(isComment)
  const above = lineStart(text, entry.key.start)
  const insert = comments.map((line) => line.trimStart() + target.newline).join('')
  return insert === '' ? [inside] : [{ start: above, end: above, insert }, inside]
}

function notMergeable(key: string): P2pError {
  return new P2pError('config.invalid', `nothing can be added to ${key} as it is written in this file`, {
    hint: `write ${key} as a map of its own, without an alias, or import into another file and include it`,
  })
}

function intoFlow(text: string, brace: number, entries: string): Edit {
  const at = brace + 1
  return { start: at, end: at, insert: ` ${entries},${/\s/.test(text.charAt(at)) ? '' : ' '}` }
}

function isFlow({ text }: Target, at: number): boolean {
  return text.charAt(at) === '{'
}

/** The file has no such key: accounts go above tunnels, tunnels to the end. The first line of `block` ends that of the key. */
function newSection(
  { text, root, newline }: Target,
  key: string,
  { block, flow }: { block: string[]; flow: string },
): Edit {
  if (root.end > root.start && isFlow({ text, root, newline }, root.start)) {
    return intoFlow(text, root.start, `${key}: ${flow}`)
  }
  const lines = [`${key}:${block[0] ?? ''}`, ...block.slice(1)]
  const tunnels = root.entries.get('tunnels')
  if (key === 'accounts' && tunnels !== undefined) {
    const at = aboveComments(text, lineStart(text, tunnels.key.start))
    return { start: at, end: at, insert: [...lines, '', ''].join(newline) }
  }
  const at = endOfDocument(text)
  const before = at === 0 || text.slice(0, at).endsWith('\n') ? '' : newline
  const gap = text.slice(0, at).trim() === '' ? '' : newline
  return { start: at, end: at, insert: before + gap + lines.map((line) => line + newline).join('') }
}

function endOfDocument(text: string): number {
  return /^\.\.\.(?:[ \t]|$)/m.exec(text)?.index ?? text.length
}

/** The first of the comment lines that stand directly above; those at the head of the file are about all of it. */
function aboveComments(text: string, from: number): number {
  let at = from
  while (at > 0) {
    const above = lineStart(text, at - 1)
    if (!/^[ \t]*#/.test(text.slice(above, at))) break
    at = above
  }
  return at === 0 ? from : at
}

/** `tunnels:` with nothing, `{}` or null behind it. */
function fillEmpty(
  { text, newline }: Target,
  { key, value }: MapEntry,
  { key: name, block, spaced }: Addition,
): Edit[] {
  const colon = text.indexOf(':', key.end) + 1
  const isWritten = value.start >= colon
  if (isWritten && text.slice(colon, value.start).trim() !== '') throw notMergeable(name)
  const at = lineEnd(text, isWritten ? value.end : colon)
  const lines = separated(block(indent), spaced)
  const insert = { start: at, end: at, insert: belowLine(text, at, lines, newline) }
  return isWritten ? [{ start: colon, end: value.end, insert: '' }, insert] : [insert]
}

function appendToBlock({ text, newline }: Target, map: MapNode, { key, block, spaced }: Addition): Edit {
  const own = [...map.entries.values()].find((entry) => entry.key.start >= map.start && entry.key.start < map.end)
  const before = own === undefined ? null : text.slice(lineStart(text, own.key.start), own.key.start)
  if (before === null || !/^ *$/.test(before)) throw notMergeable(key)
  const content = contentEnd(map)
  const at = belowOwnComments(text, text.charAt(content - 1) === '\n' ? content : lineEnd(text, content), before.length)
  const isSpaced = spaced && (map.entries.size === 1 || /\n[ \t]*\r?\n/.test(text.slice(map.start, map.end)))
  const lines = separated(block(before), isSpaced)
  return { start: at, end: at, insert: belowLine(text, at, isSpaced ? ['', ...lines] : lines, newline) }
}

/** Where the last value ends: a map in block style spans the comments below it. */
function contentEnd(node: Node): number {
  const { start, end } = node
  const isInside = (span: { start: number; end: number }): boolean => span.start >= start && span.end <= end
  switch (node.kind) {
    case 'map': {
      if (node.source.text.charAt(start) === '{') return end
      const own = [...node.entries.values()].filter(({ key }) => isInside(key))
      // An aliased value stands elsewhere; its key is on the line of the alias.
      return Math.max(start, ...own.map(({ key, value }) => (isInside(value) ? contentEnd(value) : key.end)))
    }
    case 'list':
      if (node.source.text.charAt(start) === '[') return end
      return Math.max(start, ...node.items.filter(isInside).map(contentEnd))
    case 'scalar':
    case 'secret':
    case 'broken':
      return end
    default:
      return unreachable(node)
  }
}

/** Comments below the last entry that are indented like it belong to it, blank lines between them included. */
function belowOwnComments(text: string, from: number, depth: number): number {
  let at = from
  for (let line = at; line < text.length; line = lineEnd(text, line)) {
    const content = text.slice(line, lineEnd(text, line))
    if (content.trim() === '') continue
    const isOwn = content.trimStart().startsWith('#') && content.search(/\S/) >= Math.max(1, depth)
    if (!isOwn) break
    at = lineEnd(text, line)
  }
  return at
}

/** Lines to stand below the line that ends at an offset, which may be the last one and lack its end. */
function belowLine(text: string, at: number, lines: readonly string[], newline: string): string {
  const isOpen = at > 0 && !/[\r\n]/.test(text.charAt(at - 1))
  return (isOpen ? newline : '') + lines.map((line) => line + newline).join('')
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}
