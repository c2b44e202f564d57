/** Checks that the programs of the tunnels exist and are executable. */
import type { Finding } from '../../core/finding.ts'
import type { TunnelSpec } from '../../core/model.ts'
import { inheritedFrom } from '../secrets/environment.ts'
import { programProblem } from '../tunnel/preflight.ts'
import { findProgram } from '../process/find-program.ts'
import { findingsOn, type Patient } from './check.ts'

/** One finding for each program, with all its tunnels; p2p's own programs always exist. */
export function examinePrograms({ ctx, project }: Patient): Finding[] {
  if (project === null) return []
  const env = inheritedFrom(ctx.env, project.secretVariables).variables
  const found = new Map<string, { finding: Finding; tunnels: string[]; isActive: boolean }>()
  for (const spec of project.tunnels) {
    const finding = lookFor(spec, env)
    if (finding === null) continue
    const key = `${finding.code} ${finding.message}`
    const before = found.get(key)
    const isActive = project.active.includes(spec.name) || before?.isActive === true
    found.set(key, { finding, isActive, tunnels: [...(before?.tunnels ?? []), spec.name] })
  }
  return [...found.values()].map(({ finding, tunnels, isActive }) => ({
    ...finding,
    level: finding.level === 'problem' && !isActive ? 'note' : finding.level,
    where: tunnelList(tunnels),
  }))
}

/** `tunnel ssh-pi`, `tunnels ssh-pi, web-pi and 5 more`. */
export function tunnelList(names: readonly string[]): string {
  const most = 5
  const more = names.length > most ? ` and ${names.length - most} more` : ''
  return `${names.length === 1 ? 'tunnel' : 'tunnels'} ${names.slice(0, most).join(', ')}${more}`
}

function lookFor(spec: TunnelSpec, env: Readonly<Record<string, string>>): Finding | null {
  const problem = programProblem(spec, env)
  if (problem !== null) return finding('problem', problem.code, problem.reason, null, problem.hint)
  const { program, cwd } = spec.launch
  // connectd has its own check.
  if (typeof program !== 'string' || spec.driver === 'connectd') return null
  const look = findProgram(program, env, cwd)
  return look.kind === 'found' ? finding('ok', 'program.found', `${program} is ${look.path}`, null) : null
}

const finding = findingsOn('programs')
