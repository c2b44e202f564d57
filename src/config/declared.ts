import type { DriverName } from '../core/model.ts'
import { nearest } from '../core/nearest.ts'
import type { Document, Reader } from './document.ts'
import type { Extended } from './extends.ts'
import { extended } from './extends.ts'
import type { Findings, Path } from './findings.ts'
import { mergeMaps } from './merge.ts'
import type { Span } from './source.ts'
import type { Entry, MapNode } from './tree.ts'
import { mapAt, mapOf } from './tree.ts'

/** A tunnel as its files declare it, with everything merged that stands under and over it. */
export interface Declared {
  name: string
  /** Where its name stands. */
  at: Span
  /** Base folder of the file that declares it. */
  folder: string
  /** Without `extends`. */
  node: MapNode
  /** Null where there is not exactly one: reported already, or about to be as an unknown key. */
  driver: DriverName | null
  /** Where a value that stands under `defaults` was written. */
  written: (span: Span, path: Path) => Path
}

export interface Declarations {
  /** In the order of the files: what is included comes first. */
  tunnels: Map<string, Declared>
  accounts: Map<string, Entry>
}

export const driverNames = ['connectd', 'ssh', 'tcp', 'command'] as const satisfies readonly DriverName[]

/** Everything that a document and its includes declare. A name that exists twice is a mistake. */
export function gatherDeclarations(document: Document, reader: Reader): Declarations {
  const gathered: Declarations = { tunnels: new Map(), accounts: new Map() }
  for (const included of document.includes) {
    const inner = gatherDeclarations(included, reader)
    for (const [name, tunnel] of inner.tunnels) {
      const first = gathered.tunnels.get(name)
      if (first === undefined) gathered.tunnels.set(name, tunnel)
      else reportTwice(['tunnels', name], tunnel.at, first.at, reader.findings)
    }
    for (const [name, account] of inner.accounts) {
      const first = gathered.accounts.get(name)
      if (first === undefined) gathered.accounts.set(name, account)
      else reportTwice(['accounts', name], account.key, first.key, reader.findings)
    }
  }
  gatherAccounts(document, gathered.accounts, reader.findings)
  gatherTunnels(document, gathered.tunnels, reader)
  return gathered
}

function gatherAccounts({ root, own }: Document, accounts: Map<string, Entry>, findings: Findings): void {
  const declared = mapAt(root, 'accounts')
  for (const name of declared?.removed ?? []) accounts.delete(name)
  for (const [name, entry] of declared?.entries ?? []) {
    const included = accounts.get(name)
    if (included === undefined) accounts.set(name, entry)
    else if (own.accounts.has(name)) reportTwice(['accounts', name], entry.key, included.key, findings)
    else accounts.set(name, overridden(included, entry))
  }
}

/** An override reaches what is included, too. */
function overridden(included: Entry, entry: Entry): Entry {
  if (included.value.kind !== 'map' || entry.value.kind !== 'map') return entry
  return { key: included.key, value: mergeMaps(included.value, entry.value) }
}

function gatherTunnels(document: Document, tunnels: Map<string, Declared>, reader: Reader): void {
  const declared = mapAt(document.root, 'tunnels')
  const defaults = mapAt(document.root, 'defaults')
  const written = writtenIn(defaults)
  for (const name of declared?.removed ?? []) tunnels.delete(name)
  for (const [name, { key, value }] of declared?.entries ?? []) {
    // What is no map is for validation to report.
    if (value.kind !== 'map') continue
    const included = tunnels.get(name)
    if (included !== undefined && document.own.tunnels.has(name)) {
      reportTwice(['tunnels', name], key, included.at, reader.findings)
      continue
    }
    const whole = extended(name, value, document, reader)
    if (included === undefined) {
      const driver = driverOf(whole, { name, at: key }, reader.findings)
      const node = defaults === undefined ? whole.node : mergeMaps(defaultsFor(driver, defaults), whole.node)
      tunnels.set(name, { name, at: key, folder: document.source.folder, node, driver, written })
    } else {
      // An override reaches what is included, too.
      const node = mergeMaps(included.node, whole.node)
      const driver = driverOf({ ...whole, node }, included, reader.findings)
      tunnels.set(name, { ...included, node, driver })
    }
  }
}

function reportTwice(path: Path, at: Span, first: Span, findings: Findings): void {
  const [kind, name] = path
  const what = kind === 'accounts' ? 'account' : 'tunnel'
  const message = `the ${what} ${String(name)} is declared twice`
  findings.error({
    code: 'declared-twice',
    message,
    path,
    at,
    related: [{ message: 'it is also declared here', at: first }],
  })
}

function driverOf(
  { node, complete }: Extended,
  { name, at }: { name: string; at: Span },
  findings: Findings,
): DriverName | null {
  const given = driverNames.flatMap((driver) => {
    const entry = node.entries.get(driver)
    return entry === undefined ? [] : [{ driver, at: entry.key }]
  })
  const [first, second] = given.sort((a, b) => a.at.source.order - b.at.source.order || a.at.start - b.at.start)
  const path = ['tunnels', name]
  if (first === undefined) {
    // A mistyped driver is an unknown key, and told as that.
    const isMistyped = [...node.entries.keys()].some((key) => nearest(key, driverNames) !== null)
    if (isMistyped || !complete) return null
    const message = `tunnels.${name} must have one of connectd, ssh, tcp and command`
    findings.error({ code: 'no-driver', message, path, at })
    return null
  }
  if (second === undefined) return first.driver
  const isOverride = first.at.source !== second.at.source
  findings.error({
    code: 'two-drivers',
    message: `tunnels.${name} must have only one of ${given.map(({ driver }) => driver).join(', ')}`,
    path: [...path, second.driver],
    at: second.at,
    hint: isOverride ? `${first.driver}: null` : 'make two tunnels of it',
    related: [{ message: `${first.driver} stands here`, at: first.at }],
  })
  return null
}

/** `defaults` as far as it concerns tunnels of one driver. */
export function defaultsFor(driver: DriverName | null, defaults: MapNode): MapNode {
  const entries = [...defaults.entries].filter(([key]) => key === driver || !driverNames.some((name) => name === key))
  return mapOf(defaults, new Map(entries), defaults.removed)
}

/** A mistake in `defaults` is met under each tunnel; it is told as what it is. */
function writtenIn(defaults: MapNode | undefined): Declared['written'] {
  if (defaults === undefined) return (_span, path) => path
  return ({ source, start }, path) => {
    const isInside = source === defaults.source && start >= defaults.start && start < defaults.end
    return isInside ? ['defaults', ...path.slice(2)] : path
  }
}
