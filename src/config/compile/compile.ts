/** Compiles a valid declaration to the specification of a tunnel. */
import type { Environment } from '../../core/context.ts'
import { fingerprint } from '../../core/decide/fingerprint.ts'
import type { Tunnel } from '../../core/generated/schema.ts'
import type { DriverName, Endpoint, Need, TunnelSpec } from '../../core/model.ts'
import type { Account, Driver, DriverProblem } from '../../drivers/driver.ts'
import * as registry from '../../drivers/index.ts'
import { error } from '../../drivers/problems.ts'
import { numericHost, reachable } from '../../core/text/endpoint.ts'
import type { DeclaredTunnel } from '../merge/declarations.ts'
import { environmentOf } from './environment.ts'
import { dotted, type ConfigErrors } from '../text/errors.ts'
import { anyKey } from '../check/unknown-and-missing-keys.ts'
import { findText, locate, placeOf } from '../text/locate.ts'
import { fillPlaceholders, type NamedEndpoints, type Unfillable } from './placeholders.ts'
import { outcomesOf } from './outcomes.ts'
import { policiesOf } from './policies.ts'
import { withSources } from '../check/messages.ts'
import type { Variables } from '../resolve/variables.ts'
import type { Secrets } from './secrets.ts'
import type { Span } from '../text/source.ts'
import { part, valueAt, type Node } from '../text/tree.ts'

export interface Valid {
  declared: DeclaredTunnel
  driver: DriverName
  keys: Tunnel
  mistyped: ReadonlySet<string>
  /** From `port` and `bind`, automatic ports included; null without `port`. */
  endpoint: Endpoint | null
  /** From `ports`, on each address of `bind`. */
  morePorts: Endpoint[]
  needs: Need[]
}

export interface Compiler {
  asks?: ((tunnel: string, argv: string[]) => string | null) | undefined
  cwd: string
  env: Environment
  accounts: ReadonlyMap<string, Account>
  names: ReadonlySet<string>
  secrets: Secrets
  variables: Variables
  errors: ConfigErrors
}

/** Each takes options that its validator has accepted. */
export const drivers: Readonly<Record<DriverName, Driver<unknown>>> = registry

/** `endpointsOf`: the local addresses of a tunnel that this one depends on. */
export function compileTunnel(
  valid: Valid,
  endpointsOf: (name: string) => readonly Endpoint[],
  compiler: Compiler,
): TunnelSpec {
  const { declared, driver, keys, endpoint, morePorts, needs } = valid
  const { name, folder } = declared
  const { accounts, asks, env, errors } = compiler
  const isTunnel = (word: string): boolean => compiler.names.has(word)
  const reported = new Set<string>()
  const unfillable = (problem: Unfillable): void => {
    if (!reported.has(problem.placeholder)) reportUnfillable(problem, declared, errors)
    reported.add(problem.placeholder)
  }
  const named: NamedEndpoints = {
    name,
    endpoints: [...(endpoint === null ? [] : [endpoint]), ...morePorts],
    needs: new Map(needs.map((need) => [need.name, endpointsOf(need.name)])),
  }
  const cwd = keys.working_dir ?? folder
  const compiled = drivers[driver].compile(keys[driver], {
    name,
    endpoint,
    bind: bindsOf(keys)[0] ?? '',
    moreBinds: bindsOf(keys).slice(1),
    morePorts,
    folder,
    cwd,
    ask: asks && ((argv) => asks(name, argv)),
    accounts,
    connectdProgram: env['P2P_CONNECTD'] === '' ? null : (env['P2P_CONNECTD'] ?? null),
    fill: (text) => fillPlaceholders(text, named, isTunnel, unfillable),
  })
  const { endpoints, target } = compiled
  const declaredOutcomes = outcomesOf(keys)
  for (const problem of compiled.problems) reportBelow(problem, valid, errors)
  if (driver !== 'command' && morePorts.length > 0) {
    const hint =
      driver === 'connectd' ? 'declare a tunnel for each port' : 'forward: [{ port: 9901, to: db.internal:5432 }]'
    reportBelow(error('ports-unused', ['ports'], `is for a command, not for ${driver}`, hint), valid, errors)
  }

  // For its policies and environment, a tunnel is where it listens, even on ports of its own.
  const listening: NamedEndpoints = endpoints.length === 0 ? named : { ...named, endpoints }
  const fill = (text: string): string => fillPlaceholders(text, listening, isTunnel, unfillable)
  const { problems, ...policies } = policiesOf(keys, compiled, fill)
  for (const problem of [...problems, ...declaredOutcomes.problems])
    reportBelow({ severity: 'error', code: 'wrong-value', ...problem }, valid, errors)
  const environment = environmentOf(declared.node, { ...compiler, name, fill })
  const launch = { ...compiled.launch, env: { ...compiled.launch.env, ...environment } }
  const forClients = { ...listening, endpoints: listening.endpoints.map(reachable) }
  const fillForClients = (text: string): string => fillPlaceholders(text, forClients, isTunnel, unfillable)
  return {
    name,
    driver,
    description: keys.description ?? null,
    labels: labelsOf(declared),
    url: keys.url === undefined ? null : fillForClients(keys.url),
    ...(keys.client === undefined ? {} : { client: keys.client.map(fillForClients) }),
    profiles: [...new Set(keys.profiles ?? [])],
    needs,
    endpoints,
    target,
    launch,
    ...policies,
    outcomes: [...declaredOutcomes.rows, ...compiled.outcomes],
    ...(typeof compiled.asked === 'string' ? { asked: compiled.asked } : {}),
    ...(compiled.gate === undefined ? {} : { gate: compiled.gate }),
    fingerprint: fingerprint({ launch, endpoints }),
  }
}

