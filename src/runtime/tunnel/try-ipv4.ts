/** Tries whether a tunnel's own listener on `::` takes IPv4 where it listens on another socket than when it became ready. */
import type { ObservedProject } from '../../core/decide/reconcile.ts'
import type { World } from '../state/world.ts'
import { isVague } from './listener.ts'
import { canListen } from './preflight.ts'

/** By socket: what it takes is fixed once it listens. */
const answers = new Map<string, boolean>()

export async function tryIpv4({ store }: World, { tunnels }: Pick<ObservedProject, 'tunnels'>): Promise<void> {
  for (const observed of tunnels.values()) {
    const { record, listener, readied } = observed
    if (!readied || listener.kind !== 'ours' || listener.sockets === undefined) continue
    for (const [index, endpoint] of record.endpoints.entries()) {
      const socket = listener.sockets[index] ?? ''
      if (!isVague(listener.bound?.[index], endpoint) || store.triedSockets(record.attempt).includes(socket)) continue
      const takesIpv4 = answers.get(socket) ?? !(await canListen(endpoint))
      answers.set(socket, takesIpv4)
      if (!takesIpv4) observed.listener = { kind: 'none', endpoint, ipv6Only: true }
    }
  }
}
