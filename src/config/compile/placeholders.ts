/** Fills {port}, {port.admin}, {host} and {name} into texts of a tunnel. */
import { reachable } from '../../core/text/endpoint.ts'
import type { Endpoint } from '../../core/model.ts'

export interface NamedEndpoints {
  name: string
  /** Its local addresses. */
  endpoints: readonly Endpoint[]
  /** Those of each tunnel that it depends on. */
  needs: ReadonlyMap<string, readonly Endpoint[]>
}

/** `message` completes `uses {port:db}, but ...`. */
export interface Unfillable {
  placeholder: string
  message: string
  hint: string | null
}

/** Also {port:OTHER}, {port.admin:OTHER} and {host:OTHER}; any other {...} stays, and so does a name that `isTunnel` does not know. */
export function fillPlaceholders(
  text: string,
  tunnel: NamedEndpoints,
  isTunnel: (name: string) => boolean,
  unfillable: (problem: Unfillable) => void,
): string {
  if (!text.includes('{')) return text
  return text.replace(placeholder, (whole, what: string, port?: string, other?: string, at: number = 0) => {
    if (what === 'name') return other === undefined ? tunnel.name : whole
    const from = other === undefined ? tunnel.endpoints : tunnel.needs.get(other)?.map(reachable)
    const endpoint = from?.find(({ name }) => name === port)
    if (endpoint !== undefined) {
      if (what !== 'host') return endpoint.port.toString()
      // In `{host}:{port}` an IPv6 address needs brackets.
      const isBeforePort = text.charAt(at + whole.length) === ':'
      return isBeforePort && endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
    }
    if (other !== undefined && from === undefined && !isTunnel(other)) return whole
    const lacks = port === undefined ? 'has no port' : `has no ${port} in its ports`
    if (other === undefined)
      unfillable({ placeholder: whole, message: `the tunnel ${lacks}`, hint: port === undefined ? 'port: auto' : null })
    else if (from !== undefined) unfillable({ placeholder: whole, message: `${other} ${lacks}`, hint: null })
    else unfillable({ placeholder: whole, message: `${other} is not in depends_on`, hint: `depends_on: [${other}]` })
    // A valid value: the text must not cause a second error.
    return what === 'host' ? 'localhost' : '1'
  })
}

const placeholder = /\{(host|name|port(?:\.([a-z0-9][a-z0-9_-]{0,62}))?)(?::([a-z0-9][a-z0-9_-]{0,62}))?\}/g
