import { nearest } from '../core/nearest.ts'
import { unreachable } from '../core/unreachable.ts'
import type { Findings, Path } from './findings.ts'
import type { SchemaError, Validator } from './generated/validators.js'
import { locate, placeOf } from './locate.ts'
import { sentence } from './sentences.ts'
import type { Span } from './source.ts'
import type { MapNode } from './tree.ts'
import { hasBroken, toData } from './tree.ts'

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

export interface Verdict {
  /** The tree as plain data; null where a mistake leaves nothing to go on with. A key that nobody knows does not. */
  data: object | null
  /** Keys, as JSON pointers, that mistyped ones are taken for: that they are missing is no mistake of its own. */
  mistyped: ReadonlySet<string>
}

/** Checks a merged tree by a validator made from the schema. Each mistake becomes one finding at the place that is wrong. */
export function check(validate: Validator, checked: Checked, findings: Findings): Verdict {
  const data = toData(checked.node) as object
  // What is broken has been reported: a project without errors is not searched for it.
  let usable = findings.errors === 0 || !hasBroken(checked.node)
  const errors = validate(data) ? [] : (validate.errors ?? []).slice(0, mostErrors)
  const mistyped = new Set(errors.flatMap(meantKey))
  for (const error of errors) {
    if (error.keyword === 'required' && mistyped.has(`${error.instancePath}/${error.params.missingProperty}`)) {
      usable = false
      continue
    }
    const isMistake = report(error, checked, findings)
    if (isMistake && error.keyword !== 'only' && error.keyword !== 'keys') usable = false
  }
  return { data: usable ? data : null, mistyped }
}

/** A map with a hundred thousand unknown keys has as many errors, and each is compared with all known keys. */
const mostErrors = 200

/** Where the key would stand that an unknown one is taken for. */
function meantKey(error: SchemaError): string[] {
  const meant = error.keyword === 'only' ? nearest(error.params.key, error.params.known) : null
  return meant === null ? [] : [`${error.instancePath}/${meant}`]
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
  const code = codes[error.keyword]
  const { hidesKey, ...says } = sentence(error, told, found.node)
  findings.error({ code, ...says, path: key === null || hidesKey === true ? told : [...told, key], at })
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
