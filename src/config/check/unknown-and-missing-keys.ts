/** Unknown and missing keys that are one error, and keys below an empty one. */
import { driverNames } from '../../core/generated/schema.ts'
import type { SchemaError } from '../generated/validators.js'
import { locate } from '../text/locate.ts'
import { meantKey } from './messages.ts'
import type { Span } from '../text/source.ts'
import { isPlainNull, type MapEntry, type MapNode } from '../text/tree.ts'

/** A map that a validator checked. */
export interface Looked {
  node: MapNode
  /** The key above the node: marked when something is missing. */
  at: Span
  /** Something else completes it: missing keys are not errors. */
  isPart?: boolean
  /** What is missing in any case, in words. */
  lacks?: string | null
}

/** By JSON pointer of the map. A missing and an unknown key are often one error. */
export interface KeyErrors {
  /** Pointers to the keys that unknown ones are taken for; `anyKey` for those that resemble none. */
  mistyped: ReadonlySet<string>
  /** In words, without keys that a mistyped one is taken for. */
  missing: ReadonlyMap<string, readonly string[]>
  /** The first key of a map that resembles no known one. */
  strange: ReadonlyMap<string, string>
  /** Keys with nothing below them where a map is required. */
  empty: ReadonlyMap<string, readonly Span[]>
}

export const anyKey = '*'

export function keysIn(errors: readonly SchemaError[], looked: Looked): KeyErrors {
  const mistyped = new Set<string>()
  const strange = new Map<string, string>()
  for (const { keyword, params, instancePath } of errors) {
    if (keyword !== 'only') continue
    const meant = meantKey(params.key, params.known)
    mistyped.add(`${instancePath}/${meant ?? anyKey}`)
    if (meant === null && !strange.has(instancePath)) strange.set(instancePath, params.key)
  }
  return { mistyped, strange, missing: missingIn(errors, mistyped, looked), empty: emptyIn(errors, looked) }
}

function missingIn(
  errors: readonly SchemaError[],
  mistyped: ReadonlySet<string>,
  { isPart, lacks = null }: Looked,
): KeyErrors['missing'] {
  const missing = new Map<string, string[]>()
  for (const { keyword, params, instancePath } of errors) {
    if (keyword !== 'required' || mayBeElsewhere(instancePath, isPart)) continue
    if (mistyped.has(`${instancePath}/${params.missingProperty}`)) continue
    missing.set(instancePath, [...(missing.get(instancePath) ?? []), `"${params.missingProperty}"`])
  }
  if (lacks !== null && !driverNames.some((driver) => mistyped.has(`/${driver}`))) missing.set('', [lacks])
  return missing
}

function emptyIn(errors: readonly SchemaError[], { node, at }: Looked): KeyErrors['empty'] {
  const empty = new Map<string, Span[]>()
  for (const { keyword, params, instancePath } of errors) {
    if (keyword !== 'type' || params.type !== 'object') continue
    const found = locate(node, at, pointerKeys(instancePath))
    const parent = instancePath.slice(0, instancePath.lastIndexOf('/'))
    if (isPlainNull(found.node)) empty.set(parent, [...(empty.get(parent) ?? []), found.at])
  }
  return empty
}

/** An extended tunnel supplies missing keys, but not those of `extends` itself. */
export function mayBeElsewhere(pointer: string, isPart = false): boolean {
  return isPart && !pointer.startsWith('/extends')
}

/** Whether another message already reports it. `entry`: the key of the error. */
export function isEcho(error: SchemaError, entry: MapEntry | undefined, keys: KeyErrors): boolean {
  const { instancePath: map } = error
  // Reported with the unknown key, or with the first missing one.
  if (error.keyword === 'required') {
    return keys.strange.has(map) || keys.missing.get(map)?.[0] !== `"${error.params.missingProperty}"`
  }
  if (error.keyword !== 'only' || entry === undefined) return false
  // A key on a line below an empty one was meant to be indented.
  return keys.empty.get(map)?.some((empty) => isBelow(entry.key, empty)) === true
}

function isBelow(key: Span, empty: Span): boolean {
  return key.source === empty.source && /[\r\n]/.test(key.source.text.slice(empty.end, key.start))
}

/** What is missing from the same map, reported with this error. */
export function missingWith(error: SchemaError, { missing, strange }: KeyErrors): readonly string[] {
  const { instancePath: map } = error
  const tells = error.keyword === 'required' || (error.keyword === 'only' && strange.get(map) === error.params.key)
  return tells ? (missing.get(map) ?? []) : []
}

export function pointerKeys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}
