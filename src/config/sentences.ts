import { nearest } from '../core/nearest.ts'
import { unreachable } from '../core/unreachable.ts'
import type { Path } from './findings.ts'
import { dotted, shownKey } from './findings.ts'
import type { JsonType, SchemaError } from './generated/validators.js'
import { plainValue } from './plain-values.ts'
import { isSecretName } from './secret-names.ts'
import type { Span } from './source.ts'
import type { Node, ScalarNode } from './tree.ts'

export interface Sentence {
  message: string
  hint: string | null
  related?: { message: string; at: Span }[]
  /** The unknown key may be a secret: it is not repeated. */
  hidesKey?: boolean
}

/** What is wrong with a value that the schema does not accept. No value is repeated: it may come from a variable. */
export function sentence(error: SchemaError, path: Path, node: Node): Sentence {
  const name = path.length === 0 ? node.source.shown : dotted(path)
  switch (error.keyword) {
    case 'type': {
      const types = [error.params.type].flat()
      return withSources({ message: `${name} must be ${typeWords(types)}`, hint: otherType(types, path, node) }, node)
    }
    case 'required':
      return { message: `${name} needs the key "${error.params.missingProperty}"`, hint: null }
    case 'only':
      return unknownKey(name, error.params, path)
    case 'must':
      return withSources({ message: `${name} must ${error.params.must}`, hint: withoutQuotes(path, node) }, node)
    case 'keys': {
      const { key, must } = error.params
      return { message: `${name} has the key ${JSON.stringify(shownKey(key))}, which must ${must}`, hint: null }
    }
    default:
      return unreachable(error)
  }
}

/** Where the value comes from, if it comes from variables: the text shows their names only. */
export function withSources(sentence: Sentence, node: Node): Sentence {
  const filled = node.kind === 'scalar' ? (node.filled ?? []) : []
  const related = filled.flatMap(({ name, at }) => (at === null ? [] : [{ message: `${name} is set here`, at }]))
  const outside = filled.filter(({ at }) => at === null).map(({ name }) => name)
  const hint = sentence.hint ?? (outside.length === 0 ? null : `look at ${outside.join(', ')} in the environment`)
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

function typeWords(types: readonly JsonType[]): string {
  const [last = '', ...others] = types.map((type) => words[type]).reverse()
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`
}

/** A number where text is meant needs quotes; one value where a list is meant, brackets. */
function otherType(types: readonly JsonType[], path: Path, node: Node): string | null {
  if (node.kind !== 'scalar' || node.value === null) return null
  if (types.includes('string')) return node.plain ? keyed(path, `"${writtenIn(node)}"`) : null
  if (!types.includes('array') || !listKeys.has(String(path.at(-1))) || !/^[\w./-]+(?: [\w./-]+)*$/.test(node.text))
    return null
  const items = node.text.split(' ').map((item) => (typeof plainValue(item) === 'string' ? item : `"${item}"`))
  return keyed(path, `[${items.join(', ')}]`)
}

/** Keys under which one word is one item. */
const listKeys = new Set(['include', 'profiles', 'depends_on', 'command'])

/** A quoted number is text. */
function withoutQuotes(path: Path, node: Node): string | null {
  if (node.kind !== 'scalar' || node.plain || typeof plainValue(node.text) === 'string') return null
  // Between braces only `$NAME` can stand without quotes.
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

const sourceKeys = new Set(['env', 'file', 'command', 'keychain'])

function unknownKey(name: string, { key, known }: { key: string; known: string[] }, path: Path): Sentence {
  const meant = nearest(key, known)
  const all = known.length <= 12 ? `one of ${known.join(', ')}` : null
  // What stands where a secret belongs may be one, and so may a line that lost its colon.
  const isSource = known.every((word) => sourceKeys.has(word))
  const mayBeSecret = path[0] === 'accounts' || isSource || path.some((part) => isSecretName(String(part)))
  const hidesKey = !/^[\w.-]{0,63}$/.test(key) || (meant === null && mayBeSecret)
  const written = hidesKey ? 'like this' : JSON.stringify(key)
  const message = path.length === 0 ? `there is no key ${written}` : `${name} has no key ${written}`
  return meant === null
    ? { message, hint: all, hidesKey }
    : { message: `${message}; did you mean "${meant}"?`, hint: null, hidesKey }
}
