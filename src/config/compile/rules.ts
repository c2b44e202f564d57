/** Errors and warnings that need more than one tunnel, or its whole specification. */
import { endpointsClash, formatEndpoint } from '../../core/text/endpoint.ts'
import { matcher } from '../../core/decide/select.ts'
import { expandTemplate } from '../../core/text/template.ts'
import type { Endpoint, SecretRef, TunnelSpec } from '../../core/model.ts'
import type { DeclaredTunnel } from '../merge/declarations.ts'
import { dotted, type ConfigErrors, type Path } from '../text/errors.ts'
import { locate, placeOf, type Located } from '../text/locate.ts'
import type { Secrets } from './secrets.ts'
import { valueAt } from '../text/tree.ts'

/** All tunnels, valid one by one. */
export interface Whole {
  tunnels: readonly TunnelSpec[]
  declared: ReadonlyMap<string, DeclaredTunnel>
  active: ReadonlySet<string>
  /** What is to be opened, by name or pattern: empty for all that is active, null for nothing. */
  names: readonly string[] | null
  secrets: Secrets
}

export function checkRules(project: Whole, errors: ConfigErrors): void {
  for (const rule of [oneTunnelPerAddress, needsAreActive, secretsFit, openDoorsAreNamed]) rule(project, errors)
}

/** Tunnels that can be active together must not listen on the same address. */
function oneTunnelPerAddress({ tunnels, declared, active }: Whole, errors: ConfigErrors): void {
  const byPort = new Map<number, { spec: TunnelSpec; endpoint: Endpoint }[]>()
  for (const spec of tunnels) {
    for (const endpoint of spec.endpoints) {
      const others = byPort.get(endpoint.port) ?? []
      const other = others.find(
        (known) => endpointsClash(known.endpoint, endpoint) && canMeet(known.spec, spec, active),
      )
      byPort.set(endpoint.port, [...others, { spec, endpoint }])
      if (other === undefined) continue
      const place = portPlace(spec, endpoint, declared, 'findLastIndex')
      const first = portPlace(other.spec, other.endpoint, declared)
      // A driver reports a port that its tunnel uses twice.
      if (other.spec === spec && place.located.node === first.located.node) continue
      const holder = other.spec === spec ? 'this tunnel' : other.spec.name
      const message = `${dotted(place.path)}: ${formatEndpoint(endpoint)} is already used by ${holder}`
      const related = [{ message: 'first used here', at: placeOf(first.located) }]
      const [path, at] = [place.path, placeOf(place.located)]
      const hint = place.located.complete
        ? 'port: auto'
        : 'both take the forwards of their host in ssh config: write forward below one'
      errors.add({ code: 'port-clash', message, path, at, hint, related })
    }
  }
}

/** Tunnels of different profiles may share a port, unless both profiles are requested. */
function canMeet(a: TunnelSpec, b: TunnelSpec, active: ReadonlySet<string>): boolean {
  if (active.has(a.name) && active.has(b.name)) return true
  if (a.profiles.length === 0 || b.profiles.length === 0) return true
  return a.profiles.some((profile) => b.profiles.includes(profile))
}

/** The tunnel's own port, one of `ports`, or one of its driver's forwards. */
function portPlace(
  { name }: TunnelSpec,
  endpoint: Endpoint,
  declared: ReadonlyMap<string, DeclaredTunnel>,
  which: Which = 'findIndex',
): { path: Path; located: Located } {
  const tunnel = declared.get(name)
  if (tunnel === undefined) throw new Error('a compiled tunnel is declared')
  const own = endpoint.name === undefined ? ['port'] : ['ports', endpoint.name]
  const keys = [...(forwardKeys(tunnel, endpoint, which) ?? []), ...own]
  return { path: ['tunnels', name, ...keys], located: locate(tunnel.node, tunnel.at, keys) }
}

function bindKeys(tunnel: DeclaredTunnel, endpoint: Endpoint): (string | number)[] {
  const keys = [...(forwardKeys(tunnel, endpoint) ?? []), 'bind']
  return locate(tunnel.node, tunnel.at, keys).complete ? keys : ['bind']
}

