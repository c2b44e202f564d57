/** The local end of a simulated tunnel: the TCP listener, its connections and byte counts. */
import { createServer, type Socket } from 'node:net'
import type { Endpoint } from '../core/model.ts'
import { carry } from '../relay/connection.ts'
import type { FarEnd } from './far-end.ts'

export interface Traffic {
  /** Bytes so far, to the far end and from it. */
  sent: () => number
  received: () => number
}

/** Rejects if it can't listen. `to`: a real far end; its refusal affects only that connection. */
export function openTraffic(at: Endpoint, far: { to: Endpoint } | FarEnd): Promise<Traffic> {
  const open = new Set<Socket>()
  const past = { sent: 0, received: 0 }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    open.add(client)
    client.on('close', () => {
      open.delete(client)
      past.sent += client.bytesRead
      past.received += client.bytesWritten
    })
    client.on('error', () => undefined)
    if (typeof far === 'function') far(client)
    else
      carry(client, {
        to: far.to,
        idleTimeoutMs: 0,
        complain: () => undefined,
        reached: () => undefined,
        carried: () => undefined,
        done: () => undefined,
      })
  })

  const total = (past: number, field: 'bytesRead' | 'bytesWritten'): number =>
    [...open].reduce((sum, client) => sum + client[field], past)

  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...at, backlog }, () => {
      server.off('error', reject)
      // Out of descriptors for one connection: connectd continues too.
      server.on('error', () => undefined)
      resolve({
        sent: () => total(past.sent, 'bytesRead'),
        received: () => total(past.received, 'bytesWritten'),
      })
    })
  })
}

/** As connectd listens. */
const backlog = 10
