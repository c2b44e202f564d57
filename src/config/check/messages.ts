/** Messages for errors against the schema, with a hint if the right value is near. */
import { didYouMean } from '../../core/text/did-you-mean.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { dotted, shownKey, type Path } from '../text/errors.ts'
import { mainKeys, secretSources } from '../../core/generated/schema.ts'
import type { JsonType, SchemaError } from '../generated/validators.js'
import { keySlips, valueSlips } from './slips.ts'
import { isSecretName, mayHoldSecret } from '../text/secret-names.ts'
import { lineAt, type Span } from '../text/source.ts'
import { plainValue, type ListNode, type Node, type ScalarNode } from '../text/tree.ts'

export interface Message {
  message: string
  hint: string | null
  related?: { message: string; at: Span }[]
  /** The unknown key may be a secret: do not show it. */
  hidesKey?: boolean
}

interface About {
  path: Path
  node: Node
  /** What is missing beside it, in words. */
  missing: readonly string[]
}

/** Never repeats a value: it may come from a variable. */
export function messageFor(error: SchemaError, { path, node, missing }: About): Message {
  const name = path.length === 0 ? 'the file' : dotted(path)
  switch (error.keyword) {
    case 'type': {
      const types = [error.params.type].flat()
      const named = types.map((type) => words[type])
      const hint = mayRepeat(node) ? otherType(types, path, node) : unquoted(node)
      return withSources({ message: `${name} must be ${listed(named, 'or')}`, hint }, node)
    }
    case 'required':
      return { message: `${name} needs the key${missing.length > 1 ? 's' : ''} ${listed(missing)}`, hint: null }
    case 'only':
      return unknownKey(error.params, { path, missing })
    case 'must': {
      const hint = mayRepeat(node) ? otherValue(error.params, path, node) : null
      const inList = node.kind === 'list' && path.at(-1) === 'bind' ? wrongList(node) : null
      return withSources(
        { message: `${name} ${inList?.message ?? `must ${error.params.must}`}`, hint: inList?.hint ?? hint },
        node,
      )
    }
    case 'keys': {
      const { key, must } = error.params
      const isName = path.length === 1 && (path[0] === 'tunnels' || path[0] === 'accounts')
      const hint = isName ? asName(key) : null
      return { message: `${name} has the key ${JSON.stringify(shownKey(key))}, which must ${must}`, hint }
    }
    default:
      return unreachable(error)
  }
}

/** The nearest valid name of a tunnel; null if there is none, or if the key may be a secret. */
function asName(key: string): string | null {
  if (!/^[\w .-]{1,63}$/.test(key) || shownKey(key) !== key) return null
  const name = key
    .toLowerCase()
    .replace(/[ .]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
  return name === '' ? null : name
}

function mayRepeat({ source, start }: Node): boolean {
  return !mayHoldSecret(source, lineAt(source, start).line)
}

/** `password: #x` and `password: &x` are empty to YAML. */
function unquoted(node: Node): string | null {
  return node.kind === 'scalar' && node.value === null ? 'put a value that starts with # or & in quotes' : null
}

/** Adds where the variables of a value are set: the text only shows their names. */
export function withSources(sentence: Message, node: Node): Message {
  const filled = node.kind === 'scalar' ? (node.filled ?? []) : []
  const related = filled.flatMap(({ name, at }) => (at === null ? [] : [{ message: `${name} is set here`, at }]))
  const outside = filled.filter(({ at }) => at === null).map(({ name }) => name)
  const hint = sentence.hint ?? (outside.length === 0 ? null : `check ${outside.join(', ')} in the environment`)
  return related.length === 0 ? { ...sentence, hint } : { ...sentence, hint, related }
}

const words: Record<JsonType, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
  null: 'empty',
}

/** Quotes for a number meant as text, brackets for a value meant as a list, the main key for one meant as a map. */
function otherType(types: readonly JsonType[], path: Path, node: Node): string | null {
  if (node.kind === 'list' && path.length === 1)
    return `each below a name of its own, without a dash: ${String(path[0])}: { NAME: { ... } }`
  if (node.kind !== 'scalar') return null
  const slip = node.filled === undefined ? valueSlip(path, node.text) : undefined
  if (slip !== undefined) return slip
  if (node.value === null) return types.join() === 'object' && node.text === '' ? 'indent its keys below it' : null
  if (types.includes('string')) return node.plain ? keyed(path, `"${writtenIn(node)}"`) : null
  const only = path.length === 3 ? (mainKeys as Record<string, string | null>)[String(path[2])] : undefined
  if (typeof only === 'string' && !/[\s,[\]{}]/.test(node.text)) return keyed(path, `{ ${only}: ${writtenIn(node)} }`)
  if (!types.includes('array') || !listKeys.has(String(path.at(-1))) || node.filled !== undefined) return null
  if (!/^[\w./-]+(?: [\w./-]+)*$/.test(node.text)) return null
  const items = node.text.split(' ').map((item) => (typeof plainValue(item) === 'string' ? item : `"${item}"`))
  return keyed(path, `[${items.join(', ')}]`)
}

