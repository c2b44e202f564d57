/** Runs a validator made from the schema over a merged tree, and reports each error at its place. */
import { unreachable } from '../../core/text/unreachable.ts'
import { dotted, type ConfigErrors, type Path } from '../text/errors.ts'
import type { SchemaError, Validator } from '../generated/validators.js'
import {
  isEcho,
  keysIn,
  mayBeElsewhere,
  missingWith,
  pointerKeys,
  type KeyErrors,
  type Looked,
} from './unknown-and-missing-keys.ts'
import { locate, placeOf } from '../text/locate.ts'
import { messageFor } from './messages.ts'
import type { Span } from '../text/source.ts'
import { hasBroken, toData } from '../text/tree.ts'

/** What is checked, and how its mistakes are told. */
export interface Checked extends Looked {
  /** Keys from the top of the document to the node. */
  path: Path
  /** The path to tell, where the value at `span` was written somewhere else than where it counts. */
  written?: (span: Span, path: Path) => Path
}

export interface SchemaResult {
  /** The tree as plain data; null where a mistake leaves nothing to go on with. An unknown key does not. */
  data: object | null
  /**
   * Keys, as JSON pointers, that mistyped ones are taken for: that they are missing is no mistake of its own. Ends with
   * `anyKey` for a key that resembles none.
   */
  mistyped: ReadonlySet<string>
}

/** Checks a merged tree by a validator made from the schema. Each mistake becomes one error at the place that is wrong. */
export function checkSchema(validate: Validator, checked: Checked, errors: ConfigErrors): SchemaResult {
  const data = toData(checked.node) as object
  // What is broken has been reported: a project without errors is not searched for it.
  let usable = errors.count === 0 || !hasBroken(checked.node)
  const schemaErrors = validate(data) ? [] : (validate.errors ?? []).slice(0, mostErrors)
  const keys = keysIn(schemaErrors, checked)
  reportLack(checked, keys, errors)
  for (const error of schemaErrors) {
    const isMistake = report(error, keys, checked, errors)
    if (isMistake && error.keyword !== 'only' && error.keyword !== 'keys') usable = false
  }
  return { data: usable ? data : null, mistyped: keys.mistyped }
}

/** A map with a hundred thousand unknown keys has as many errors, and each is compared with all known keys. */
const mostErrors = 200

function reportLack({ path, at, lacks }: Checked, { missing, strange }: KeyErrors, errors: ConfigErrors): void {
  if (typeof lacks !== 'string' || !missing.has('') || strange.has('')) return
  errors.add({ code: 'no-driver', message: `${dotted(path)} must have ${lacks}`, path, at })
}

/** Whether the error is a mistake: what is missing may come from elsewhere, and what is below a mistake is none of its own. */
function report(error: SchemaError, keys: KeyErrors, checked: Checked, errors: ConfigErrors): boolean {
  const found = locate(checked.node, checked.at, pointerKeys(error.instancePath))
  // A parent that is wrong altogether has its own message.
  if (!found.complete) return false
  if ((error.keyword === 'type' || error.keyword === 'must') && hasBroken(found.node)) return false
  // What must hold of a whole map (`must` of a map) is about keys that are missing, too.
  const isAboutWhole = error.keyword === 'required' || (error.keyword === 'must' && found.node.kind === 'map')
  if (isAboutWhole && mayBeElsewhere(error.instancePath, checked.isPart)) return false
  const key = keyOf(error)
  const entry = key === null || found.node.kind !== 'map' ? undefined : found.node.entries.get(key)
  if (isEcho(error, entry, keys)) return true
  const at = entry?.key ?? (error.keyword === 'required' ? found.at : placeOf(found))
  const path = [...checked.path, ...found.keys]
  const told = checked.written?.(at, path) ?? path
  const about = { path: told, node: found.node, missing: missingWith(error, keys) }
  const { hidesKey, ...says } = messageFor(error, about)
  const code = codes[error.keyword]
  errors.add({ code, ...says, path: key === null || hidesKey === true ? told : [...told, key], at })
  return true
}

const codes = { type: 'wrong-type', required: 'missing-key', only: 'unknown-key', must: 'wrong-value', keys: 'bad-key' }

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
