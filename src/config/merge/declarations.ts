/** One declaration per tunnel and account, from all files of a project. */
import { driverNames, type DriverName } from '../../core/generated/schema.ts'
import type { Document, LoadContext } from './document.ts'
import { extended } from './extends.ts'
import type { ConfigErrors, Path } from '../text/errors.ts'
import { mergeMaps, mergeValues, removing } from './merge.ts'
import type { Span } from '../text/source.ts'
import { isPlainNull, mapAt, mapOf, noKeys, type MapEntry, type MapNode } from '../text/tree.ts'

/** A tunnel after merging all its files. */
export interface DeclaredTunnel {
  name: string
  at: Span
  /** Base folder of the file that declares it. */
  folder: string
  node: MapNode
  /** Null unless there is exactly one. */
  driver: DriverName | null
  /** False if something it extends was not found. */
  complete: boolean
  /** The path where a value was written: it may be under `defaults`. */
  written: (span: Span, path: Path) => Path
}

export interface Declarations {
  /** In file order, included files first. */
  tunnels: Map<string, DeclaredTunnel>
  accounts: Map<string, MapEntry>
}

/** Everything that a document and its includes declare. A name that exists twice is an error. */
export function gatherDeclarations(document: Document, context: LoadContext): Declarations {
  const gathered: Declarations = { tunnels: new Map(), accounts: new Map() }
  for (const included of document.includes) {
    const inner = gatherDeclarations(included, context)
    for (const [name, tunnel] of inner.tunnels) {
      const first = gathered.tunnels.get(name)
      if (first === undefined) gathered.tunnels.set(name, tunnel)
      else reportTwice(['tunnels', name], tunnel.at, first.at, context.errors)
    }
    for (const [name, account] of inner.accounts) {
      const first = gathered.accounts.get(name)
      if (first === undefined) gathered.accounts.set(name, account)
      else reportTwice(['accounts', name], account.key, first.key, context.errors)
    }
  }
  gatherAccounts(document, gathered.accounts, context.errors)
  gatherTunnels(document, gathered.tunnels, context)
  return gathered
}

function gatherAccounts({ root, own }: Document, accounts: Map<string, MapEntry>, errors: ConfigErrors): void {
  const declared = mapAt(root, 'accounts')
  if (declared?.override?.isOver === true) accounts.clear()
  for (const name of declared?.removed ?? []) accounts.delete(name)
  for (const [name, entry] of declared?.entries ?? []) {
    const included = accounts.get(name)
    if (included === undefined) accounts.set(name, entry)
    else if (own.accounts.has(name)) reportTwice(['accounts', name], entry.key, included.key, errors)
    // An override also applies to what is included.
    else accounts.set(name, { key: included.key, value: mergeValues(included.value, entry.value) })
  }
}

function gatherTunnels(document: Document, tunnels: Map<string, DeclaredTunnel>, context: LoadContext): void {
  const declared = mapAt(document.root, 'tunnels')
  if (declared?.override?.isOver === true) tunnels.clear()
  const defaults = mapAt(document.root, 'defaults')
  const written = writtenIn(defaults)
  const lost = declared === undefined ? noKeys : lostKeys(declared)
  for (const name of declared?.removed ?? []) tunnels.delete(name)
  for (const [name, { key, value }] of declared?.entries ?? []) {
    // Validation reports what is not a map.
    if (value.kind !== 'map' || lost.has(name)) continue
    const included = tunnels.get(name)
    if (included !== undefined && document.own.tunnels.has(name)) {
      reportTwice(['tunnels', name], key, included.at, context.errors)
      continue
    }
    const { node: own, complete } = extended(name, value, document, context)
    if (included === undefined) {
      const driver = driverOf(name, own, value, context.errors)
      const below = defaults === undefined ? null : defaultsFor(driver, defaults)
      const node = below === null ? own : mergeMaps(below, removing(own, below))
      tunnels.set(name, { name, at: key, folder: document.source.folder, node, driver, complete, written })
    } else {
      const node = value.override === undefined ? mergeMaps(included.node, own) : own
      const driver = driverOf(name, node, value, context.errors)
      tunnels.set(name, { ...included, node, driver, complete: complete && included.complete })
    }
  }
}

/** Keys of a tunnel among the names of tunnels: meant to be indented below an empty one, which is reported. */
export function lostKeys(tunnels: MapNode): ReadonlySet<string> {
  const names = [...tunnels.entries.keys()]
  const empty = [...tunnels.entries.values()].findIndex(({ value }) => isPlainNull(value))
  if (empty < 0) return noKeys
  return new Set(names.slice(empty + 1).filter((name) => name === 'port' || driverNames.some((key) => key === name)))
}

function reportTwice(path: Path, at: Span, first: Span, errors: ConfigErrors): void {
  const [kind, name] = path
  const what = kind === 'accounts' ? 'account' : 'tunnel'
  const message = `the ${what} ${String(name)} is declared twice`
  errors.add({ code: 'declared-twice', message, path, at, related: [{ message: 'also declared here', at: first }] })
}

/** `value`: the tunnel's own keys; `node`: merged. Validation reports a missing driver. */
function driverOf(name: string, node: MapNode, value: MapNode, errors: ConfigErrors): DriverName | null {
  const given = driverNames.flatMap((driver) => {
    const entry = node.entries.get(driver)
    return entry === undefined ? [] : [{ driver, at: entry.key }]
  })
  const inOrder = given.sort((a, b) => a.at.source.order - b.at.source.order || a.at.start - b.at.start)
  const [first, second] = inOrder
  if (first === undefined || second === undefined) return first?.driver ?? null
  const isOwn = ({ at }: { at: Span }): boolean =>
    at.source === value.source && at.start >= value.start && at.start < value.end
  // Only what a tunnel extends or overrides can be removed.
  const isMerged = value.entries.has('extends') || second.at.source !== value.source || first.at.source !== value.source
  const below = isMerged ? inOrder.find((driver) => !isOwn(driver)) : undefined
  const [wrong, other] = below === undefined ? [second, first] : [inOrder.find(isOwn) ?? second, below]
  const message = `tunnels.${name} must have only one of ${inOrder.map(({ driver }) => driver).join(', ')}`
  const path = ['tunnels', name, wrong.driver]
  const hint = below === undefined ? 'split it into two tunnels' : `${below.driver}: null`
  const related = [{ message: `${other.driver} is here`, at: other.at }]
  errors.add({ code: 'two-drivers', message, path, at: wrong.at, hint, related })
  return null
}

/** `defaults` without the blocks of other drivers, and what only a command takes. */
export function defaultsFor(driver: DriverName | null, defaults: MapNode): MapNode {
  const others: ReadonlySet<string> = new Set([...driverNames, ...(driver === null ? [] : ['outcomes'])])
  const entries = [...defaults.entries].filter(
    ([key]) => key === driver || !others.has(key) || (driver === 'command' && key === 'outcomes'),
  )
  return mapOf(defaults, new Map(entries), defaults.removed)
}

/** An error in `defaults` is found in each tunnel, but reported for `defaults`. */
function writtenIn(defaults: MapNode | undefined): DeclaredTunnel['written'] {
  if (defaults === undefined) return (_span, path) => path
  return ({ source, start }, path) => {
    const isInside = source === defaults.source && start >= defaults.start && start < defaults.end
    return isInside ? ['defaults', ...path.slice(2)] : path
  }
}
