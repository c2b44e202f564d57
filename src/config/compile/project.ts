/** Checks, compiles and orders all tunnels of a project. */
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import type { SshForward, Tunnel } from '../../core/generated/schema.ts'
import type { Endpoint, Project, TunnelSpec } from '../../core/model.ts'
import { didYouMean } from '../../core/text/did-you-mean.ts'
import { compileAccounts } from './accounts.ts'
import { assignAutoPorts, autoPortRange } from './auto-ports.ts'
import { bindsOf, compileTunnel, type Compiler, type Valid } from './compile.ts'
import type { PortsInUse } from '../read/ports-in-use.ts'
import { nameOfFolder } from '../read/project-name.ts'
import { gatherDeclarations, type Declarations, type DeclaredTunnel } from '../merge/declarations.ts'
import type { Document, LoadContext } from '../merge/document.ts'
import { dotted, type ConfigErrors } from '../text/errors.ts'
import { locate, placeOf } from '../text/locate.ts'
import { inOrderOfNeed, needsOf, type Needing } from './needs.ts'
import { checkRules } from './rules.ts'
import { Secrets } from './secrets.ts'
import { textAt, withValue, type MapNode } from '../text/tree.ts'
import { checkDocument, checkTunnel } from '../check/tunnels.ts'

export interface CompiledProject {
  project: Project
  /** Merged, for `p2p config`. */
  declarations: Declarations
}

/** Only valid if `errors` is empty afterwards. */
export function assembleProject(
  document: Document,
  context: LoadContext,
  { ctx, ports, names: opening }: { ctx: Context; ports: PortsInUse; names: readonly string[] | null },
): CompiledProject {
  const { errors } = context
  checkDocument(document, errors)
  const declarations = gatherDeclarations(document, context)
  const identity = { name: projectName(document, ctx), folder: document.source.folder }
  const secrets = new Secrets(errors)
  const names = new Set(declarations.tunnels.keys())
  const needing = new Map(
    [...declarations.tunnels].map(([name, declared]) => [name, { declared, needs: needsOf(declared, names, errors) }]),
  )
  const order = inOrderOfNeed(needing, errors)
  const valid = validTunnels(needing, errors)
  const autoPorts = giveAutoPorts(valid, identity, ports, errors)
  const accounts = compileAccounts(declarations.accounts, secrets)
  const { ask } = ports
  const asks = ask && ((tunnel: string, argv: string[]): string | null => ask(identity, tunnel, argv))
  const compiler = { asks, cwd: ctx.cwd, env: ctx.env, accounts, names, secrets, variables: context.variables, errors }
  const specs = compileInOrder(order, valid, autoPorts, compiler)
  const tunnels = [...valid.keys()].flatMap((name) => specs.get(name) ?? [])
  const active = activeNames(tunnels, ctx.globals.profiles, errors)
  checkRules({ tunnels, declared: declarations.tunnels, active: new Set(active), names: opening, secrets }, errors)
  return {
    project: {
      ...identity,
      files: [...context.texts.files],
      tunnels,
      active,
      secretVariables: [...secrets.variables],
      accounts: [...accounts.keys()],
      autoPorts: Object.fromEntries(autoPorts),
    },
    declarations,
  }
}

/** `-p`, else `name`, else the folder's name with invalid letters replaced. */
function projectName({ source, root }: Document, { globals }: Context): string {
  const given = globals.projectName
  if (given === null) return textAt(root, 'name') ?? nameOfFolder(source.folder)
  if (/^[a-z0-9][a-z0-9_-]{0,62}$/.test(given)) return given
  throw new P2pError('usage', 'the project name after -p has invalid characters', {
    hint: `-p ${nameOfFolder(given)}`,
  })
}

type ValidTunnel = Omit<Valid, 'endpoint' | 'morePorts'>

function validTunnels(needing: ReadonlyMap<string, Needing>, errors: ConfigErrors): Map<string, ValidTunnel> {
  const valid = new Map<string, ValidTunnel>()
  for (const [name, { declared, needs }] of needing) {
    const { keys, mistyped } = checkTunnel(declared, errors)
    const { driver, complete } = declared
    if (keys !== null && driver !== null && complete) valid.set(name, { declared, driver, keys, mistyped, needs })
  }
  return valid
}

