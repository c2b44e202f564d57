import { unreachable } from '../core/unreachable.ts'
import type { Findings, Path } from './findings.ts'
import { dotted } from './findings.ts'
import { driverNames } from './declared.ts'
import type { SchemaError, Validator } from './generated/validators.js'
import { locate, placeOf } from './locate.ts'
import { meantKey, sentence } from './sentences.ts'
import type { Span } from './source.ts'
import type { MapNode } from './tree.ts'
import { hasBroken, isPlainNull, toData } from './tree.ts'

/** What is checked, and how its mistakes are told. */
export interface Checked {
  node: MapNode
  /** Keys from the top of the document to the node. */
  path: Path
  /** What stands in for the node where something is missing from it: the key it stands under. */
  at: Span
  /** Something else completes it: what is missing is no mistake. */
  isPart?: boolean
  /** What is missing all the same, in words. */
  lacks?: string | null
  /** The path to tell, where the value at `span` was written somewhere else than where it counts. */
  written?: (span: Span, path: Path) => Path
}

export interface Verdict {
  /** The tree as plain data; null where a mistake leaves nothing to go on with. A key that nobody knows does not. */
  data: object | null
  /**
   * Keys, as JSON pointers, that mistyped ones are taken for: that they are missing is no mistake of its own. Ends with
   * `anyKey` for a key that resembles none.
   */
  mistyped: ReadonlySet<string>
}

export const anyKey = '*'

/** Checks a merged tree by a validator made from the schema. Each mistake becomes one finding at the place that is wrong. */
export function check(validate: Validator, checked: Checked, findings: Findings): Verdict {
  const data = toData(checked.node) as object
  // What is broken has been reported: a project without errors is not searched for it.
  let usable = findings.errors === 0 || !hasBroken(checked.node)
  const errors = validate(data) ? [] : (validate.errors ?? []).slice(0, mostErrors)
  const keys = keysIn(errors, checked)
  reportLack(checked, keys, findings)
  for (const error of errors) {
    const isMistake = report(error, keys, checked, findings)
    if (isMistake && error.keyword !== 'only' && error.keyword !== 'keys') usable = false
  }
  return { data: usable ? data : null, mistyped: keys.mistyped }
}

/** A map with a hundred thousand unknown keys has as many errors, and each is compared with all known keys. */
const mostErrors = 200

/** What the errors say about keys: a key that is missing and one that nobody knows are often one mistake. By JSON pointer. */
interface Keys {
  /** Where keys would stand that unknown ones are taken for. */
  mistyped: ReadonlySet<string>
  /** What a map lacks, in words, unless a mistyped key is meant. */
  missing: Map<string, string[]>
  /** The first key of a map that stands for no known one. */
  strange: Map<string, string>
  /** Keys of a map that have nothing below them, where a map should be. */
  empty: Map<string, Span[]>
}

function keysIn(errors: readonly SchemaError[], { node, at, isPart, lacks = null }: Checked): Keys {
  const mistyped = new Set<string>()
  const missing = new Map<string, string[]>()
  const strange = new Map<string, string>()
  const empty = new Map<string, Span[]>()
  for (const { keyword, params, instancePath } of errors) {
    if (keyword !== 'only') continue
    const meant = meantKey(params.key, params.known)
    mistyped.add(`${instancePath}/${meant ?? anyKey}`)
    if (meant === null && !strange.has(instancePath)) strange.set(instancePath, params.key)
  }
  for (const { keyword, params, instancePath } of errors) {
    if (
      keyword !== 'required' ||
      mayBeElsewhere(instancePath, isPart) ||
      mistyped.has(`${instancePath}/${params.missingProperty}`)
    )
      continue
    missing.set(instancePath, [...(missing.get(instancePath) ?? []), inQuotes(params.missingProperty)])
  }
  for (const { keyword, params, instancePath } of errors) {
    if (keyword !== 'type' || params.type !== 'object') continue
    const found = locate(node, at, pointerKeys(instancePath))
    const parent = instancePath.slice(0, instancePath.lastIndexOf('/'))
    if (isPlainNull(found.node)) empty.set(parent, [...(empty.get(parent) ?? []), found.at])
  }
  if (lacks !== null && !driverNames.some((driver) => mistyped.has(`/${driver}`))) missing.set('', [lacks])
  return { mistyped, missing, strange, empty }
}

/** What a tunnel extends supplies keys, but none of the `extends` itself. */
function mayBeElsewhere(pointer: string, isPart = false): boolean {
  return isPart && !pointer.startsWith('/extends')
}

function inQuotes(key: string): string {
  return `"${key}"`
}

function reportLack({ path, at, lacks }: Checked, { missing, strange }: Keys, findings: Findings): void {
  if (typeof lacks !== 'string' || !missing.has('') || strange.has('')) return
  findings.error({ code: 'no-driver', message: `${dotted(path)} must have ${lacks}`, path, at })
}

/** Whether the error is one: what follows from a mistake that is told already is none, nor what may be missing. */
function report(error: SchemaError, keys: Keys, checked: Checked, findings: Findings): boolean {
  const found = locate(checked.node, checked.at, pointerKeys(error.instancePath))
  // A parent that is wrong altogether has its own message.
  if (!found.complete) return false
  if ((error.keyword === 'type' || error.keyword === 'must') && hasBroken(found.node)) return false
  // What must hold of a whole map (`must` of a map) is about keys that are missing, too.
  const isAboutWhole = error.keyword === 'required' || (error.keyword === 'must' && found.node.kind === 'map')
  if (isAboutWhole && mayBeElsewhere(error.instancePath, checked.isPart)) return false
  const missing = keys.missing.get(error.instancePath) ?? []
  const strange = keys.strange.get(error.instancePath)
  // Told with the key that nobody knows, or with the first of those that are missing.
  const isFirst = error.keyword === 'required' && missing[0] === inQuotes(error.params.missingProperty)
  if (error.keyword === 'required' && (strange !== undefined || !isFirst)) return true
  const key = keyOf(error)
  const entry = key === null || found.node.kind !== 'map' ? undefined : found.node.entries.get(key)
  const isLost = entry !== undefined && keys.empty.get(error.instancePath)?.some((empty) => isBelow(entry.key, empty))
  if (error.keyword === 'only' && isLost === true) return true
  const at = entry?.key ?? (error.keyword === 'required' ? found.at : placeOf(found))
  const path = [...checked.path, ...found.keys]
  const told = checked.written?.(at, path) ?? path
  const code = codes[error.keyword]
  const isWith = error.keyword === 'required' || (error.keyword === 'only' && strange === key)
  const { hidesKey, ...says } = sentence(error, { path: told, node: found.node, missing: isWith ? missing : [] })
  findings.error({ code, ...says, path: key === null || hidesKey === true ? told : [...told, key], at })
  return true
}

/** A key on a line below an empty one was meant to be indented. */
function isBelow(key: Span, empty: Span): boolean {
  return key.source === empty.source && /[\r\n]/.test(key.source.text.slice(empty.end, key.start))
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