/** Keys under which each word is an item. */
const listKeys = new Set(['include', 'profiles', 'depends_on', 'command'])

/** The value that was probably meant; else the same one with or without quotes. */
function otherValue(
  { words, text }: { words: (string | boolean)[]; text: string },
  path: Path,
  node: Node,
): string | null {
  if (node.kind !== 'scalar') return null
  const slip = node.filled === undefined ? valueSlip(path, node.text) : undefined
  if (slip !== undefined) return slip
  const word = node.filled === undefined ? wordMeant(node.text, words) : null
  if (word !== null) return keyed(path, String(word))
  // A number where a name is meant.
  const isText = node.plain && node.value !== null && typeof node.value !== 'string' && text !== ''
  if (isText && new RegExp(text).test(node.text)) return keyed(path, `"${writtenIn(node)}"`)
  return withoutQuotes(path, node)
}

/** Of a list of addresses: that it is empty, names one twice, or has one in the wrong spelling. */
function wrongList({ items }: ListNode): Message | null {
  const texts = items.map((item) => (item.kind === 'scalar' ? item.text : ''))
  if (texts.length === 0) return { message: 'is an empty list', hint: 'bind: 127.0.0.1' }
  const twice = texts.find((text, index) => texts.indexOf(text) < index)
  if (twice !== undefined) return { message: 'names one address twice', hint: 'name each once' }
  const meant = texts.map((text) => valueSlip(['bind'], text)).find((slip) => slip !== undefined)
  return meant === undefined
    ? null
    : { message: 'has an address in another spelling', hint: `in the list ${meant.replace('bind: ', '')}` }
}

function valueSlip(path: Path, text: string): string | undefined {
  // There, `restart` is another key.
  if (path.includes('depends_on')) return undefined
  const key = path.at(-1)
  const slip = valueSlips.find((one) => one.key === key && one.written.test(text))
  return slip === undefined ? undefined : text.replace(slip.written, slip.meant)
}

/** `yes` is text in YAML 1.2; `SIGTERM` and `service_healthy` are words of other programs. */
function wordMeant(text: string, words: readonly (string | boolean)[]): string | boolean | null {
  if (words.includes(true) && /^(?:yes|y|on)$/i.test(text)) return true
  if (words.includes(false) && /^(?:no|n|off|none)$/i.test(text)) return false
  const texts = words.filter((word) => typeof word === 'string')
  const longer = texts.find((word) => text.length > word.length && text.toUpperCase().endsWith(word.toUpperCase()))
  return didYouMean(text, texts) ?? longer ?? null
}

function withoutQuotes(path: Path, node: ScalarNode): string | null {
  if (node.plain || typeof plainValue(node.text) === 'string') return null
  // Between braces, only `$NAME` can be unquoted.
  const bare = writtenIn(node)
    .replace(/^["']|["']$/g, '')
    .replace(/^\$\{(\w+)\}$/, '$$$1')
  return keyed(path, bare)
}

function writtenIn({ source, start, end }: ScalarNode): string {
  return source.text.slice(start, end)
}

function keyed(path: Path, value: string): string {
  const key = path.at(-1)
  return typeof key === 'string' ? `${key}: ${value}` : value
}

/** The known key that is nearest, else the only one that is a word of it (`local_port`). */
export function meantKey(key: string, known: readonly string[]): string | null {
  const words = key.toLowerCase().split(/[^a-z0-9]+/)
  const [only, ...others] = known.filter((word) => word.length > 1 && words.includes(word))
  return didYouMean(key, known) ?? (others.length === 0 ? (only ?? null) : null)
}

function unknownKey({ key, known }: { key: string; known: string[] }, { path, missing }: Omit<About, 'node'>): Message {
  const below = path.length === 2 || path[0] === 'defaults' ? 'tunnel' : ''
  const slips = keySlips[path.length === 3 || below === '' ? String(path.at(-1)) : below]
  const slip = slips !== undefined && Object.hasOwn(slips, key) ? slips[key] : undefined
  const meant = slip === undefined ? meantKey(key, known) : null
  const all = known.length <= 12 ? `one of ${known.join(', ')}` : null
  // A key at the place of a secret may be one, and so may a line without its colon.
  const isSource = known.every((word) => Object.hasOwn(secretSources, word))
  const mayBeSecret = path[0] === 'accounts' || isSource || path.some((part) => isSecretName(String(part)))
  const hidesKey = !/^[\w.-]{0,63}$/.test(key) || (meant === null && mayBeSecret)
  const written = `unknown key${hidesKey ? '' : ` ${JSON.stringify(key)}`}`
  const message = path.length === 0 ? written : `${written} in ${dotted(path)}`
  if (meant !== null) return { message: `${message}; did you mean "${meant}"?`, hint: null, hidesKey }
  const also = missing.length === 0 ? '' : `; missing: ${listed(missing)}`
  return { message: `${message}${also}`, hint: slip?.replace('$key', key) ?? all, hidesKey }
}

export function listed(words: readonly string[], conjunction = 'and'): string {
  const [last = '', ...others] = [...words].reverse()
  return others.length === 0 ? last : `${others.reverse().join(', ')} ${conjunction} ${last}`
}
