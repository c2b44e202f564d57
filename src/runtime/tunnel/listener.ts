/** Who listens on a tunnel's addresses: its own processes or another's. */
import type { Endpoint, ListenerEvidence, Problem, ProcessEvidence, RunRecord } from '../../core/model.ts'
import { formatHolder } from '../../core/decide/status.ts'
import { groupBy } from '../../core/text/group-by.ts'
import { holderOf } from './port-holder.ts'
import type { World } from '../state/world.ts'
import { withDescendants, type Listener, type Snapshot } from '../process/system/index.ts'

export type RunningProcess = Extract<ProcessEvidence, { kind: 'running' }>

/** Who listens now where an exited tunnel did. */
export function foreignListenerOn(
  world: World | null,
  snapshot: Snapshot,
  sockets: readonly Listener[],
  endpoints: readonly Endpoint[],
): ListenerEvidence {
  for (const endpoint of endpoints) {
    const [socket] = mostSpecific(sockets, endpoint)
    if (socket !== undefined) return { kind: 'foreign', endpoint, holder: holderOf(world, snapshot, socket) }
  }
  return { kind: 'unchecked' }
}

/** The worst of all endpoints. `proved`: its own sockets, and where they were held.
 *  `takesIpv4`: whether what listens on `::` takes this address; null: not known yet. */
export function listenerOf(
  world: World | null,
  snapshot: Snapshot,
  sockets: readonly Listener[],
  endpoints: readonly Endpoint[],
  process: RunningProcess,
  known: { proved?: Map<string, string> | undefined; takesIpv4?: (endpoint: Endpoint) => boolean | null } = {},
): ListenerEvidence {
  const proved = known.proved ?? new Map<string, string>()
  const bound: Endpoint[] = []
  const found: string[] = []
  let worst: ListenerEvidence = { kind: 'unchecked' }
  for (const endpoint of endpoints) {
    const answering = mostSpecific(sockets, endpoint)
    // With SO_REUSEPORT a foreign listener on the same address gets some of the connections: not open.
    const isOurs = (listener: Listener): boolean => {
      const known = proved.get(listener.socket)
      if (known !== undefined && snapshot.holds(known, listener)) return true
      const descriptor = ownDescriptor(snapshot, listener, process)
      if (descriptor === null) proved.delete(listener.socket)
      else proved.set(listener.socket, descriptor)
      return descriptor !== null
    }
    // A listener on :: may leave IPv4 alone: a foreign one proves nothing, an own one nothing but what was tried.
    const takes = isVague(answering[0], endpoint) ? known.takesIpv4?.(endpoint) : true
    const own = answering.some(isOurs)
    const foreign = takes === true ? answering.find((socket) => !isOurs(socket)) : undefined
    bound.push({ host: answering[0]?.host ?? endpoint.host, port: endpoint.port })
    found.push(answering[0]?.socket ?? '')
    if (takes !== false && takes !== null && own && foreign === undefined)
      worst = worst.kind === 'unchecked' ? { kind: 'ours' } : worst
    else if (foreign === undefined)
      worst =
        worst.kind === 'foreign'
          ? worst
          : { kind: 'none', endpoint, ...(own && takes === false ? { ipv6Only: true } : {}) }
    else worst = { kind: 'foreign', endpoint, holder: holderOf(world, snapshot, foreign) }
  }
  const isAsDeclared = endpoints.every(({ host }, index) => host === bound[index]?.host)
  return worst.kind === 'ours' && !isAsDeclared ? { kind: 'ours', bound, sockets: found } : worst
}

/** A process that left the tunnel's group and environment with its socket can't be found, but what it serves can. */
export function escapeeOf(
  world: World,
  { endpoints, escaped = [], bootId }: Pick<RunRecord, 'endpoints' | 'escaped' | 'bootId'>,
  snapshot = world.system.look(),
): { pids: number[]; problem: Problem } | null {
  if (escaped.length === 0 || bootId !== world.system.bootId) return null
  const ports = new Set(endpoints.map(({ port }) => port))
  const socket = snapshot.listenersAt(endpoints).find((one) => ports.has(one.port) && escaped.includes(one.socket))
  if (socket === undefined) return null
  const holder = snapshot.holder(socket)
  const pid = holder?.pid ?? null
  const problem: Problem = {
    code: stillServed,
    reason: `port ${socket.port} is still served by ${formatHolder(holder)}, which left the tunnel and kept its socket`,
    hint: pid === null ? null : `if it is yours: kill ${pid}`,
    heals: false,
  }
  return { pids: pid === null ? [] : [pid], problem }
}

const stillServed = 'stop.still-served'

/** On record only for what served its port after its stop, and that is gone, too. */
export function isOver(world: World, record: RunRecord): boolean {
  return record.verdict?.code === stillServed && escapeeOf(world, record) === null
}

export function isVague(bound: Endpoint | undefined, { host }: Endpoint): boolean {
  return bound?.host === '::' && !host.includes(':')
}

/** The kernel prefers the exact address, then its wildcard, then `::`, which takes IPv4 too unless IPV6_V6ONLY is set. */
function mostSpecific(sockets: readonly Listener[], { host, port }: Endpoint): Listener[] {
  const ranks = host.includes(':') ? [host, '::'] : [host, '0.0.0.0', '::']
  const onPort = byPort(sockets).get(port) ?? []
  for (const rank of ranks) {
    const found = onPort.filter((socket) => socket.host === rank)
    if (found.length > 0) return found
  }
  return []
}

const indexes = new WeakMap<readonly Listener[], Map<number, Listener[]>>()

/** Made once for each table, however many tunnels ask. */
function byPort(sockets: readonly Listener[]): Map<number, Listener[]> {
  const index = indexes.get(sockets) ?? groupBy(sockets, ({ port }) => port)
  indexes.set(sockets, index)
  return index
}

function ownDescriptor(snapshot: Snapshot, socket: Listener, process: RunningProcess): string | null {
  const known = [process.program, ...process.members].filter((pid): pid is number => pid !== null)
  const held = snapshot.descriptorOf(socket, known)
  if (held !== null) return held
  // Programs may serve from a child: the whole group counts, whose id is the launcher's PID.
  if (process.launcher === null) return null
  const { launcher } = process
  const relations = snapshot.relations()
  const group = relations.byGroup.get(launcher)?.map(({ pid }) => pid) ?? []
  return snapshot.descriptorOf(socket, group) ?? snapshot.descriptorOf(socket, withDescendants([launcher], relations))
}
