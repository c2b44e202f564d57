import type { DependsOn } from '../core/generated/schema.ts'
import type { Need } from '../core/model.ts'
import { nearest } from '../core/nearest.ts'
import type { Declared } from './declared.ts'
import type { Findings } from './findings.ts'
import { locate, placeOf } from './locate.ts'
import type { Span } from './source.ts'

/** What a tunnel depends on, as valid keys say it. A name that no tunnel has is reported and left out. */
export function needsOf(
  keys: DependsOn | undefined,
  declared: Declared,
  names: ReadonlySet<string>,
  findings: Findings,
): Need[] {
  const needs: Need[] = []
  // A list has become a map by now.
  for (const [name, { condition, restart }] of Array.isArray(keys) ? [] : Object.entries(keys ?? {})) {
    if (names.has(name)) needs.push({ name, condition: condition ?? 'open', restart: restart ?? false })
    else reportUnknown(name, declared, names, findings)
  }
  return needs
}

function reportUnknown(name: string, declared: Declared, names: ReadonlySet<string>, findings: Findings): void {
  const meant = nearest(name, names)
  const message = `tunnels.${declared.name}.depends_on names "${name}", but there is no such tunnel`
  findings.error({
    code: 'unknown-tunnel',
    message: meant === null ? message : `${message}; did you mean "${meant}"?`,
    path: ['tunnels', declared.name, 'depends_on', name],
    at: namePlace(declared, name),
  })
}

/** The name itself: an item of a list, or a key of a map. */
function namePlace(declared: Declared, name: string): Span {
  const found = locate(declared.node, declared.at, ['depends_on', name])
  return found.complete ? found.at : placeOf(found)
}

/**
 * The tunnels in an order in which each comes after all that it depends on; among equals the order of the file. Circles
 * are reported, and broken where they close.
 */
export function inOrderOfNeed(
  tunnels: ReadonlyMap<string, { declared: Declared; needs: readonly Need[] }>,
  findings: Findings,
): string[] {
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
        reportCircle(names.slice(names.indexOf(need.name)), tunnel.declared, findings)
      } else if (!order.has(need.name)) enter(need.name)
    }
  }
  return [...order]
}

function reportCircle(circle: readonly string[], declared: Declared, findings: Findings): void {
  const [first = ''] = circle
  findings.error({
    code: 'needs-cycle',
    message: `tunnels.${declared.name} depends on itself: ${[...circle, first].join(' -> ')}`,
    path: ['tunnels', declared.name, 'depends_on', first],
    at: namePlace(declared, first),
  })
}