/** `localhost` means 127.0.0.1 to every program that gets it. */
export function bindsOf({ bind = '127.0.0.1' }: { bind?: string | string[] | undefined }): string[] {
  return [bind].flat().map(numericHost)
}

/** As written: `1.10` is a version, not 1.1. */
function labelsOf({ node }: DeclaredTunnel): Record<string, string> {
  const labels = valueAt(node, 'labels')
  if (labels?.kind !== 'map') return {}
  const texts = [...labels.entries].map(([name, { value }]) => [name, value.kind === 'scalar' ? value.text : ''])
  return Object.fromEntries(texts) as Record<string, string>
}

function reportUnfillable(
  { placeholder, message, hint }: Unfillable,
  declared: DeclaredTunnel,
  errors: ConfigErrors,
): void {
  const found = findText(declared.node, placeholder)
  const path = ['tunnels', declared.name, ...(found?.keys ?? [])]
  const at = found === null ? declared.at : partWith(placeholder, found.node)
  const once = { cause: `${declared.name} ${message}`, also: 'also used here' }
  const sentence = `${dotted(path)} uses ${placeholder}, but ${message}`
  errors.add({ code: 'bad-placeholder', message: sentence, path, at, hint, once })
}

function partWith(text: string, node: Node): Span {
  if (node.kind !== 'scalar') return node
  const start = node.text.indexOf(text)
  return part(node, { start, end: start + text.length })
}

function reportBelow(problem: DriverProblem, valid: Valid, errors: ConfigErrors): void {
  const { declared, mistyped } = valid
  const found = locate(declared.node, declared.at, problem.path)
  const pointer = `/${problem.path.join('/')}`
  if (!found.complete && mistyped.has(pointer)) return
  // An unknown key may be the missing one.
  if (problem.lacks !== undefined && [...problem.lacks, anyKey].some((key) => mistyped.has(`${pointer}/${key}`))) return
  const at = placeOf(found)
  const path = declared.written(at, ['tunnels', declared.name, ...problem.path])
  const said = withSources({ message: `${dotted(path)} ${problem.message}`, hint: problem.hint }, found.node)
  errors.add({ code: problem.code, ...said, path, at }, problem.severity)
}
