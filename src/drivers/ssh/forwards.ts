/** `forward`, `dynamic` and `reverse`: ssh's flags, the addresses it listens on, and its confirmations. */
import { formatEndpoint, numericHost, readEndpoint } from '../../core/text/endpoint.ts'
import { literally } from '../../core/text/literally.ts'
import type { SshOptions, SshReverse } from '../../core/generated/schema.ts'
import type { Endpoint, ReadyCondition } from '../../core/model.ts'
import type { Basics, DriverProblem } from '../driver.ts'
import { endpointsOf, error, overlapping, ownEndpoints, portRequired, warning } from '../problems.ts'

export interface Forward {
  flag: '-L' | '-D' | '-R'
  value: string
  /** Where it listens on this machine; null for a remote forward. */
  endpoint: Endpoint | null
  /** Where it leads, for people. */
  target: string
  /** What ssh prints at LogLevel DEBUG1 when the far host of a remote forward listens. */
  confirmation?: ReadyCondition
}

export interface Forwards {
  forwards: Forward[]
  problems: DriverProblem[]
}

export function sshForwards(options: SshOptions, tunnel: Basics): Forwards {
  const parts = [...localParts(options, tunnel), dynamicPart(options, tunnel), ...remoteParts(options, tunnel)]
  const together = [...togetherProblems(options, tunnel), ...overlapping(endpointsOf(tunnel))]
  return {
    forwards: parts.flatMap((part) => part.forwards),
    problems: [...parts.flatMap((part) => part.problems), ...together],
  }
}

function wrong(...problems: DriverProblem[]): Forwards {
  return { forwards: [], problems }
}

/** What counts of the output of `ssh -G`. */
export function linesOfForwards(said: string): string {
  return (said.match(/^(?:(?:local|dynamic|remote)forward|gatewayports) .*$/gm) ?? []).join('\n')
}

/** The forwards of the host in the user's ssh config, from the output of `ssh -G`. Sockets that listen here are left out. */
export function aliasForwards(said: string, options: SshOptions, tunnel: Basics): Forwards {
  const everywhere = /^gatewayports yes/m.test(said) ? '0.0.0.0' : '127.0.0.1'
  const host = withoutScheme(tunnel.fill(options.to))
  const linesOf = (kind: string): { listen: string; to: string }[] =>
    [...said.matchAll(new RegExp(`^${kind}forward (\\S+)(?: (\\S+))?$`, 'gm'))].map(([, listen = '', to = '']) => ({
      listen,
      to: unbracketed(to),
    }))
  const here = (flag: '-L' | '-D', listen: string, to: string, target: string): Forward[] => {
    const written = /^\d+$/.test(listen) ? `${everywhere}:${listen}` : unbracketed(listen).replace('*', '0.0.0.0')
    const place = readEndpoint(written)
    if (place === null) return []
    // Exactly as ssh wrote it: the same forward twice is one to ssh.
    const value = to === '' ? listen : `${listen}:${to}`
    return [{ flag, value, endpoint: { ...place, host: numericHost(place.host) }, target }]
  }
  const forwards = [
    ...linesOf('local').flatMap(({ listen, to }) => here('-L', listen, to, to)),
    ...linesOf('dynamic').flatMap(({ listen }) => here('-D', listen, '', `SOCKS through ${host}`)),
    ...linesOf('remote').flatMap(({ listen, to }) => {
      const from = unbracketed(listen)
      return remotePart({ from, to: to === 'socks:0' ? 'socks' : to }, host, [], tunnel).forwards
    }),
  ]
  if (forwards.length > 0) return { forwards, problems: [] }
  return wrong(forwardsNothing(`forwards nothing, and host ${host} has no forward in your ssh config`))
}

/** `[db]:5432` of ssh's output; an IPv6 address keeps its brackets. */
function unbracketed(place: string): string {
  return place.replace(/^\[([^:\]]*)\]:/, '$1:')
}

function localParts({ forward }: SshOptions, tunnel: Basics): Forwards[] {
  if (forward === undefined) return []
  if (Array.isArray(forward)) {
    return forward.flatMap((entry, index) =>
      ownEndpoints(entry, tunnel).map((endpoint) =>
        localPart(endpoint, entry.to, ['ssh', 'forward', index, 'to'], tunnel),
      ),
    )
  }
  if (tunnel.endpoint === null) return [wrong(portRequired())]
  return endpointsOf(tunnel).map((endpoint) => localPart(endpoint, forward, ['ssh', 'forward'], tunnel))
}

function localPart(endpoint: Endpoint, to: string, path: (string | number)[], tunnel: Basics): Forwards {
  const target = readPlace(tunnel.fill(to))
  const isShort = path.at(-1) === 'forward' && /^\d{1,5}:[^:]+:\d{1,5}$/.test(to)
  const example = isShort ? `forward: [${to}]` : `${String(path.at(-1))}: db.internal:5432`
  if (target === null) return wrong(placeProblem(path, example))
  const value = `${formatEndpoint(endpoint)}:${target}`
  return { forwards: [{ flag: '-L', value, endpoint, target }], problems: [] }
}

