/** Fills {port}, {host} and {name} into texts of a tunnel. */
import type { Endpoint } from '../../core/model.ts'

export interface NamedEndpoints {
  name: string
  /** Its first local address; null if it has none. */
  endpoint: Endpoint | null
  /** First local address of each tunnel that it depends on. */
  needs: ReadonlyMap<string, Endpoint | null>
}

/** `message` completes `uses {port:db}, but ...`. */
export interface Unfillable {
  placeholder: string
  message: string
  hint: string | null
}

/** Also {port:OTHER} and {host:OTHER}; any other {...} stays, and so does a name that `isTunnel` does not know. */
export function fillPlaceholders(
  text: string,
  tunnel: NamedEndpoints,
  isTunnel: (name: string) => boolean,
  unfillable: (problem: Unfillable) => void,
): string {
  if (!text.includes('{')) return text
  return text.replace(placeholder, (whole, what: 'port' | 'host' | 'name', other: string | undefined, at: number) => {
    if (what === 'name') return other === undefined ? tunnel.name : whole
    const endpoint = other === undefined ? tunnel.endpoint : reachable(tunnel.needs.get(other))
    if (endpoint !== undefined && endpoint !== null) {
      if (what === 'port') return endpoint.port.toString()
      // In `{host}:{port}` an IPv6 address needs brackets.
      const isBeforePort = text.charAt(at + whole.length) === ':'
      return isBeforePort && endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
    }
    if (other !== undefined && endpoint === undefined && !isTunnel(other)) return whole
    if (other === undefined) unfillable({ placeholder: whole, message: 'the tunnel has no port', hint: 'port: auto' })
    else if (endpoint === null) unfillable({ placeholder: whole, message: `${other} has no port`, hint: null })
    else unfillable({ placeholder: whole, message: `${other} is not in depends_on`, hint: `depends_on: [${other}]` })
    // A valid value: the text must not cause a second error.
    return what === 'port' ? '1' : 'localhost'
  })
}

/** Where a client connects: a wildcard address only listens. */
export function reachable(endpoint: Endpoint | null): Endpoint | null
export function reachable(endpoint: Endpoint | null | undefined): Endpoint | null | undefined
export function reachable(endpoint: Endpoint | null | undefined): Endpoint | null | undefined {
  if (endpoint?.host === '0.0.0.0') return { host: '127.0.0.1', port: endpoint.port }
  if (endpoint?.host === '::') return { host: '::1', port: endpoint.port }
  return endpoint
}

const placeholder = /\{(port|host|name)(?::([a-z0-9][a-z0-9_-]{0,62}))?\}/g
