/** p2p's own relay (children/relay): needs no other program. */
import { formatEndpoint, isWildcard, numericHost, readEndpoint } from '../core/text/endpoint.ts'
import type { TcpOptions } from '../core/generated/schema.ts'
import type { Endpoint, ReadyCondition } from '../core/model.ts'
import { relayExit } from '../core/relay.ts'
import { parseDuration } from '../core/text/units.ts'
import type { Driver, DriverProblem } from './driver.ts'
import { byStatus, seeLog } from './outcomes.ts'
import { endpointsOf, error, overlapping, portRequired } from './problems.ts'

export const tcp: Driver<TcpOptions> = {
  summary: "p2p's own relay: listens here, connects there",

  compile(options, tunnel) {
    const target = tunnel.fill(options.to)
    const { endpoint } = tunnel
    const endpoints = endpointsOf(tunnel)
    const idleMs = options.idle_timeout === undefined ? null : parseDuration(options.idle_timeout)
    return {
      launch: {
        program: { entry: 'relay' },
        args: [
          ...endpoints.flatMap((each) => ['--listen', formatEndpoint(each)]),
          ...['--to', target],
          ...(options.max_connections === undefined ? [] : ['--max-connections', options.max_connections.toString()]),
          ...(idleMs === null ? [] : ['--idle-timeout', idleMs.toString()]),
        ],
        env: {},
        files: [],
        cwd: tunnel.cwd,
      },
      endpoints,
      target,
      // Tried, not reached: its target may come later. Where it was not reached, `up` and `ps` say so.
      ready: { conditions: [{ kind: 'listen' }, triedTarget(target)], timeoutMs: 30_000 },
      stop: { signal: 'TERM', graceMs: 10_000 },
      outcomes,
      complaint: '^relay: (?<why>(cannot reach|refused a connection).{1,200})',
      handshake: '^relay: reached ',
      problems: [
        ...(endpoint === null ? [portRequired()] : []),
        ...targetProblems(readEndpoint(target), endpoints),
        ...overlapping(endpoints),
      ],
    }
  },
}

function triedTarget(target: string): ReadyCondition {
  return { kind: 'log', pattern: '^relay: (reached|cannot reach) ', means: `its first try to reach ${target}` }
}

function targetProblems(target: Endpoint | null, endpoints: readonly Endpoint[]): DriverProblem[] {
  if (target === null) {
    return [error('tcp.target', ['tcp', 'to'], 'must be host:port with a port from 1 to 65535', 'to: 10.0.0.5:6379')]
  }
  if (endpoints.some((endpoint) => leadsBack(target, endpoint))) {
    return [error('tcp.loop', ['tcp', 'to'], 'leads back to this tunnel itself', 'use different ports')]
  }
  return []
}

/** A connection to its own listener would open more connections until none are left. */
function leadsBack(target: Endpoint, endpoint: Endpoint): boolean {
  if (target.port !== endpoint.port) return false
  const host = numericHost(target.host)
  const isOfThisMachine = /^127\./.test(host) || host === '::1' || isWildcard(host)
  return host === endpoint.host || (isWildcard(endpoint.host) && isOfThisMachine)
}

const outcomes = byStatus`
  passing port.taken ${relayExit.portTaken}
    port {port} is already in use by {holder}
    stop that program, or set another port in p2p.yaml
  lasting tcp.address-unknown ${relayExit.addressUnknown}
    {host} is not an address of this machine
    bind: 127.0.0.1
  lasting tcp.port-forbidden ${relayExit.portForbidden}
    this user is not allowed to listen on port {port}
    use port 1024 or higher
  lasting tcp.cannot-listen ${relayExit.cannotListen}
    the system refused to listen on {host}:{port}
    ${seeLog}
  lasting tcp.usage ${relayExit.usage}
    the relay rejected its command line
    ${seeLog}; if p2p was just updated: p2p restart {name}`
