/** Which validator checks which part of a project. */
import { driverNames, type Tunnel } from '../../core/generated/schema.ts'
import { listed } from './messages.ts'
import { checkSchema } from './schema.ts'
import { defaultsFor, lostKeys, type DeclaredTunnel } from '../merge/declarations.ts'
import type { Document } from '../merge/document.ts'
import type { ConfigErrors } from '../text/errors.ts'
import { validators } from '../generated/validators.js'
import { mapOf, type MapEntry, type MapNode } from '../text/tree.ts'

/** The top level of a document and its includes, with accounts and `defaults`. */
export function checkDocument({ source, root, includes }: Document, errors: ConfigErrors): void {
  for (const included of includes) checkDocument(included, errors)
  checkSchema(validators.project, { node: withoutTunnels(root), path: [], at: { source, start: 0, end: 0 } }, errors)
  const defaults = root.entries.get('defaults')
  if (defaults?.value.kind !== 'map') return
  for (const driver of [...driverNames, null]) {
    // Without a driver, any validator can check the common keys.
    if (driver !== null && !defaults.value.entries.has(driver)) continue
    const node = defaultsFor(driver, defaults.value)
    checkSchema(validators[driver ?? 'tcp'], { node, path: ['defaults'], at: defaults.key, isPart: true }, errors)
  }
  const extended = defaults.value.entries.get('extends')
  if (extended === undefined) return
  const message = 'defaults cannot extend a tunnel'
  const path = ['defaults', 'extends']
  errors.add({ code: 'unknown-key', message, path, at: extended.key, hint: 'use extends in each tunnel' })
}

/** Tunnels and defaults are checked after merging; here only that they are maps. */
function withoutTunnels(root: MapNode): MapNode {
  const entries = new Map(root.entries)
  const tunnels = entries.get('tunnels')
  if (tunnels?.value.kind === 'map') {
    const lost = lostKeys(tunnels.value)
    const names = [...tunnels.value.entries].filter(([name]) => !lost.has(name))
    const named = names.map(([name, entry]): [string, MapEntry] => [name, emptied(entry)])
    entries.set('tunnels', { key: tunnels.key, value: mapOf(tunnels.value, new Map(named)) })
  }
  const defaults = entries.get('defaults')
  if (defaults !== undefined) entries.set('defaults', emptied(defaults))
  return mapOf(root, entries)
}

function emptied({ key, value }: MapEntry): MapEntry {
  return { key, value: value.kind === 'map' ? mapOf(value, new Map()) : value }
}

/** A merged tunnel. `keys` is null if errors make it unusable. */
export function checkTunnel(
  declared: DeclaredTunnel,
  errors: ConfigErrors,
): { keys: Tunnel | null; mistyped: ReadonlySet<string> } {
  const { name, node, at, driver, complete, written } = declared
  const lacks = complete && !driverNames.some((key) => node.entries.has(key)) ? `one of ${listed(driverNames)}` : null
  // Without a driver, or with two, the other keys are still checked.
  const checked = { node, path: ['tunnels', name], at, written, isPart: driver === null || !complete, lacks }
  const { data, mistyped } = checkSchema(validators[driver ?? 'tcp'], checked, errors)
  return { keys: data, mistyped }
}
