/** Checks whether another program uses a tunnel's port. */
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import type { Observed, Project, TunnelSpec } from '../../core/model.ts'
import { formatHolder } from '../../core/decide/status.ts'
import { portProblem } from '../tunnel/preflight.ts'
import { portTaken } from '../tunnel/port-holder.ts'
import { observe } from '../tunnel/observe.ts'
import type { Snapshot, System } from '../process/system/index.ts'
import { openWorld, type World } from '../state/world.ts'
import { findingsOn, type Patient } from './check.ts'
import { tunnelList } from './programs.ts'
import { udpHolder } from '../process/system/udp-holder.ts'

export async function examinePorts({ ctx, project }: Patient, system: System): Promise<Finding[]> {
  if (project === null) return []
  const world = await worldOf(ctx, project)
  const seen: ReadonlyMap<string, Observed> =
    world === null ? new Map<never, never>() : observe(world, { specs: true }).tunnels
  const snapshot = system.look()
  const findings: Finding[] = []
  for (const spec of project.tunnels) {
    const where = tunnelList([spec.name])
    const problem = heldPort(world, spec, seen.get(spec.name), snapshot)
    if (problem !== null) {
      const level = project.active.includes(spec.name) ? 'problem' : 'note'
      findings.push(finding(level, problem.code, problem.reason, where, problem.hint))
    }
    const udp = takenUdp(seen.get(spec.name), snapshot)
    if (udp !== null) findings.push(finding('note', 'port.udp-taken', udp, where, 'p2p up picks another one'))
  }
  const ports = project.tunnels.flatMap(({ endpoints }) => endpoints.map(({ port }) => port))
  if (findings.length > 0 || ports.length === 0) return findings
  const message = ports.length === 1 ? 'its port is free or its own' : `all ${ports.length} ports are free or their own`
  return [finding('ok', 'port.free', message, ports.join(', '))]
}

const finding = findingsOn('ports')

/** Null if the state can't be read, which another check reports. */
async function worldOf(ctx: Context, { name, folder }: Project): Promise<World | null> {
  try {
    const world = await openWorld(ctx, { name, folder }, 'p2p doctor')
    observe(world)
    return world
  } catch (error) {
    if (error instanceof P2pError) return null
    throw error
  }
}

/** A running tunnel may own the port itself; otherwise any listener is foreign. */
function heldPort(
  world: World | null,
  spec: TunnelSpec,
  seen: Observed | undefined,
  snapshot: Snapshot,
): ReturnType<typeof portProblem> {
  const runs = seen !== undefined && seen.process.kind !== 'gone'
  if (!runs) return portProblem(world, snapshot, spec)
  const { listener } = seen
  return listener.kind === 'foreign' ? portTaken(world, spec, listener.endpoint.port, listener.holder) : null
}

/** connectd picks its UDP port itself; if it reported one as taken, name its holder. */
function takenUdp(seen: Observed | undefined, snapshot: Snapshot): string | null {
  if (seen?.record.driver !== 'connectd' || seen.process.kind !== 'gone') return null
  const taken = seen.process.lastLines.map((line) => /Cannot Bind UDP Port (\d+)/.exec(line)?.[1]).find(Boolean)
  if (taken === undefined) return null
  const holder = udpHolder(snapshot, Number(taken))
  return `UDP port ${taken}, picked by connectd, is ${holder === null ? 'free again' : `in use by ${formatHolder(holder)}`}`
}
