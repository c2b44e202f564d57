/** One accepted connection and its way to the target. */
import { connect, type Socket } from 'node:net'
import { systemCode } from '../core/errors.ts'
import type { Endpoint } from '../core/model.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import type { TrafficCounter } from './traffic-counter.ts'

export interface RelayedConnection {
  /** Ends both sides: what was already read is still delivered. */
  end(): void
  cut(): void
}

interface Carriage {
  to: Endpoint
  /** Milliseconds; 0: never. */
  idleTimeoutMs: number
  /** One line without payload. */
  complain: (line: string) => void
  /** The target took the connection. */
  reached: () => void
  /** Bytes that were received, from the target (`bytesIn`) or from the client. */
  carried: TrafficCounter['carried']
  /** Called once, when both sockets are gone. */
  done: () => void
}

/**
 * Connects `client` to the target and relays both ways until both sides have ended. Passes on half-closes and back-pressure.
 * A broken side breaks the other, so that a cut stream does not look complete (but libuv reads a reset right after data as
 * an end: uv__stream_io, POLLHUP after a partial read).
 */
export function carry(
  client: Socket,
  { to, idleTimeoutMs, complain, reached, carried, done }: Carriage,
): RelayedConnection {
  const target = dial(to)
  let connected = false
  const patience = setTimeout(() => {
    fail('does not answer')
  }, connectTimeoutMs)

  /** The target is unreachable: this client gets a plain end. */
  function fail(reason: string): void {
    clearTimeout(patience)
    complain(unreachableWords(to, reason))
    target.destroy()
    endGently(client)
  }

  target.on('connect', () => {
    connected = true
    clearTimeout(patience)
    reached()
    client.pipe(target)
    target.pipe(client)
    client.on('data', ({ length }: Buffer) => {
      carried('bytesOut', length)
    })
    target.on('data', ({ length }: Buffer) => {
      carried('bytesIn', length)
    })
  })
  target.on('error', (error) => {
    if (connected) reset(client)
    else fail(reasonOf(error))
  })
  client.on('error', () => {
    if (connected) reset(target)
    else target.destroy()
  })
  client.on('close', () => {
    // The client left before the target answered; later, pipe or the error handler ends the target.
    if (!connected) target.destroy()
  })
  if (idleTimeoutMs > 0) {
    // Bytes in either direction count as activity of the client's socket.
    client.setTimeout(idleTimeoutMs, () => {
      complain(`closed a connection that was idle for ${idleTimeoutMs} ms`)
      end()
    })
  }

  let open = 2
  for (const socket of [client, target]) {
    socket.on('close', () => {
      open -= 1
      if (open > 0) return
      clearTimeout(patience)
      done()
    })
  }

  function end(): void {
    client.setTimeout(0)
    client.unpipe(target)
    target.unpipe(client)
    if (connected) endGently(target)
    else target.destroy()
    endGently(client)
  }

  return {
    end,
    cut() {
      client.destroy()
      target.destroy()
    },
  }
}

/** Connects once and hangs up. Null, or that it cannot be reached and why. */
export function tryTarget(to: Endpoint): Promise<string | null> {
  return new Promise((resolve) => {
    const target = dial(to)
    const finish = (reason: string | null): void => {
      clearTimeout(patience)
      target.destroy()
      resolve(reason === null ? null : unreachableWords(to, reason))
    }
    const patience = setTimeout(finish, tryTimeoutMs, 'does not answer')
    target.once('connect', () => {
      finish(null)
    })
    target.once('error', (error) => {
      finish(reasonOf(error))
    })
  })
}

function dial(to: Endpoint): Socket {
  return connect({
    ...to,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay,
    // The default of 250 ms per address is too short for distant targets.
    autoSelectFamilyAttemptTimeout: 2_000,
  })
}

function unreachableWords(to: Endpoint, reason: string): string {
  return `cannot reach ${formatEndpoint(to)}: ${reason}`
}

/** Closing with unread bytes makes the kernel send RST (RFC 2525, 2.17), so input is read and dropped for a moment. */
export function endGently(socket: Socket): void {
  if (socket.destroyed) return
  socket.end()
  socket.resume()
  const limit = setTimeout(() => socket.destroy(), lingerMs)
  limit.unref()
  socket.on('close', () => {
    clearTimeout(limit)
  })
}

/** Only a reset: resetAndDestroy() ends the stream first, which may look complete. Sets the same flag (lib/net.js). */
function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true }).destroy()
}

/** The kernel would try for over two minutes. */
const connectTimeoutMs = 10_000
/** `up` waits for this one. */
const tryTimeoutMs = 3_000
const lingerMs = 1_000
/** The kernel's probes detect a peer that vanished. */
export const keepAliveInitialDelay = 60_000

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to that host',
  ENETUNREACH: 'no route to that network',
  ETIMEDOUT: 'does not answer',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'name lookup does not work right now',
  ECONNRESET: 'connection reset',
  EMFILE: 'no file descriptors left',
  EADDRNOTAVAIL: 'no local address or port to connect from',
}

function reasonOf(error: Error): string {
  // A name with several addresses fails with one error for each.
  const first = error instanceof AggregateError ? (error.errors as unknown[])[0] : error
  const code = systemCode(first) ?? systemCode(error) ?? 'unknown error'
  return reasons[code] ?? code
}
