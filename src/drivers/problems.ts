/** Errors and warnings that several drivers share. `message` follows the dotted path. */
import { endpointsClash, isWildcard, numericHost } from '../core/text/endpoint.ts'
import type { SshForward } from '../core/generated/schema.ts'
import type { Endpoint } from '../core/model.ts'
import type { Basics, DriverProblem } from './driver.ts'

type Problem = (code: string, path: (string | number)[], message: string, hint?: string | null) => DriverProblem

export const error: Problem = (code, path, message, hint = null) => ({ severity: 'error', code, message, path, hint })
export const warning: Problem = (...problem) => ({ ...error(...problem), severity: 'warning' })

export function portRequired(): DriverProblem {
  return error('port-required', ['port'], 'is required: the tunnel listens on it', 'port: auto')
}

export function oneAddress({ moreBinds = [] }: Basics, who: string): DriverProblem[] {
  if (moreBinds.length === 0) return []
  return [error('bind-list', ['bind'], `lists several addresses, but ${who}`, 'bind: 127.0.0.1')]
}

/** The tunnel's port on each of its addresses; none of them may cover another. */
export function endpointsOf({ endpoint, moreBinds = [] }: Basics): Endpoint[] {
  return endpoint === null ? [] : [endpoint, ...moreBinds.map((host) => ({ ...endpoint, host }))]
}

/** Of an entry of a list of forwards: its port, on its own address or those of the tunnel. */
export function ownEndpoints({ port, bind }: Pick<SshForward, 'port' | 'bind'>, tunnel: Basics): Endpoint[] {
  const hosts = bind === undefined ? [tunnel.bind, ...(tunnel.moreBinds ?? [])] : [bind]
  // `auto` is a number by now.
  return hosts.map((host) => ({ host: numericHost(host), port: Number(port) }))
}

export function overlapping(endpoints: readonly Endpoint[]): DriverProblem[] {
  const twice = endpoints.find((one, index) => endpoints.slice(0, index).some((other) => endpointsClash(one, other)))
  if (twice === undefined) return []
  const again = endpoints.filter(({ host }) => host === twice.host).length > 1
  if (again) return [error('bind-list', ['bind'], 'names one address twice', 'name each once')]
  const wide = endpoints.find(({ host }) => isWildcard(host))?.host ?? twice.host
  return [error('bind-list', ['bind'], `lists addresses that cover each other`, `bind: "${wide}"`)]
}

/** Of a value that becomes an argument: `ssh: {to: -oProxyCommand=...}` would run a command. */
export function optionLike(path: (string | number)[], value: string): DriverProblem[] {
  if (!value.startsWith('-')) return []
  return [error('option-like', path, 'must not start with -: it would be read as an option')]
}

export function homeRelative(path: (string | number)[], value: string): DriverProblem[] {
  if (!value.startsWith('~')) return []
  return [error('home-relative', path, 'must not start with ~: no shell expands it', '${HOME}/...')]
}
