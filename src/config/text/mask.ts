/** Which parts of a line may not be shown: the values of secret keys, and whatever might be one. */
import { didYouMean } from '../../core/text/did-you-mean.ts'
import { secretsOnLine } from './secret-lines.ts'
import { isSecretName } from './secret-names.ts'
import { textOf, type Range, type SourceText, type Span } from './source.ts'
import type { Node } from './tree.ts'

/**
 * The text of a line with secrets as `***`, and how long the marked range is in it. The text is null where a mask would
 * move what is marked: a wrong column would mislead an editor, a mask of the same length would tell the secret's.
 */
export function maskedExcerpt(source: SourceText, line: Range, marked: Range): { text: string | null; length: number } {
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
function hiddenIn(source: SourceText, line: Range): Range[] {
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
function envRanges(source: SourceText, line: Range): Range[] {
  const text = source.text.slice(line.start, line.end)
  if (/^[ \t]*#/.test(text)) return []
  const shown = /^[ \t]*(?:export[ \t]+)?(?:[A-Za-z_][\w.-]*[ \t]*=)?/.exec(text)?.[0].length ?? 0
  return [{ start: line.start + shown, end: line.end }]
}

function yamlRanges(source: SourceText, line: Range): Range[] {
  // Where the text could not be read as YAML, its lines are all there is to go by.
  if (source.root === null) return secretsOnLine(source, line)
  const { ranges, names } = secretsOf(source, source.root)
  const inTree = ranges.filter(({ start, end }) => start < line.end && end > line.start)
  // What no tree holds: comments, aliases, what stands under a key that is none.
  for (const { index, 0: sign, 1: name = '' } of textOf(source, line).matchAll(assignments)) {
    const at = line.start + index
    if (isSecretName(name) && !names.has(at)) return [...inTree, { start: at + sign.length, end: line.end }]
  }
  return inTree
}

const assignments = /(?<![\w.-])([\w.-]+)["']?[ \t]*[:=][ \t]*/g

/** Looked for once per text, and only when something of it is shown. */
const secrets = new WeakMap<SourceText, Collection>()

function secretsOf(source: SourceText, root: Node): Collection {
  const known = secrets.get(source)
  if (known !== undefined) return known
  const collection: Collection = { source, ranges: [], names: new Set(), seen: new Set() }
  collect(root, [], collection)
  secrets.set(source, collection)
  return collection
}

interface Collection {
  source: SourceText
  ranges: Range[]
  /** Where names of secrets stand whose values have been looked at. */
  names: Set<number>
  seen: Set<Node>
}

function collect(node: Node, path: string[], into: Collection): void {
  // An anchored value is met again under each alias, and may be secret under one of them only.
  if (node.kind !== 'scalar' && into.seen.has(node)) return
  into.seen.add(node)
  switch (node.kind) {
    case 'map':
      for (const [key, entry] of node.entries) {
        hideInKey(path, key, entry.key, into)
        into.names.add(entry.key.start).add(entry.key.start + 1)
        if (isSecretPlace(path, key, entry.value)) hide(entry.value, into)
        else collect(entry.value, [...path, key], into)
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
 * Whether the value of this key may be a secret. Names of tunnels and accounts are the user's own, and stand over maps;
 * in an account every key is suspect but the harmless ones: it may be mistyped.
 */
function isSecretPlace(path: readonly string[], key: string, value: Node): boolean {
  const [top] = path
  if (path.length === 1 && (top === 'accounts' || top === 'tunnels') && value.kind === 'map') return false
  if (path.length === 1 && top === 'accounts') return true
  if (path.length !== 2 || top !== 'accounts' || isSecretName(key)) return isSecretName(key)
  return !key.startsWith('x-') && didYouMean(key, ['user', 'auth_index']) === null
}

const accountKeys = ['user', 'password', 'auth_hash', 'auth_token', 'auth_index']

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

/** `password hunter2`, where a colon is missing, is a key, as far as YAML can tell; so is a lost line of an account. */
function hideInKey(path: readonly string[], key: string, at: Span, { source, ranges }: Collection): void {
  if (at.source !== source) return
  const isLost =
    path.length === 2 && path[0] === 'accounts' && !key.startsWith('x-') && didYouMean(key, accountKeys) === null
  const named = /^["']?([\w.-]+)[ \t=]+/.exec(source.text.slice(at.start, at.end))
  if (isLost) ranges.push({ start: at.start, end: at.end })
  else if (named !== null && isSecretName(named[1] ?? ''))
    ranges.push({ start: at.start + named[0].length, end: at.end })
}

/** `--password=...`, or NAME=VALUE in an environment list. */
function hideAssigned(node: Node, { source, ranges, names }: Collection): void {
  if (node.kind !== 'scalar' || node.source !== source) return
  for (const { index, 0: sign, 1: name = '' } of textOf(source, node).matchAll(assignments)) {
    if (!isSecretName(name)) continue
    names.add(node.start + index)
    ranges.push({ start: node.start + index + sign.length, end: node.end })
    return
  }
}
