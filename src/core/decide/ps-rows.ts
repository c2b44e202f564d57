/** Joins declared and observed tunnels: the lines of `ps`. */
import type { Observed, Project, Row, TunnelSpec } from '../model.ts'
import { standingOf, type Facts } from './future.ts'

/** Declared order, then orphans by name. `declared` null: the file can't be read, so nothing counts as changed or orphan. */
export function joinRows(
  project: { name: string; declared: Project | null },
  facts: Facts,
  logOf: (name: string) => string,
): Row[] {
  const { tunnels } = facts
  const specs = new Map((project.declared?.tunnels ?? []).map((spec) => [spec.name, spec]))
  const active = new Set(project.declared?.active)
  const row = (name: string, spec: TunnelSpec | null, observed: Observed | null): Row => ({
    project: project.name,
    name,
    spec,
    observed,
    ...standingOf(name, facts),
    config: configOf(project.declared !== null, spec, observed),
    log: logOf(name),
  })
  const declaredRows = [...specs.values()]
    .filter((spec) => active.has(spec.name) || tunnels.has(spec.name))
    .map((spec) => row(spec.name, spec, tunnels.get(spec.name) ?? null))
  const others = [...tunnels].filter(([name]) => !specs.has(name)).sort(([a], [b]) => (a < b ? -1 : 1))
  return [...declaredRows, ...others.map(([name, observed]) => row(name, null, observed))]
}

function configOf(readable: boolean, spec: TunnelSpec | null, observed: Observed | null): Row['config'] {
  if (!readable) return 'in-sync'
  if (spec === null) return 'orphan'
  return observed !== null && observed.record.fingerprint !== spec.fingerprint ? 'changed' : 'in-sync'
}