function dynamicPart({ dynamic, to }: SshOptions, tunnel: Basics): Forwards {
  if (dynamic !== true) return wrong()
  if (tunnel.endpoint === null) return wrong(portRequired())
  const target = `SOCKS through ${withoutScheme(tunnel.fill(to))}`
  const forwards = endpointsOf(tunnel).map((endpoint): Forward => {
    return { flag: '-D', value: formatEndpoint(endpoint), endpoint, target }
  })
  return { forwards, problems: [] }
}

function remoteParts({ reverse, to: host }: SshOptions, tunnel: Basics): Forwards[] {
  if (reverse === undefined) return []
  if (Array.isArray(reverse)) {
    return reverse.map((entry, index) => remotePart(entry, host, ['ssh', 'reverse', index], tunnel))
  }
  return [remotePart(reverse, host, ['ssh', 'reverse'], tunnel)]
}

function remotePart({ from, to }: SshReverse, host: string, path: (string | number)[], tunnel: Basics): Forwards {
  const listener = readListener(typeof from === 'number' ? from.toString() : tunnel.fill(from))
  // A SOCKS proxy on the far host that leads anywhere from here.
  const target = to === 'socks' ? to : readPlace(tunnel.fill(to))
  if (listener === null || target === null) {
    const message = 'must be a port, address:port, or the absolute path of a socket'
    return wrong(
      ...(listener === null ? [error('ssh.listener', [...path, 'from'], message, 'from: 0.0.0.0:9000')] : []),
      ...(target === null ? [placeProblem([...path, 'to'], 'to: 127.0.0.1:3000')] : []),
    )
  }
  const forward: Forward = {
    flag: '-R',
    value: target === 'socks' ? listener.written : `${listener.written}:${target}`,
    endpoint: null,
    target: `${listener.written} at ${withoutScheme(tunnel.fill(host))}`,
    // `remote forward success for: listen 0.0.0.0:9000, connect 127.0.0.1:3000`; a socket has a negative number there.
    confirmation: {
      kind: 'log',
      pattern: `remote forward success for: listen ${listener.confirmed},`,
      means: `ssh's confirmation that the far host listens on ${listener.written}`,
    },
  }
  return { forwards: [forward], problems: [] }
}

function withoutScheme(host: string): string {
  return host.replace(/^ssh:\/\//, '')
}

/** host:port or the absolute path of a socket, as ssh expects it. A colon ends a path. */
function readPlace(text: string): string | null {
  if (isSocketPath(text)) return text
  const place = readEndpoint(text)
  return place === null ? null : formatEndpoint(place)
}

/** `confirmed`: matches its name in the confirmation. */
function readListener(text: string): { written: string; confirmed: string } | null {
  if (isSocketPath(text)) return { written: text, confirmed: `${literally(text)}(?::-?\\d+)?` }
  const place = readEndpoint(/^\d+$/.test(text) ? `localhost:${text}` : text)
  if (place === null) return null
  if (/^\d+$/.test(text)) return { written: text, confirmed: `(?:[^ ,]*:)?${place.port}` }
  // ssh may print `*`, every address, as nothing.
  const host = place.host === '*' ? '[^ ,]*?:?' : `${literally(place.host)}:`
  return { written: formatEndpoint(place), confirmed: `${host}${place.port}` }
}

function isSocketPath(text: string): boolean {
  return /^\/[^:\p{Cc}]+$/u.test(text)
}

function placeProblem(path: (string | number)[], hint: string): DriverProblem {
  return error('ssh.place', path, 'must be host:port or the absolute path of a socket', hint)
}

function forwardsNothing(message: string): DriverProblem {
  return error('ssh.nothing', ['ssh'], message, 'forward: db.internal:5432')
}

/** Errors of keys in combination. */
function togetherProblems(options: SshOptions, { endpoint }: Basics): DriverProblem[] {
  const { forward, reverse, dynamic } = options
  if (forward === undefined && reverse === undefined && dynamic !== true) {
    const lacks = ['forward', 'reverse', 'dynamic']
    return [{ ...forwardsNothing('needs forward, reverse or dynamic: true'), lacks }]
  }
  if (typeof forward === 'string' && dynamic === true) {
    const hint = 'give the forward its own port: forward: [{ port: 15432, to: db.internal:5432 }]'
    return [error('ssh.port-twice', ['ssh', 'dynamic'], 'and forward both use the port of the tunnel', hint)]
  }
  if (endpoint === null || typeof forward === 'string' || dynamic === true) return []
  const message =
    forward === undefined
      ? 'is not used: with reverse alone the tunnel does not listen on this machine'
      : 'is not used: each entry of ssh.forward has its own'
  return [warning('ssh.port-unused', ['port'], message, 'remove it')]
}
