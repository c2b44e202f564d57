import type { Tunnel } from '../core/generated/schema.ts'
import { check } from './check.ts'
import type { Declared } from './declared.ts'
import { defaultsFor, driverNames, lostKeys } from './declared.ts'
import type { Document } from './document.ts'
import type { Findings } from './findings.ts'
import { validators } from './generated/validators.js'
import type { Entry, MapNode } from './tree.ts'
import { mapOf } from './tree.ts'

/** The top level of a document and of what it includes, with its accounts and its `defaults`. */
export function checkDocument({ source, root, includes }: Document, findings: Findings): void {
  for (const included of includes) checkDocument(included, findings)
  check(validators.project, { node: withoutTunnels(root), path: [], at: { source, start: 0, end: 0 } }, findings)
  const defaults = root.entries.get('defaults')
  if (defaults?.value.kind !== 'map') return
  for (const driver of [...driverNames, null]) {
    // Without a driver the common keys are looked at; which validator does it is all the same.
    if (driver !== null && !defaults.value.entries.has(driver)) continue
    const node = defaultsFor(driver, defaults.value)
    check(validators[driver ?? 'tcp'], { node, path: ['defaults'], at: defaults.key, isPart: true }, findings)
  }
  const extended = defaults.value.entries.get('extends')
  if (extended === undefined) return
  const message = 'defaults can not extend a tunnel'
  findings.error({
    code: 'unknown-key',
    message,
    path: ['defaults', 'extends'],
    at: extended.key,
    hint: 'extends: in each tunnel',
  })
}

/** Tunnels and defaults are checked by themselves, once they are merged; here only that they are maps. */
function withoutTunnels(root: MapNode): MapNode {
  const entries = new Map(root.entries)
  const tunnels = entries.get('tunnels')
  if (tunnels?.value.kind === 'map') {
    const lost = lostKeys(tunnels.value)
    const names = [...tunnels.value.entries].filter(([name]) => !lost.has(name))
    const named = names.map(([name, entry]): [string, Entry] => [name, emptied(entry)])
    entries.set('tunnels', { key: tunnels.key, value: mapOf(tunnels.value, new Map(named)) })
  }
  const defaults = entries.get('defaults')
  if (defaults !== undefined) entries.set('defaults', emptied(defaults))
  return mapOf(root, entries)
}

function emptied({ key, value }: Entry): Entry {
  return { key, value: value.kind === 'map' ? mapOf(value, new Map()) : value }
}

/** A whole merged tunnel. Without data where there are mistakes that leave nothing to go on with. */
export function checkTunnel(
  declared: Declared,
  findings: Findings,
): { keys: Tunnel | null; mistyped: ReadonlySet<string> } {
  const { name, node, at, driver, complete, written } = declared
  const lacks =
    complete && !driverNames.some((key) => node.entries.has(key)) ? 'one of connectd, ssh, tcp and command' : null
  // What has no driver, or two, is still looked at for other mistakes.
  const checked = { node, path: ['tunnels', name], at, written, isPart: driver === null || !complete, lacks }
  const { data, mistyped } = check(validators[driver ?? 'tcp'], checked, findings)
  return { keys: data, mistyped }
}
