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
import { misplacedOverride } from '../read/yaml-errors.ts'
import { hasBroken, toData, type Node } from '../text/tree.ts'

export interface Checked extends Looked {
  path: Path
  /** The path to report, if the value was written somewhere else. */
  written?: (span: Span, path: Path) => Path
}

export interface SchemaResult {
  /** Null if an error makes it unusable. An unknown key does not. */
  data: object | null
  /** JSON pointers of keys that are mistyped, not missing; with `anyKey` if one resembles no known key. */
  mistyped: ReadonlySet<string>
}

export function checkSchema(validate: Validator, checked: Checked, errors: ConfigErrors): SchemaResult {
  const data = toData(checked.node) as object
  // Broken values are reported already: no errors, no need to search for them.
  let usable = errors.count === 0 || !hasBroken(checked.node)
  reportOverrides(checked, checked.node, checked.path, errors)
  // Nothing more is listed, and suggestions take time.
  if (errors.full) return { data: null, mistyped: new Set() }
  const schemaErrors = validate(data) ? [] : (validate.errors ?? []).slice(0, mostErrors)
  const keys = keysIn(schemaErrors, checked)
  reportLack(checked, keys, errors)
  for (const error of schemaErrors) {
    const isError = report(error, keys, checked, errors)
    if (isError && error.keyword !== 'only' && error.keyword !== 'keys') usable = false
  }
  return { data: usable ? data : null, mistyped: keys.mistyped }
}

/** `!override` that stands over nothing. */
function reportOverrides(checked: Checked, node: Node, path: Path, errors: ConfigErrors): void {
  if (node.kind !== 'map' && node.kind !== 'list') return
  const { override } = node
  if (override?.isOver === false) {
    const once = { cause: `${override.source.order} ${override.start}`, also: 'also here' }
    const place = { path: checked.written?.(override, path) ?? path, at: override }
    errors.add({ code: 'override-over-nothing', ...misplacedOverride, ...place, once })
  }
  const below =
    node.kind === 'list' ? node.items.entries() : [...node.entries].map(([key, { value }]) => [key, value] as const)
  for (const [key, value] of below) reportOverrides(checked, value, [...path, key], errors)
}

/** Each unknown key of a map is compared with all known keys. */
const mostErrors = 200

function reportLack({ path, at, lacks }: Checked, { missing, strange }: KeyErrors, errors: ConfigErrors): void {
  if (typeof lacks !== 'string' || !missing.has('') || strange.has('')) return
  errors.add({ code: 'no-driver', message: `${dotted(path)} must have ${lacks}`, path, at })
}

/** False if the key may come from elsewhere, or if another error explains it. */
function report(error: SchemaError, keys: KeyErrors, checked: Checked, errors: ConfigErrors): boolean {
  const found = locate(checked.node, checked.at, pointerKeys(error.instancePath))
  // The parent has an error of its own.
  if (!found.complete) return false
  if ((error.keyword === 'type' || error.keyword === 'must') && hasBroken(found.node)) return false
  // `must` of a whole map is also about missing keys.
  const isAboutWhole = error.keyword === 'required' || (error.keyword === 'must' && found.node.kind === 'map')
  if (isAboutWhole && mayBeElsewhere(error.instancePath, checked.isPart)) return false
  const key = keyOf(error)
  const entry = key === null || found.node.kind !== 'map' ? undefined : found.node.entries.get(key)
  if (isEcho(error, entry, keys)) return true
  const at = entry?.key ?? (error.keyword === 'required' ? found.at : placeOf(found))
  const path = [...checked.path, ...found.keys]
  const reported = checked.written?.(at, path) ?? path
  const about = { path: reported, node: found.node, missing: missingWith(error, keys) }
  const { hidesKey, ...says } = messageFor(error, about)
  const code = codes[error.keyword]
  errors.add({ code, ...says, path: key === null || hidesKey === true ? reported : [...reported, key], at })
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
