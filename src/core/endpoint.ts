import type { Endpoint } from './model.ts'

/** `127.0.0.1:33000`, `[::1]:33000`. */
export function formatEndpoint(endpoint: Endpoint): string {
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`
}

/**
 * Whether two listening addresses can't exist at once: same port, and same address or one a wildcard that covers the
 * other. A socket on :: takes IPv4 as well, unless it asked not to; 0.0.0.0 never takes IPv6.
 */
export function endpointsClash(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && (a.host === b.host || covers(a.host, b.host) || covers(b.host, a.host))
}

function covers(wildcard: string, host: string): boolean {
  return wildcard === '::' || (wildcard === '0.0.0.0' && !host.includes(':'))
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
