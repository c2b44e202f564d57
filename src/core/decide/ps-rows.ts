/** Joins declared and observed tunnels: the lines of `ps`. */
import type { Observed, Project, Row, TunnelSpec } from '../model.ts'
import { statusOf, type View } from './status.ts'
import { whyNotBack } from './supervision.ts'

/** Declared order, then orphans by name. `declared` null: the file can't be read, so nothing counts as changed or orphan. */
export function joinRows(
  project: { name: string; declared: Project | null },
  tunnels: ReadonlyMap<string, Observed>,
  view: View & { logOf: (name: string) => string },
): Row[] {
  const specs = new Map((project.declared?.tunnels ?? []).map((spec) => [spec.name, spec]))
  const active = new Set(project.declared?.active)
  const comesBack = (observed: Observed): boolean => {
    const policy = observed.launched ?? specs.get(observed.record.name)
    return policy !== undefined && whyNotBack(policy, observed, view.bootId, view.now) === null
  }
  const row = (name: string, spec: TunnelSpec | null, observed: Observed | null): Row => ({
    project: project.name,
    name,
    spec,
    observed,
    status: statusOf(observed, { ...view, comesBack }),
    config: configOf(project.declared !== null, spec, observed),
    log: view.logOf(name),
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
