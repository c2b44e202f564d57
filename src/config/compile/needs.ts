/** What tunnels depend on, and the order that follows. */
import type { Need } from '../../core/model.ts'
import { didYouMean } from '../../core/text/did-you-mean.ts'
import type { DeclaredTunnel } from '../merge/declarations.ts'
import type { ConfigErrors } from '../text/errors.ts'
import { locate, placeOf } from '../text/locate.ts'
import type { Span } from '../text/source.ts'
import { mapAt, textAt, valueAt } from '../text/tree.ts'

/** What a tunnel depends on, as far as it can be read. A name that no tunnel has is reported and left out. */
export function needsOf(declared: DeclaredTunnel, names: ReadonlySet<string>, errors: ConfigErrors): Need[] {
  const needs: Need[] = []
  // A list has become a map by now.
  for (const [name, { value }] of mapAt(declared.node, 'depends_on')?.entries ?? []) {
    if (!names.has(name)) {
      reportUnknown(name, declared, names, errors)
      continue
    }
    const condition = textAt(value, 'condition') === 'healthy' ? 'healthy' : 'open'
    const restart = valueAt(value, 'restart')
    needs.push({ name, condition, restart: restart?.kind === 'scalar' && restart.value === true })
  }
  return needs
}

function reportUnknown(name: string, declared: DeclaredTunnel, names: ReadonlySet<string>, errors: ConfigErrors): void {
  const meant = didYouMean(name, names)
  const message = `tunnels.${declared.name}.depends_on names "${name}", but there is no such tunnel`
  errors.add({
    code: 'unknown-tunnel',
    message: meant === null ? message : `${message}; did you mean "${meant}"?`,
    path: ['tunnels', declared.name, 'depends_on', name],
    at: namePlace(declared, name),
  })
}

/** The name itself: an item of a list, or a key of a map. */
function namePlace(declared: DeclaredTunnel, name: string): Span {
  const found = locate(declared.node, declared.at, ['depends_on', name])
  return found.complete ? found.at : placeOf(found)
}

/** A tunnel with what it depends on. */
export interface Needing {
  declared: DeclaredTunnel
  needs: Need[]
}

/**
 * The tunnels in an order in which each comes after all that it depends on; among equals the order of the file. Circles
 * are reported, and broken where they close.
 */
export function inOrderOfNeed(tunnels: ReadonlyMap<string, Needing>, errors: ConfigErrors): string[] {
  const order = new Set<string>()
  // A trail instead of recursion: a chain may be as long as the file.
  const trail: { name: string; next: number }[] = []
  const onTrail = new Set<string>()
  const enter = (name: string): void => {
    trail.push({ name, next: 0 })
    onTrail.add(name)
  }
  for (const start of tunnels.keys()) {
    if (!order.has(start)) enter(start)
    for (let step = trail.at(-1); step !== undefined; step = trail.at(-1)) {
      const tunnel = tunnels.get(step.name)
      const need = tunnel?.needs[step.next]
      step.next += 1
      if (tunnel === undefined || need === undefined) {
        order.add(step.name)
        onTrail.delete(step.name)
        trail.pop()
      } else if (onTrail.has(need.name)) {
        const names = trail.map(({ name }) => name)
        reportCircle(names.slice(names.indexOf(need.name)), tunnel.declared, errors)
      } else if (!order.has(need.name)) enter(need.name)
    }
  }
  return [...order]
}

/** `circle` ends with the tunnel whose need closes it. */
function reportCircle(circle: readonly string[], declared: DeclaredTunnel, errors: ConfigErrors): void {
  const [first = ''] = circle
  errors.add({
    code: 'needs-cycle',
    message: `tunnels.${declared.name} depends on itself: ${[declared.name, ...circle].join(' -> ')}`,
    path: ['tunnels', declared.name, 'depends_on', first],
    at: namePlace(declared, first),
  })
}