/** Two forwards of one tunnel may have the same port. */
type Which = 'findIndex' | 'findLastIndex'

/** The forward with this port; null if it is the tunnel's own. */
function forwardKeys(
  { driver, node }: DeclaredTunnel,
  { port }: Endpoint,
  which: Which = 'findIndex',
): (string | number)[] | null {
  const forwards = valueAt(valueAt(node, driver ?? ''), 'forward')
  if (driver === null || forwards?.kind !== 'list') return null
  const index = forwards.items[which]((item) => {
    const own = valueAt(item, 'port')
    return own?.kind === 'scalar' && own.value === port
  })
  return index < 0 ? null : [driver, 'forward', index]
}

/** Otherwise `up` would open a tunnel that was not requested. Naming one turns it on. */
function needsAreActive({ tunnels, declared, active, names }: Whole, errors: ConfigErrors): void {
  if (names === null) return
  const isNamed = matcher(names)
  const profilesOf = new Map(tunnels.map(({ name, profiles }) => [name, profiles]))
  for (const { name, needs } of tunnels) {
    const tunnel = declared.get(name)
    if (tunnel === undefined || !active.has(name) || (names.length > 0 && !isNamed(name))) continue
    for (const need of needs) {
      const profiles = profilesOf.get(need.name)
      if (profiles === undefined || active.has(need.name) || isNamed(need.name)) continue
      const path = ['tunnels', name, 'depends_on', need.name]
      const message = `tunnels.${name} is active, but depends on ${need.name}, which needs profile ${profiles.join(' or ')}`
      const at = placeOf(locate(tunnel.node, tunnel.at, ['depends_on', need.name]))
      errors.add({ code: 'need-inactive', message, path, at, hint: `profiles: [${profiles.join(', ')}]` })
    }
  }
}

/** Programs cut off or misread a secret beyond their limits: check those that are known now. */
function secretsFit({ tunnels, secrets }: Whole, errors: ConfigErrors): void {
  for (const { launch } of tunnels) {
    for (const text of [...launch.files.map(({ content }) => content), ...Object.values(launch.env)]) {
      for (const piece of typeof text === 'string' ? [] : text) {
        const place = typeof piece === 'string' ? undefined : secrets.places.get(piece.label)
        if (typeof piece === 'string' || place === undefined) continue
        const misfit = misfitOf(piece)
        if (misfit === null) continue
        const message = `${dotted(place.path)} ${misfit}`
        errors.add({ code: 'secret-unfit', message, path: place.path, at: place.node, hint: piece.hint })
      }
    }
  }
}

function misfitOf({ source, limits }: SecretRef): string | null {
  if (source.from !== 'literal' || source.text === '***') return null
  const expanded = expandTemplate(source.text.open(), () => undefined)
  // With a variable, it is known only at launch.
  if ('missing' in expanded) return null
  if (limits.maxLength !== undefined && Buffer.byteLength(expanded.value) > limits.maxLength) {
    return `is longer than ${limits.maxLength} bytes`
  }
  if (limits.pattern === undefined || new RegExp(limits.pattern).test(expanded.value)) return null
  return `must be ${limits.patternMeans ?? 'in another format'}`
}

function openDoorsAreNamed({ tunnels, declared }: Whole, errors: ConfigErrors): void {
  for (const { name, endpoints } of tunnels) {
    const tunnel = declared.get(name)
    for (const endpoint of endpoints) {
      if (tunnel === undefined || isLoopback(endpoint.host)) continue
      const keys = bindKeys(tunnel, endpoint)
      const at = placeOf(locate(tunnel.node, tunnel.at, keys))
      const message = `tunnels.${name} listens on ${formatEndpoint(endpoint)}: other machines can reach it`
      const path = tunnel.written(at, ['tunnels', name, ...keys])
      errors.add({ code: 'open-to-others', message, path, at, hint: 'bind: 127.0.0.1' }, 'warning')
    }
  }
}

function isLoopback(host: string): boolean {
  return /^127\./.test(host) || host === '::1'
}
