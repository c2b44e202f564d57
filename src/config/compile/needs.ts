/** The dependencies of tunnels, and the resulting order. */
import type { Need } from '../../core/model.ts'
import { didYouMean } from '../../core/text/did-you-mean.ts'
import type { DeclaredTunnel } from '../merge/declarations.ts'
import type { ConfigErrors } from '../text/errors.ts'
import { locate, placeOf } from '../text/locate.ts'
import type { Span } from '../text/source.ts'
import { mapAt, textAt, valueAt } from '../text/tree.ts'

/** An unknown name is reported and left out. */
export function needsOf(declared: DeclaredTunnel, names: ReadonlySet<string>, errors: ConfigErrors): Need[] {
  const needs: Need[] = []
  // Short forms are maps by now.
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
  // Each suggestion looks at all names.
  if (errors.full) return
  const meant = didYouMean(name, names)
  const message = `tunnels.${declared.name}.depends_on names "${name}", but there is no such tunnel`
  const path = ['tunnels', declared.name, 'depends_on', name]
  const guess = meant === null ? '' : `; did you mean "${meant}"?`
  errors.add({ code: 'unknown-tunnel', message: message + guess, path, at: namePlace(declared, name) })
}

function namePlace(declared: DeclaredTunnel, name: string): Span {
  const found = locate(declared.node, declared.at, ['depends_on', name])
  return found.complete ? found.at : placeOf(found)
}

export interface Needing {
  declared: DeclaredTunnel
  needs: Need[]
}

/** Each tunnel after all that it depends on, else in file order. Circles are reported, and broken where they close. */
export function inOrderOfNeed(tunnels: ReadonlyMap<string, Needing>, errors: ConfigErrors): string[] {
  const order = new Set<string>()
  // No recursion: a chain may be as long as the file.
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

/** `circle` ends with the tunnel that closes it. */
function reportCircle(circle: readonly string[], declared: DeclaredTunnel, errors: ConfigErrors): void {
  const [first = ''] = circle
  const message = `tunnels.${declared.name} depends on itself: ${[declared.name, ...circle].join(' -> ')}`
  const path = ['tunnels', declared.name, 'depends_on', first]
  errors.add({ code: 'needs-cycle', message, path, at: namePlace(declared, first) })
}
