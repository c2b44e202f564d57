import { unreachable } from '../core/unreachable.ts'
import { nearest } from '../core/nearest.ts'
import type { Findings, Path } from './findings.ts'
import { dotted } from './findings.ts'
import type { JsonType, SchemaError, Validator } from './generated/validators.js'
import type { Span } from './source.ts'
import type { MapNode, Node } from './tree.ts'
import { hasBroken, toData } from './tree.ts'
import { locate, placeOf } from './locate.ts'

/** What is checked, and how its mistakes are told. */
export interface Checked {
  node: MapNode
  /** Keys from the top of the document to the node. */
  path: Path
  /** What stands in for the node where something is missing from it: the key it stands under. */
  at: Span
  /** Something else completes it: what is missing is no mistake. */
  isPart?: boolean
  /** The path to tell, where the value at `span` was written somewhere else than where it counts. */
  written?: (span: Span, path: Path) => Path
}

/**
 * Checks a merged tree by a validator made from the schema. Each mistake becomes one finding at the place that is wrong.
 * @returns the tree as plain data; null where a mistake leaves nothing to go on with. A key that nobody knows does not.
 */
export function check(validate: Validator, checked: Checked, findings: Findings): object | null {
  const data = toData(checked.node) as object
  // What is broken has been reported: a project without errors is not searched for it.
  const isBroken = findings.errors > 0 && hasBroken(checked.node)
  if (validate(data)) return isBroken ? null : data
  const errors = validate.errors ?? []
  const meant = new Set(errors.map(meantKey))
  let usable = !isBroken
  for (const error of errors) {
    // A mistyped key is one mistake, not an unknown key and a missing one.
    if (error.keyword === 'required' && meant.has(`${error.instancePath}/${error.params.missingProperty}`)) {
      usable = false
      continue
    }
    const isMistake = report(error, checked, findings)
    if (isMistake && error.keyword !== 'only' && error.keyword !== 'keys') usable = false
  }
  return usable ? data : null
}

/** Where the key would stand that an unknown one is taken for. */
function meantKey(error: SchemaError): string | null {
  const meant = error.keyword === 'only' ? nearest(error.params.key, error.params.known) : null
  return meant === null ? null : `${error.instancePath}/${meant}`
}

/** Whether the error is one: what follows from a mistake that is told already is none, nor what may be missing. */
function report(error: SchemaError, checked: Checked, findings: Findings): boolean {
  const found = locate(checked.node, checked.at, pointerKeys(error.instancePath))
  // A parent that is wrong altogether has its own message.
  if (!found.complete) return false
  if ((error.keyword === 'type' || error.keyword === 'must') && hasBroken(found.node)) return false
  // What must hold of a whole map (`must` of a map) is about keys that are missing, too.
  const isAboutWhole = error.keyword === 'required' || (error.keyword === 'must' && found.node.kind === 'map')
  if (isAboutWhole && checked.isPart === true) return false
  const key = keyOf(error)
  const entry = key === null || found.node.kind !== 'map' ? undefined : found.node.entries.get(key)
  const at = entry?.key ?? (error.keyword === 'required' ? found.at : placeOf(found))
  const path = [...checked.path, ...found.keys]
  const told = checked.written?.(at, path) ?? path
  const { message, hint } = sentence(error, told, found.node)
  findings.error({ code: codes[error.keyword], message, path: key === null ? told : [...told, key], at, hint })
  return true
}

const codes = { type: 'wrong-type', required: 'missing-key', only: 'unknown-key', must: 'wrong-value', keys: 'bad-key' }

function pointerKeys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function keyOf(error: SchemaError): string | null {
  switch (error.keyword) {
    case 'only':
    case 'keys':
      return error.params.key
    case 'required':
      return error.params.missingProperty
    case 'type':
    case 'must':
      return null
    default:
      return unreachable(error)
  }
}

function sentence(error: SchemaError, path: Path, node: Node): { message: string; hint: string | null } {
  const name = path.length === 0 ? 'p2p.yaml' : dotted(path)
  switch (error.keyword) {
    case 'type': {
      const types = [error.params.type].flat()
      return { message: `${name} must be ${typeWords(types)}`, hint: quoted(types, path, node) }
    }
    case 'required':
      return { message: `${name} needs the key "${error.params.missingProperty}"`, hint: null }
    case 'only':
      return unknownKey(name, error.params, path)
    case 'must':
      return { message: `${name} must ${error.params.must}`, hint: null }
    case 'keys':
      return {
        message: `${name} has the key ${JSON.stringify(error.params.key)}, which must ${error.params.must}`,
        hint: null,
      }
    default:
      return unreachable(error)
  }
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

/** A number where text is meant needs quotes. */
function quoted(types: readonly JsonType[], path: Path, node: Node): string | null {
  if (!types.includes('string') || node.kind !== 'scalar' || !node.plain || node.value === null) return null
  const written = node.source.text.slice(node.start, node.end)
  const key = path.at(-1)
  return typeof key === 'string' ? `${key}: "${written}"` : `"${written}"`
}

const sourceKeys = ['env', 'file', 'command', 'keychain']

function unknownKey(
  name: string,
  { key, known }: { key: string; known: string[] },
  path: Path,
): { message: string; hint: string | null } {
  const meant = nearest(key, known)
  const all = known.length <= 12 ? `one of ${known.join(', ')}` : null
  if (meant === null && known.every((word) => sourceKeys.includes(word))) {
    // What stands in a secret's place may be the secret.
    return { message: `${name} has a key that is no source of a secret`, hint: all }
  }
  const message =
    path.length === 0 ? `there is no key ${JSON.stringify(key)}` : `${name} has no key ${JSON.stringify(key)}`
  return meant === null ? { message, hint: all } : { message: `${message}; did you mean "${meant}"?`, hint: null }
}
