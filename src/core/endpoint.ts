import type { Endpoint } from './model.ts'

/** `127.0.0.1:33000`, `[::1]:33000`. */
export function formatEndpoint(endpoint: Endpoint): string {
  return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`
}

/** Whether two listening addresses can't exist at once: same port, and same address or one of them a wildcard. */
export function endpointsClash(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && (a.host === b.host || isWildcard(a.host) || isWildcard(b.host))
}

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
