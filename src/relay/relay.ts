/** The listening side of the relay: accepts, refuses and ends connections. */
import { createServer, type Server, type Socket } from 'node:net'
import { systemCode } from '../core/errors.ts'
import type { Endpoint } from '../core/model.ts'
import { relayExit } from '../core/relay.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import { carry, endGently, keepAliveInitialDelay, tryTarget, type RelayedConnection } from './connection.ts'
import { burstLog } from './burst-log.ts'
import type { RelayOptions } from './options.ts'
import type { TrafficCounter } from './traffic-counter.ts'

interface Relay {
  /** The addresses it listens on, with the real port for 0. */
  endpoints: Endpoint[]
  to: Endpoint
  /** Connects to the target once and writes a line about it: p2p waits for that line (drivers/tcp.ts). */
  tryTarget(): Promise<void>
  /** Stops listening, ends every connection, and resolves when they are gone or after a short grace. */
  stop(): Promise<void>
}

/** Relays to one target. Rejects with a ListenRefusal if it can't listen. Without connections nothing runs: no timer, no poll. */
export async function startRelay(
  options: RelayOptions,
  write: (line: string) => void,
  carried: TrafficCounter['carried'],
): Promise<Relay> {
  const log = burstLog(write, quietMs)
  const connections = new Set<RelayedConnection>()
  let refusals = 0
  let lastFailed = false
  let whenEmpty = (): void => undefined

  const take = (client: Socket): void => {
    if (connections.size >= options.maxConnections) refuse(client)
    else accept(client)
  }
  const servers = options.listen.map((at) => {
    const how = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay }
    return { at, server: createServer(how, take) }
  })

  function accept(client: Socket): void {
    const connection = carry(client, {
      ...options,
      complain,
      carried,
      reached() {
        if (lastFailed) sayReached('again')
      },
      done() {
        connections.delete(connection)
        if (connections.size === 0) whenEmpty()
      },
    })
    connections.add(connection)
  }

  function complain(line: string): void {
    lastFailed = true
    log.say(line)
  }

  /** Ends the complaints before it, so that the next one is written at once. */
  function sayReached(...more: string[]): void {
    lastFailed = false
    log.flush()
    write(['reached', formatEndpoint(options.to), ...more].join(' '))
  }

  function refuse(client: Socket): void {
    complain(`refused a connection: ${options.maxConnections} are already open to ${formatEndpoint(options.to)}`)
    client.on('error', () => undefined)
    // A gentle end holds a descriptor for a moment; in a flood of clients destroy at once.
    if (refusals >= gentleRefusals) {
      client.destroy()
      return
    }
    refusals += 1
    client.on('close', () => {
      refusals -= 1
    })
    endGently(client)
  }

  const endpoints: Endpoint[] = []
  for (const { server, at } of servers) {
    endpoints.push(await listen(server, at))
    server.on('error', () => {
      log.say('could not accept a connection: the system is out of file descriptors or memory')
    })
  }

  return {
    endpoints,
    to: options.to,
    async tryTarget() {
      const problem = await tryTarget(options.to)
      if (problem === null) sayReached()
      else complain(problem)
    },
    async stop() {
      for (const { server } of servers) server.close()
      if (connections.size > 0) {
        const emptied = new Promise<void>((resolve) => {
          whenEmpty = resolve
        })
        const grace = new Promise<void>((resolve) => setTimeout(resolve, stopGraceMs))
        for (const connection of connections) connection.end()
        await Promise.race([emptied, grace])
        for (const connection of connections) connection.cut()
      }
      log.flush()
    },
  }
}

/** Why the system does not let it listen on an address, and the exit status for that. */
export class ListenRefusal extends Error {
  readonly status: number

  constructor(at: Endpoint, cause: unknown) {
    const other = { reason: 'the operating system refuses', status: relayExit.cannotListen }
    const { reason, status } = refusals[systemCode(cause) ?? ''] ?? other
    super(`cannot listen on ${formatEndpoint(at)}: ${reason}`)
    this.status = status
  }
}

const refusals: Partial<Record<string, { reason: string; status: number }>> = {
  EADDRINUSE: { reason: 'the port is already in use', status: relayExit.portTaken },
  EADDRNOTAVAIL: { reason: 'this machine has no such address', status: relayExit.addressUnknown },
  ENOTFOUND: { reason: 'this machine has no such address', status: relayExit.addressUnknown },
  EACCES: { reason: 'this user may not listen on that port', status: relayExit.portForbidden },
}

const quietMs = 10_000
const gentleRefusals = 64
const stopGraceMs = 250

function listen(server: Server, { host, port }: Endpoint): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => {
      reject(new ListenRefusal({ host, port }, error))
    }
    server.once('error', refused)
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeListener('error', refused)
      const address = server.address()
      resolve({ host, port: typeof address === 'object' && address !== null ? address.port : port })
    })
  })
}
