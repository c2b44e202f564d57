import { nearest } from '../core/nearest.ts'
import type { Document, Reader } from './document.ts'
import { readExtended } from './document.ts'
import { mergeMaps } from './merge.ts'
import { unreadableWords } from './disk.ts'
import type { Source, Span } from './source.ts'
import type { Entry, MapNode } from './tree.ts'
import { mapAt, mapOf, textAt, valueAt } from './tree.ts'

/** A tunnel with all that it extends under it. Not complete: what it extends was not found, which has been reported. */
export interface Extended {
  node: MapNode
  complete: boolean
}

/**
 * A tunnel of a document over the one that it extends, over the one which that one extends, and so on. A target that is
 * missing or leads back is reported, and the tunnel then stands alone. Its own `extends` stays, to be validated.
 */
export function extended(name: string, own: MapNode, { source, root }: Document, reader: Reader): Extended {
  return over(own, { name, source, tunnels: mapAt(root, 'tunnels'), trail: [] }, reader)
}

/** Where a tunnel stands, and how the search for what it extends came there. */
interface Position {
  name: string
  source: Source
  tunnels: MapNode | undefined
  trail: readonly string[]
}

function over(own: MapNode, position: Position, reader: Reader): Extended {
  if (!own.entries.has('extends')) return { node: own, complete: true }
  const target = targetOf(own, position, reader)
  const found = mapAt(target?.tunnels, target?.name ?? '')
  if (target === null || found === undefined) return { node: own, complete: false }
  const { node, complete } = over(found, target, reader)
  const below = without(node)
  return { node: mergeMaps(below, removing(own, below)), complete }
}

function targetOf(own: MapNode, position: Position, reader: Reader): Position | null {
  const wanted = valueAt(own, 'extends')
  if (wanted === undefined) return null
  const name = wanted.kind === 'map' ? textAt(wanted, 'tunnel') : textAt(own, 'extends')
  const file = textAt(wanted, 'file')
  // Anything else is for validation to report.
  if (name === undefined) return null
  const from = { ...position, at: wanted }
  const there = file === undefined ? position : openTarget(file, from, reader)
  if (there === null) return null
  const target = { name, source: there.source, tunnels: there.tunnels, trail: [...position.trail, keyOf(position)] }
  if (target.trail.includes(keyOf(target))) return reportCycle(target, from, reader)
  if (target.trail.length > longestChain) return reportTooLong(from, reader)
  return target.tunnels?.entries.has(name) === true ? target : reportMissing(target, from, reader)
}

type From = Position & { at: Span }

/** Nobody follows more, and each tunnel of a chain walks all of it. */
const longestChain = 20

function openTarget(file: string, from: From, reader: Reader): Pick<Position, 'source' | 'tunnels'> | null {
  const { texts, findings } = reader
  const source = texts.open(file, 'yaml')
  if (typeof source === 'string') {
    const message = `tunnels.${from.name}.extends: ${texts.shown(file)} ${unreadableWords(source)}`
    findings.error({ code: 'unreadable', message, path: ['tunnels', from.name, 'extends', 'file'], at: from.at })
    return null
  }
  if (source === from.source) return from
  const root = readExtended(source, from.source, reader)
  return root === null ? null : { source, tunnels: mapAt(root, 'tunnels') }
}

function reportMissing(target: Position, from: From, { findings }: Reader): null {
  const meant = nearest(target.name, target.tunnels?.entries.keys() ?? [])
  const place = target.source === from.source ? '' : ` in ${target.source.shown}`
  const message = `tunnels.${from.name} extends "${target.name}", but there is no such tunnel${place}`
  findings.error({
    code: 'unknown-tunnel',
    message: meant === null ? message : `${message}; did you mean "${meant}"?`,
    path: ['tunnels', from.name, 'extends'],
    at: from.at,
  })
  return null
}

function reportCycle(target: Position, from: From, { findings }: Reader): null {
  const circle = target.trail.slice(target.trail.indexOf(keyOf(target)))
  // Every tunnel of a circle meets it; it is told from one of them.
  if (circle.some((key) => key < keyOf(target))) return null
  const shown = [keyOf(from), ...circle].map(nameOf).join(' -> ')
  const message = `tunnels.${from.name} extends itself: ${shown}`
  findings.error({ code: 'extends-cycle', message, path: ['tunnels', from.name, 'extends'], at: from.at })
  return null
}

function reportTooLong(from: From, { findings }: Reader): null {
  const message = `tunnels.${from.name} is extended by a chain of more than ${longestChain} tunnels`
  findings.error({ code: 'extends-chain', message, path: ['tunnels', from.name, 'extends'], at: from.at })
  return null
}

function keyOf({ name, source }: Position): string {
  return `${source.order} ${name}`
}

function nameOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1)
}

/** What is extended hands on everything but that it extends something itself. */
function without(map: MapNode): MapNode {
  return mapOf(map, new Map([...map.entries].filter(([key]) => key !== 'extends')), map.removed)
}

/** A plain null over something that the extended tunnel has takes it away; over nothing it stays a mistake. */
function removing(own: MapNode, below: MapNode): MapNode {
  const kept = new Map<string, Entry>()
  const removed = new Set(own.removed)
  for (const [key, entry] of own.entries) {
    const isNull = entry.value.kind === 'scalar' && entry.value.plain && entry.value.value === null
    if (isNull && below.entries.has(key)) removed.add(key)
    else kept.set(key, entry)
  }
  return mapOf(own, kept, removed)
}
