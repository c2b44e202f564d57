/** Puts imported tunnels and accounts into an existing p2p.yaml: text is inserted, and the rest stays byte for byte. */
import { P2pError } from '../core/errors.ts'
import { unreachable } from '../core/text/unreachable.ts'
import type { MapEntry, MapNode, Node } from '../config/text/tree.ts'
import type { ImportPlan } from './import-plan.ts'
import { accountLines, indent, separated, tunnelLines } from './document.ts'

/** @throws P2pError 'config.invalid' where `tunnels` or `accounts` is written so that nothing can be added to it. */
export function mergeInto(text: string, root: MapNode, plan: ImportPlan): string {
  const target = targetOf(text, root)
  const full = root.entries.has('defaults')
  const accounts = plan.accounts.filter(({ place }) => place !== null)
  const edits = [
    addTo(target, 'accounts', (before) => accounts.map((account) => accountLines(account, before))),
    addTo(target, 'tunnels', (before) => plan.tunnels.map((tunnel) => tunnelLines(tunnel, before, { full }))),
  ]
  return applied(text, edits.flat())
}

/** The text with an empty map of tunnels, so that it is valid; null: it has tunnels, or something else in their place. */
export function withEmptyTunnels(text: string, root: MapNode): string | null {
  const entry = root.entries.get('tunnels')
  if (entry === undefined) return applied(text, [newSection(targetOf(text, root), 'tunnels', ['tunnels: {}'])])
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

type Section = 'accounts' | 'tunnels'

/** Lines of each new entry, below keys that stand `before` deep. */
type Blocks = (before: string) => string[][]

interface Edit {
  start: number
  end: number
  insert: string
}

function targetOf(text: string, root: MapNode): Target {
  return { text, root, newline: text.includes('\r\n') ? '\r\n' : '\n' }
}

/** From the end to the beginning, so that no edit moves the place of another. */
function applied(text: string, edits: Edit[]): string {
  const inOrder = edits.sort((a, b) => a.start - b.start)
  return inOrder.reduceRight((whole, { start, end, insert }) => whole.slice(0, start) + insert + whole.slice(end), text)
}

function addTo(target: Target, key: Section, blocks: Blocks): Edit[] {
  const lines = separated(blocks(indent), key === 'tunnels')
  if (lines.length === 0) return []
  const { text, root } = target
  const entry = root.entries.get(key)
  if (entry === undefined) return [newSection(target, key, [`${key}:`, ...lines])]
  const { value } = entry
  refuseFlow(target, root, 'this file')
  if (value.start < entry.key.start || entry.key.start < root.start) throw notMergeable(key)
  if (value.kind === 'scalar' || (value.kind === 'map' && value.entries.size === 0)) {
    return fillEmpty(target, entry, key, lines)
  }
  refuseFlow(target, value, key)
  if (value.kind !== 'map') throw notMergeable(key)
  const own = [...value.entries.values()].find(({ key: { start } }) => start >= value.start && start < value.end)
  const before = own === undefined ? null : text.slice(lineStart(text, own.key.start), own.key.start)
  if (before === null || !/^ *$/.test(before)) throw notMergeable(key)
  const isSpaced = key === 'tunnels' && (value.entries.size === 1 || /\n[ \t]*\r?\n/.test(textOf(target, value)))
  return [
    appendBelow(target, value, before.length, [...(isSpaced ? [''] : []), ...separated(blocks(before), isSpaced)]),
  ]
}

function notMergeable(key: string): P2pError {
  return new P2pError('config.invalid', `nothing can be added to ${key} as it is written in this file`, {
    hint: `write ${key} as a map of its own, without an alias, or import into another file and include it`,
  })
}

function refuseFlow(target: Target, node: Node, what: string): void {
  if (!textOf(target, node).startsWith('{')) return
  throw new P2pError('config.invalid', `${what} is written in { } style: nothing can be added to it`, {
    hint: 'write it as a block, or import into another file and include it',
  })
}

function textOf({ text }: Target, { start, end }: Node): string {
  return text.slice(start, end)
}

/** The file has no such key: accounts go above tunnels, tunnels to the end. */
function newSection(target: Target, key: Section, lines: readonly string[]): Edit {
  const { text, root, newline } = target
  refuseFlow(target, root, 'this file')
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
  name: Section,
  lines: readonly string[],
): Edit[] {
  const colon = text.indexOf(':', key.end) + 1
  const isWritten = value.start >= colon
  if (isWritten && text.slice(colon, value.start).trim() !== '') throw notMergeable(name)
  const insert = belowLine(text, lineEnd(text, isWritten ? value.end : colon), lines, newline)
  return isWritten ? [{ start: colon, end: value.end, insert: '' }, insert] : [insert]
}

function appendBelow({ text, newline }: Target, map: MapNode, depth: number, lines: readonly string[]): Edit {
  const content = contentEnd(map)
  const from = text.charAt(content - 1) === '\n' ? content : lineEnd(text, content)
  return belowLine(text, belowOwnComments(text, from, depth), lines, newline)
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

/** Lines below the line that ends at an offset, which may be the last one and lack its end. */
function belowLine(text: string, at: number, lines: readonly string[], newline: string): Edit {
  const isOpen = at > 0 && !/[\r\n]/.test(text.charAt(at - 1))
  return { start: at, end: at, insert: (isOpen ? newline : '') + lines.map((line) => line + newline).join('') }
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}