/** A tunnel without a free port is reported and not compiled. */
function giveAutoPorts(
  valid: Map<string, ValidTunnel>,
  identity: { name: string; folder: string },
  ports: PortsInUse,
  errors: ConfigErrors,
): Map<string, number> {
  const wanted = new Map<string, Wanted>()
  const taken = new Set<number>()
  for (const [name, { driver, keys }] of valid) {
    const forward = keys.ssh?.forward ?? keys.tcp?.forward
    const forwards = Array.isArray(forward) ? forward : []
    for (const { key, port, path } of portsOf(name, keys)) {
      if (port === 'auto') wanted.set(key, { name, path, bind: bindsOf(keys), forward: null })
      else taken.add(port)
    }
    for (const [index, forward] of forwards.entries()) {
      const { port, to, bind = keys.bind } = forward
      const path = [driver, 'forward', index, 'port']
      if (port === 'auto')
        wanted.set(freeKey(`${name} ${to}`, wanted), { name, path, bind: bindsOf({ bind }), forward })
      else taken.add(port)
    }
  }
  const given = new Map<string, number>()
  for (const [key, port] of assignAutoPorts(wanted, taken, identity, ports)) {
    const { name, path, forward } = wanted.get(key) as Wanted
    const declared = valid.get(name)?.declared
    if (port === null) valid.delete(name)
    else given.set(key, port)
    if (declared === undefined) continue
    if (port === null) reportNoPort(declared, path, errors)
    else if (forward !== null) {
      forward.port = port
      // For `config`, and for what is said about this forward.
      declared.node = withValue(declared.node, path, port) as MapNode
    }
  }
  return given
}

interface Wanted {
  name: string
  path: (string | number)[]
  bind: string[]
  /** Null: the tunnel's own port. */
  forward: SshForward | null
}

/** Two forwards may lead to one place. */
function freeKey(key: string, used: ReadonlyMap<string, unknown>): string {
  return used.has(key) ? freeKey(`${key} `, used) : key
}

/** `port`, and those of `ports`. `key`: under which an automatic one is recorded; a tunnel's name has no dot. */
function portsOf(name: string, { port, ports = {} }: Tunnel): OwnPort[] {
  const named = Object.entries(ports).map(([of, each]): OwnPort => {
    return { key: `${name}.${of}`, port: each, of, path: ['ports', of] }
  })
  return port === undefined ? named : [{ key: name, port, path: ['port'] }, ...named]
}

interface OwnPort {
  key: string
  port: number | 'auto'
  of?: string
  path: string[]
}

function reportNoPort({ name, node, at }: DeclaredTunnel, keys: (string | number)[], errors: ConfigErrors): void {
  const path = ['tunnels', name, ...keys]
  const message = `${dotted(path)}: every port from ${autoPortRange.first} to ${autoPortRange.last} is in use`
  errors.add({ code: 'no-port', message, path, at: placeOf(locate(node, at, keys)) })
}

/** A tunnel may use the ports of those that it depends on. */
function compileInOrder(
  order: readonly string[],
  valid: ReadonlyMap<string, ValidTunnel>,
  autoPorts: ReadonlyMap<string, number>,
  compiler: Compiler,
): Map<string, TunnelSpec> {
  const specs = new Map<string, TunnelSpec>()
  const endpointsOf = (name: string): readonly Endpoint[] => specs.get(name)?.endpoints ?? []
  for (const name of order) {
    const tunnel = valid.get(name)
    if (tunnel === undefined) continue
    const all = portsOf(name, tunnel.keys).flatMap(({ key, port, of }): Endpoint[] => {
      const number = port === 'auto' ? (autoPorts.get(key) ?? 0) : port
      return bindsOf(tunnel.keys).map((host) => ({ host, port: number, ...(of === undefined ? {} : { name: of }) }))
    })
    const endpoint = all.find((each) => each.name === undefined) ?? null
    const morePorts = all.filter((each) => each.name !== undefined)
    specs.set(name, compileTunnel({ ...tunnel, endpoint, morePorts }, endpointsOf, compiler))
  }
  return specs
}

/** As in compose: active without profiles, or with a requested one; `*` requests all. */
function activeNames(tunnels: readonly TunnelSpec[], asked: readonly string[], errors: ConfigErrors): string[] {
  const known = new Set(tunnels.flatMap(({ profiles }) => profiles))
  for (const profile of asked) {
    if (profile === '*' || known.has(profile)) continue
    const meant = didYouMean(profile, known)
    const message = `no tunnel has the profile "${profile}"`
    const hint = meant === null ? null : `--profile ${meant}`
    errors.add({ code: 'unknown-profile', message, path: [], at: null, hint }, 'warning')
  }
  const isOn = ({ profiles }: TunnelSpec): boolean =>
    profiles.length === 0 || asked.includes('*') || profiles.some((profile) => asked.includes(profile))
  return tunnels.filter(isOn).map(({ name }) => name)
}
