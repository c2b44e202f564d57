/** Parses, formats and compares addresses with a port. */
import type { Endpoint } from '../model.ts'

/** `127.0.0.1:33000`, `[::1]:33000`. */
export function formatEndpoint(endpoint: Endpoint): string {
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`
}

/** `db.internal:5432`, `[fd00::5]:6379`. Null if invalid or below `lowestPort` (0 means any free port). */
export function readEndpoint(text: string, lowestPort = 1): Endpoint | null {
  // Another program could take a host that begins with `-` for an option.
  const match = /^(?:\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?)\]|(?!-)([^\s:/[\]@,{}]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port < lowestPort || port > 65535 ? null : { host, port }
}

/** Same port, and same or covering addresses. `::` also takes IPv4 unless IPV6_V6ONLY is set; 0.0.0.0 never takes IPv6. */
export function endpointsClash(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && (a.host === b.host || covers(a.host, b.host) || covers(b.host, a.host))
}

function covers(wildcard: string, host: string): boolean {
  return wildcard === '::' || (wildcard === '0.0.0.0' && !host.includes(':'))
}

/** For programs that would take a name for another address; of an IPv6 address the spelling of the socket table. */
export function numericHost(host: string): string {
  if (host === 'localhost') return '127.0.0.1'
  const url = `http://[${host}]`
  return /^[\da-f:]+:[\da-f:]*$/i.test(host) && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : host
}

/** Where a client connects: a wildcard address only listens. */
export function reachable(endpoint: Endpoint): Endpoint {
  if (endpoint.host === '0.0.0.0') return { ...endpoint, host: '127.0.0.1' }
  return endpoint.host === '::' ? { ...endpoint, host: '::1' } : endpoint
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
