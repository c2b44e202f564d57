/** Puts imported tunnels and accounts into an existing p2p.yaml: text is inserted, and the rest stays byte for byte. */
import { P2pError } from '../core/errors.ts'
import type { MapEntry, MapNode, Node } from '../config/text/tree.ts'
import type { ImportPlan } from './import-plan.ts'
import { accountLines, flowEntry, indent, isComment, separated, tunnelLines } from './document.ts'

/** @throws P2pError 'config.invalid' where `tunnels` or `accounts` is written so that nothing can be added to it. */
export function mergeInto(text: string, root: MapNode, plan: ImportPlan): string {
  const full = root.entries.has('defaults')
  const accounts = plan.accounts.filter(({ place }) => place !== null)
  return insertInto(text, root, {
    accounts: (before) => accounts.map((account) => accountLines(account, before)),
    tunnels: (before) => plan.tunnels.map((tunnel) => tunnelLines(tunnel, before, { full })),
  })
}

/** The same for entries that are lines already. */
export function insertInto(text: string, root: MapNode, blocks: Partial<Record<Section, Blocks>>): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const target = { text, root, newline, isFlow: root.end > root.start && text.charAt(root.start) === '{' }
  const edits = Object.entries(blocks).flatMap(([section, lines]) => addTo(target, section as Section, lines))
  // From the end to the beginning, so that no edit moves the place of another.
  const inOrder = edits.sort((a, b) => a.start - b.start)
  return inOrder.reduceRight((whole, { start, end, insert }) => whole.slice(0, start) + insert + whole.slice(end), text)
}

interface Target {
  text: string
  root: MapNode
  newline: string
  /** `{ tunnels: ... }` */
  isFlow: boolean
}

type Section = 'accounts' | 'tunnels'

/** Lines of each new entry, in block style below keys that stand `before` deep. */
type Blocks = (before: string) => string[][]

interface Edit {
  start: number
  end: number
  insert: string
}

function addTo(target: Target, section: Section, blocks: Blocks): Edit[] {
  const added = blocks(indent)
  if (added.length === 0) return []
  const { text, root, newline } = target
  const flow = added.map(flowEntry).join(', ')
  const entry = root.entries.get(section)
  if (entry === undefined) {
    if (target.isFlow) return [intoFlow(text, root.start, `${section}: { ${flow} }`)]
    return [newSection(target, [`${section}:`, ...separated(added, section === 'tunnels')], section)]
  }
  const { key, value } = entry
  const isAlias = value.start < key.start || key.start < root.start
  const isEmpty = value.kind === 'scalar' || (value.kind === 'map' && value.entries.size === 0)
  if (isAlias || (isEmpty && target.isFlow)) throw notMergeable(section)
  if (isEmpty) return fillEmpty(target, entry, section, added)
  if (value.kind !== 'map') throw notMergeable(section)
  if (text.charAt(value.start) !== '{') return [appendToBlock(target, entry.key.start, value, section, blocks)]
  const comments = target.isFlow ? [] : added.flat().filter(isComment)
  const above = lineStart(text, key.start)
  const insert = comments.map((line) => line.trimStart() + newline).join('')
  return [{ start: above, end: above, insert }, intoFlow(text, value.start, flow)]
}

function notMergeable(section: Section): P2pError {
  return new P2pError('config.invalid', `nothing can be added to ${section} as it is written in this file`, {
    hint: `write ${section} as a map of its own, without an alias, or import into another file and include it`,
  })
}

function intoFlow(text: string, brace: number, entries: string): Edit {
  const at = brace + 1
  return { start: at, end: at, insert: ` ${entries},${/\s/.test(text.charAt(at)) ? '' : ' '}` }
}

/** The file has no such key: accounts go above tunnels, tunnels to the end. */
function newSection({ text, root, newline }: Target, lines: readonly string[], section: Section): Edit {
  const tunnels = root.entries.get('tunnels')
  if (section === 'accounts' && tunnels !== undefined) {
    const at = aboveComments(text, lineStart(text, tunnels.key.start))
    return { start: at, end: at, insert: [...lines, '', ''].join(newline) }
  }
  const at = /^\.\.\.(?:[ \t]|$)/m.exec(text)?.index ?? text.length
  const isFirst = text.slice(0, at).trim() === ''
  return below(text, at, isFirst ? lines : ['', ...lines], newline)
}

/** The first of the comment lines that stand directly above; those at the head of the file are about all of it. */
function aboveComments(text: string, from: number): number {
  const at = backOver(text, from, (line) => /^[ \t]*#/.test(line))
  return at === 0 ? from : at
}

/** `tunnels:` with nothing, `{}` or null behind it. */
function fillEmpty({ text, newline }: Target, { key, value }: MapEntry, section: Section, added: string[][]): Edit[] {
  const colon = text.indexOf(':', key.end) + 1
  const isWritten = value.start >= colon
  if (isWritten && text.slice(colon, value.start).trim() !== '') throw notMergeable(section)
  const insert = below(
    text,
    lineEnd(text, isWritten ? value.end : colon),
    separated(added, section === 'tunnels'),
    newline,
  )
  return isWritten ? [{ start: colon, end: value.end, insert: '' }, insert] : [insert]
}

/** Above the next key of the file, and above what belongs to that: blank lines, and comments that stand further left. */
function appendToBlock({ text, newline }: Target, keyAt: number, map: MapNode, section: Section, blocks: Blocks): Edit {
  const own = [...map.entries.values()].find(({ key }) => key.start >= map.start && key.start < map.end)
  const before = own === undefined ? null : text.slice(lineStart(text, own.key.start), own.key.start)
  if (before === null || !/^ *$/.test(before)) throw notMergeable(section)
  const next = new RegExp(`^ {0,${keyAt - lineStart(text, keyAt)}}[^\\s#]`, 'gm')
  next.lastIndex = lineEnd(text, map.end - 1)
  const above = backOver(text, next.exec(text)?.index ?? text.length, (line) => {
    const depth = line.search(/\S/)
    return depth < 0 || (line.charAt(depth) === '#' && depth < Math.max(1, before.length))
  })
  // Blank lines below a text with `+` belong to it.
  const last = lastIn(map)
  const isKept = /^[|>]\d?\+/.test(text.slice(last.start))
  const at = isKept ? Math.max(above, last.end) : above
  const isSpaced =
    section === 'tunnels' && (map.entries.size === 1 || /\n[ \t]*\r?\n/.test(text.slice(map.start, map.end)))
  const lines = separated(blocks(before), isSpaced)
  return below(text, at, isSpaced && !isKept ? ['', ...lines] : lines, newline)
}

function lastIn(node: Node): Node {
  const below = node.kind === 'map' ? [...node.entries.values()].at(-1)?.value : undefined
  const last = node.kind === 'list' ? node.items.at(-1) : below
  return last === undefined ? node : lastIn(last)
}

/** Start of the first of the lines directly above that are alike. */
function backOver(text: string, from: number, isAlike: (line: string) => boolean): number {
  let at = from
  while (at > 0) {
    const above = lineStart(text, at - 1)
    if (!isAlike(text.slice(above, at))) break
    at = above
  }
  return at
}

/** Lines to stand below the line that ends at an offset, which may be the last one and lack its end. */
function below(text: string, at: number, lines: readonly string[], newline: string): Edit {
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
