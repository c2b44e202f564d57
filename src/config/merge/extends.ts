/** Merges a tunnel over the tunnels that it extends. */
import { didYouMean } from '../../core/text/did-you-mean.ts'
import { readExtended, type Document, type LoadContext } from './document.ts'
import { mergeMaps, removing } from './merge.ts'
import { unreadableWords } from '../read/disk.ts'
import type { SourceText } from '../text/source.ts'
import { brokenAt, mapAt, mapOf, textAt, valueAt, type MapEntry, type MapNode, type Node } from '../text/tree.ts'

/** Not complete: something it extends was not found, which is reported. */
export interface Extended {
  node: MapNode
  complete: boolean
}

/** A missing or circular target is reported; the tunnel is then used alone. Its own `extends` stays, to be checked. */
export function extended(name: string, own: MapNode, { source, root }: Document, context: LoadContext): Extended {
  return over(own, { name, source, tunnels: mapAt(root, 'tunnels'), trail: [] }, context)
}

interface Origin {
  name: string
  source: SourceText
}

/** How the search came to a tunnel. */
interface Step extends Origin {
  tunnels: MapNode | undefined
  trail: readonly Origin[]
}

function over(own: MapNode, step: Step, context: LoadContext): Extended {
  const wanted = own.entries.get('extends')
  if (wanted === undefined) return { node: own, complete: true }
  const name = nameIn(wanted.value)
  // Validation reports anything else.
  if (name === undefined) return { node: own, complete: false }
  const target = targetOf(name, { ...step, at: wanted.value }, context)
  const found = mapAt(target?.tunnels, name)
  if (target === null || found === undefined) return { node: reported(own, wanted), complete: false }
  const { node, complete } = over(found, target, context)
  const below = mapOf(node, new Map([...node.entries].filter(([key]) => key !== 'extends')), node.removed)
  return { node: mergeMaps(below, removing(own, below)), complete }
}

function nameIn(wanted: Node): string | undefined {
  if (wanted.kind === 'map') return textAt(wanted, 'tunnel')
  return wanted.kind === 'scalar' && typeof wanted.value === 'string' ? wanted.value : undefined
}

/** The target is reported: its name must not be reported again as invalid. */
function reported(own: MapNode, { key, value }: MapEntry): MapNode {
  return mapOf(own, new Map(own.entries).set('extends', { key, value: brokenAt(value) }), own.removed)
}

function targetOf(name: string, from: From, context: LoadContext): Step | null {
  const file = textAt(from.at, 'file')
  const there = file === undefined ? from : openTarget(file, from, context)
  if (there === null) return null
  const target = { name, source: there.source, tunnels: there.tunnels, trail: [...from.trail, from] }
  if (target.trail.some((place) => keyOf(place) === keyOf(target))) return reportCycle(target, from, context)
  if (target.trail.length > longestChain) return reportTooLong(from, context)
  return target.tunnels?.entries.has(name) === true ? target : reportMissing(target, from, context)
}

type From = Step & { at: Node }

/** Each tunnel of a chain walks all of it. */
const longestChain = 20

function openTarget(file: string, from: From, context: LoadContext): Pick<Step, 'source' | 'tunnels'> | null {
  const { texts, errors } = context
  const source = texts.open(file, 'yaml')
  if (typeof source === 'string') {
    const message = `tunnels.${from.name}.extends: ${texts.shown(file)} ${unreadableWords(source)}`
    const path = ['tunnels', from.name, 'extends', 'file']
    errors.add({ code: 'unreadable', message, path, at: valueAt(from.at, 'file') ?? from.at })
    return null
  }
  if (source === from.source) return from
  const root = readExtended(source, from.source, context)
  return root === null ? null : { source, tunnels: mapAt(root, 'tunnels') }
}

function reportMissing(target: Step, from: From, { errors }: LoadContext): null {
  if (errors.full) return null
  const meant = didYouMean(target.name, target.tunnels?.entries.keys() ?? [])
  const place = target.source === from.source ? '' : ` in ${target.source.shown}`
  const guess = meant === null ? '' : `; did you mean "${meant}"?`
  const message = `tunnels.${from.name} extends "${target.name}", but there is no such tunnel${place}${guess}`
  const path = ['tunnels', from.name, 'extends']
  const hint = meant === null && place === '' ? 'name a tunnel of this file, or { file: PATH, tunnel: NAME }' : null
  errors.add({ code: 'unknown-tunnel', message, path, at: valueAt(from.at, 'tunnel') ?? from.at, hint })
  return null
}

function reportCycle(target: Step, from: From, { errors }: LoadContext): null {
  const circle = target.trail.slice(target.trail.findIndex((place) => keyOf(place) === keyOf(target)))
  // Every tunnel of a circle finds it; only one reports it.
  if (circle.some((place) => keyOf(place) < keyOf(target))) return null
  const inFile = ({ name, source }: Origin): string => (source === from.source ? name : `${name} in ${source.shown}`)
  const shown = [from, ...circle].map(inFile).join(' -> ')
  const message = `tunnels.${from.name} extends itself: ${shown}`
  errors.add({ code: 'extends-cycle', message, path: ['tunnels', from.name, 'extends'], at: from.at })
  return null
}

function reportTooLong(from: From, { errors }: LoadContext): null {
  const message = `tunnels.${from.name} extends a chain of more than ${longestChain} tunnels`
  errors.add({ code: 'extends-chain', message, path: ['tunnels', from.name, 'extends'], at: from.at })
  return null
}

function keyOf({ name, source }: Origin): string {
  return `${source.order} ${name}`
}
