/** Which parts of a line may not be shown: the values of secret keys, and whatever might be one. */
import { nearest } from '../core/nearest.ts'
import { isSecretName } from './secret-names.ts'
import type { Source } from './source.ts'
import { lineAt } from './source.ts'
import type { Node } from './tree.ts'

export interface Range {
  start: number
  end: number
}

/**
 * The text of a line with secrets as `***`, and how long the marked range is in it. The text is null where a mask would
 * move what is marked: a wrong column would mislead an editor, a mask of the same length would tell the secret's.
 */
export function maskedExcerpt(source: Source, line: Range, marked: Range): { text: string | null; length: number } {
  const hidden = hiddenIn(source, line)
  let text = ''
  let at = line.start
  for (const { start, end } of hidden) {
    text += source.text.slice(at, start) + mask
    at = end
  }
  text += source.text.slice(at, line.end)
  const inside = hidden.find(({ start, end }) => start < marked.end && marked.start < end)
  const moved = hidden.some(({ end, start }) => end <= marked.start && end - start !== mask.length)
  if (moved || (inside !== undefined && inside.start < marked.start)) return { text: null, length: 1 }
  const length = inside === undefined ? marked.end - marked.start : inside.start - marked.start + mask.length
  return { text, length: Math.max(1, length) }
}

const mask = '***'

/** Ranges of the line that may not be shown, in order, without overlaps. */
function hiddenIn(source: Source, line: Range): Range[] {
  const ranges = source.kind === 'env' ? envRanges(source, line) : yamlRanges(source, line)
  const clipped = ranges
    .map(({ start, end }) => ({ start: Math.max(start, line.start), end: Math.min(end, line.end) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start)
  const joined: Range[] = []
  for (const range of clipped) {
    const last = joined.at(-1)
    if (last !== undefined && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else joined.push(range)
  }
  return joined
}

/** Everything in a .env may be secret, and the line may continue a value of the one above. */
function envRanges(source: Source, line: Range): Range[] {
  const text = source.text.slice(line.start, line.end)
  if (/^[ \t]*#/.test(text)) return []
  const shown = /^[ \t]*(?:export[ \t]+)?(?:[A-Za-z_][\w.-]*[ \t]*=)?/.exec(text)?.[0].length ?? 0
  return [{ start: line.start + shown, end: line.end }]
}

function yamlRanges(source: Source, line: Range): Range[] {
  // Where the text could not be read as YAML, its lines are all there is to go by.
  if (source.root === null) return guessedRanges(source, line)
  return secretsOf(source, source.root).filter(({ start, end }) => start < line.end && end > line.start)
}

/** Looked for once per text, and only when something of it is shown. */
const secrets = new WeakMap<Source, Range[]>()

function secretsOf(source: Source, root: Node): Range[] {
  const known = secrets.get(source)
  if (known !== undefined) return known
  const ranges: Range[] = []
  collect(root, [], { source, ranges, seen: new Set() })
  secrets.set(source, ranges)
  return ranges
}

interface Collection {
  source: Source
  ranges: Range[]
  seen: Set<Node>
}

function collect(node: Node, path: string[], into: Collection): void {
  // An anchored value is met again under each alias, and may be secret under one of them only.
  if (node.kind !== 'scalar' && into.seen.has(node)) return
  into.seen.add(node)
  switch (node.kind) {
    case 'map':
      for (const [key, { value }] of node.entries) {
        if (isSecretPlace(path, key)) hide(value, into)
        else collect(value, [...path, key], into)
      }
      return
    case 'list':
      for (const item of node.items) collect(item, [...path, ''], into)
      return
    case 'scalar':
      hideAssigned(node, into)
      return
    default:
      return
  }
}

/**
 * Whether the value of this key may be a secret. Names of tunnels and accounts are the user's own; in an account every
 * key is suspect but the harmless ones: it may be mistyped.
 */
function isSecretPlace(path: readonly string[], key: string): boolean {
  const [top] = path
  if (path.length === 1 && (top === 'accounts' || top === 'tunnels')) return false
  if (path.length !== 2 || top !== 'accounts') return isSecretName(key)
  return !key.startsWith('x-') && nearest(key, ['user', 'auth_index']) === null
}

const referenceKeys = ['env', 'file', 'command', 'keychain']

/** `{ env: NAME }` names a secret and is none; neither is a bare `${NAME}`. */
function hide(value: Node, into: Collection): void {
  if (value.kind === 'map') {
    for (const [key, entry] of value.entries) if (!referenceKeys.includes(key)) hideWhole(entry.value, into)
    return
  }
  if (value.kind === 'scalar' && /^\$(?:\{\w+\}|\w+)$/.test(value.text)) return
  hideWhole(value, into)
}

function hideWhole(node: Node, { source, ranges }: Collection): void {
  // An empty value stands at its key.
  if (node.kind === 'scalar' && node.value === null && node.text === '') return
  if (node.source === source) ranges.push({ start: node.start, end: node.end })
}

/** `--password=...`, or NAME=VALUE in an environment list. */
function hideAssigned(node: Node, { source, ranges }: Collection): void {
  if (node.kind !== 'scalar' || node.source !== source) return
  const assigned = /^["']?-{0,2}([\w.-]+)=/.exec(source.text.slice(node.start, node.end))
  if (assigned === null || !isSecretName(assigned[1] ?? '')) return
  ranges.push({ start: node.start + assigned[0].length, end: node.end })
}

/** On a broken file's line: everything after a secret key, or everything that stands under one. */
function guessedRanges(source: Source, line: Range): Range[] {
  const text = source.text.slice(line.start, line.end)
  const inAccounts = isBelow(source, line, (key) => key === 'accounts')
  for (const { index, 0: whole, 1: key = '' } of text.matchAll(/(?<![\w.-])["']?([\w.-]+)["']?\s*[:=]\s*/g)) {
    const isSecret =
      isSecretName(key) || (inAccounts && key !== 'user' && !/^\s*$/.test(text.slice(index + whole.length)))
    if (isSecret) return [{ start: line.start + index + whole.length, end: line.end }]
  }
  if (!isBelow(source, line, isSecretName)) return []
  return [{ start: line.start + indentOf(text), end: line.end }]
}

/** Whether a line above with less indentation has such a key. */
function isBelow(source: Source, line: Range, matches: (key: string) => boolean): boolean {
  let indent = indentOf(source.text.slice(line.start, line.end))
  let { start } = line
  while (start > 0) {
    const above = lineAt(source, start - 1)
    const text = source.text.slice(above.start, above.end)
    start = above.start
    if (/^\s*(?:#|$)/.test(text) || indentOf(text) >= indent) continue
    indent = indentOf(text)
    const key = /^\s*(?:-\s+)*["']?([\w.-]+)["']?\s*:/.exec(text)?.[1]
    if (key !== undefined && matches(key)) return true
    if (indent === 0) return false
  }
  return false
}

function indentOf(text: string): number {
  return /^[ \t]*/.exec(text)?.[0].length ?? 0
}
