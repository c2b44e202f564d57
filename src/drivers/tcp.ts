/** p2p's own relay (children/relay): needs no other program. */
import { formatEndpoint, isWildcard, numericHost, readEndpoint } from '../core/text/endpoint.ts'
import { literally } from '../core/text/literally.ts'
import type { TcpOptions } from '../core/generated/schema.ts'
import type { Endpoint, ReadyCondition } from '../core/model.ts'
import { relayExit } from '../core/relay.ts'
import { parseDuration } from '../core/text/units.ts'
import type { Basics, Driver, DriverProblem } from './driver.ts'
import { byStatus, seeLog } from './outcomes.ts'
import { endpointsOf, error, overlapping, ownEndpoints, portRequired, warning } from './problems.ts'

export const tcp: Driver<TcpOptions> = {
  summary: "p2p's own relay: listens here, connects there",

  compile(options, tunnel) {
    const forwards = forwardsOf(options, tunnel)
    const endpoints = forwards.flatMap((forward) => forward.endpoints)
    const targets = [...new Set(forwards.map(({ target }) => target))]
    const [first = '', ...others] = targets
    const idleMs = options.idle_timeout === undefined ? null : parseDuration(options.idle_timeout)
    return {
      launch: {
        program: { entry: 'relay' },
        args: [
          ...targets.flatMap((target) => [...listensFor(target, forwards), '--to', target]),
          ...(options.max_connections === undefined ? [] : ['--max-connections', options.max_connections.toString()]),
          ...(idleMs === null ? [] : ['--idle-timeout', idleMs.toString()]),
        ],
        env: {},
        files: [],
        cwd: tunnel.cwd,
      },
      endpoints,
      target: others.length === 0 ? first : `${first} (+${others.length})`,
      // Tried, not reached: its target may come later. Where it was not reached, `up` and `ps` say so.
      ready: { conditions: [{ kind: 'listen' }, ...targets.map(triedTarget)], timeoutMs: 30_000 },
      stop: { signal: 'TERM', graceMs: 10_000 },
      outcomes,
      complaint:
        '^relay: (?<why>(?:cannot reach |refused a connection: \\d+ are already open(?: to )?)(?<target>\\S*?)(?:: .{1,200}| \\(.*|$))',
      ...(others.length === 0 ? {} : { complaints }),
      handshake: '^relay: reached (?<target>\\S+)',
      problems: [
        ...togetherProblems(options, tunnel),
        ...forwards.flatMap((forward) => targetProblems(forward, endpoints)),
        ...overlapping(ownEndpoints({ port: 0 }, tunnel)),
      ],
    }
  },
}

interface Forward {
  endpoints: Endpoint[]
  target: string
  path: (string | number)[]
}

function forwardsOf({ to, forward }: TcpOptions, tunnel: Basics): Forward[] {
  return [
    ...(to === undefined ? [] : [{ endpoints: endpointsOf(tunnel), target: tunnel.fill(to), path: ['tcp', 'to'] }]),
    ...(forward ?? []).map((entry, index) => {
      const path = ['tcp', 'forward', index, 'to']
      return { endpoints: ownEndpoints(entry, tunnel), target: tunnel.fill(entry.to), path }
    }),
  ]
}

/** Two ports may lead to one target. */
function listensFor(target: string, forwards: readonly Forward[]): string[] {
  return forwards
    .filter((forward) => forward.target === target)
    .flatMap(({ endpoints }) => endpoints.flatMap((each) => ['--listen', formatEndpoint(each)]))
}

function triedTarget(target: string, _index: number, { length }: readonly string[]): ReadyCondition {
  const place = readEndpoint(target)
  const which = place === null || length === 1 ? '' : `${literally(formatEndpoint(place))}(:? |$)`
  return { kind: 'log', pattern: `^relay: (reached|cannot reach) ${which}`, means: `its first try to reach ${target}` }
}

/** One process serves all targets: reopening it would cut the connections to the others. */
const complaints = [
  {
    why: '^cannot reach ',
    hint: 'start that service, or correct tcp.forward: reopening would cut the other forwards',
  },
]

/** Errors of keys in combination. */
function togetherProblems({ to, forward }: TcpOptions, { endpoint }: Basics): DriverProblem[] {
  if (forward !== undefined && to !== undefined) {
    const hint = 'write it as an entry of forward: forward: [15432:10.0.0.5:5432]'
    return [error('tcp.target-twice', ['tcp', 'to'], 'and forward exclude each other', hint)]
  }
  if (forward !== undefined && endpoint !== null) {
    return [warning('tcp.port-unused', ['port'], 'is not used: each entry of tcp.forward has its own', 'remove it')]
  }
  if (forward === undefined && to === undefined) {
    const nothing = error('tcp.nothing', ['tcp'], 'needs to or forward', 'to: 10.0.0.5:6379')
    return [{ ...nothing, lacks: ['to', 'forward'] }]
  }
  return endpoint === null && forward === undefined ? [portRequired()] : []
}

function targetProblems({ target: text, path }: Forward, endpoints: readonly Endpoint[]): DriverProblem[] {
  const target = readEndpoint(text)
  if (target === null) {
    const hint = /^\d{1,5}:[^:]+:\d{1,5}$/.test(text) ? `forward: [${text}]` : 'to: 10.0.0.5:6379'
    return [error('tcp.target', path, 'must be host:port with a port from 1 to 65535', hint)]
  }
  if (endpoints.some((endpoint) => leadsBack(target, endpoint))) {
    return [error('tcp.loop', path, 'leads back to this tunnel itself', 'use different ports')]
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

const rows = byStatus`
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

/** Its last line says which of its addresses it is about; a full disk may keep that line away. */
const cannotListen = '^relay: cannot listen on \\[?(?<host>.+?)\\]?:(?<port>\\d+): '
const outcomes = [...rows.map((row) => ({ ...row, when: { ...row.when, log: cannotListen } })), ...rows]
