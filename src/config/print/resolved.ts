/** Prints a resolved project as data and as YAML, for `p2p config`. */
import { Document, isMap, isScalar, visit, type Pair, type Scalar } from 'yaml'
import { escapeTemplate, isMalformed, parseTemplate, type Template } from '../../core/text/template.ts'
import type { Check, Health, Hooks, Need, Ready, ReadyCondition, TunnelSpec } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { formatDuration, formatSize } from '../../core/text/units.ts'
import { bindsOf, drivers } from '../compile/compile.ts'
import type { DeclaredTunnel } from '../merge/declarations.ts'
import type { CompiledProject } from '../compile/project.ts'
import { valueAt, type MapNode, type Node } from '../text/tree.ts'

export interface Tree {
  [key: string]: PlainValue
}
type PlainValue = string | number | boolean | null | PlainValue[] | Tree

/** The project in its own language, with defaults, literal secrets as `***`. Loading it gives the same fingerprints. */
export function resolvedTree({ project, declarations }: CompiledProject): Tree {
  const accounts = [...declarations.accounts].map(([name, { value }]): [string, PlainValue] => [name, valueOf(value)])
  const tunnels = project.tunnels.map((spec): [string, PlainValue] => {
    const declared = declarations.tunnels.get(spec.name)
    return [spec.name, declared === undefined ? {} : tunnelTree(declared, spec)]
  })
  return {
    name: project.name,
    ...(accounts.length === 0 ? {} : { accounts: Object.fromEntries(accounts) }),
    tunnels: Object.fromEntries(tunnels),
  }
}

function tunnelTree({ node }: DeclaredTunnel, spec: TunnelSpec): Tree {
  const port = valueAt(node, 'port') === undefined ? undefined : spec.endpoints[0]?.port
  const named = spec.endpoints.flatMap(({ name, port: each }) => (name === undefined ? [] : [[name, each] as const]))
  const binds = bindsOf({ bind: declaredValue(node, 'bind') as string | string[] | undefined })
  const bind = spec.endpoints.length === 0 ? undefined : binds.length > 1 ? binds : binds[0]
  return withoutUndefined({
    description: spec.description === null ? undefined : escapeTemplate(spec.description),
    port,
    ports: named.length === 0 ? undefined : Object.fromEntries(named),
    bind,
    [spec.driver]: driverTree(node, spec),
    url: declaredValue(node, 'url'),
    client: declaredValue(node, 'client'),
    labels: textsOf(node, 'labels'),
    profiles: spec.profiles.length === 0 ? undefined : spec.profiles,
    depends_on: needsTree(spec.needs),
    ready: readyTree(spec.ready, node),
    healthcheck: spec.health === null ? false : healthTree(spec.health),
    restart: spec.restart.max === null ? spec.restart.when : `${spec.restart.when}:${spec.restart.max}`,
    stop: { signal: spec.stop.signal, grace: formatDuration(spec.stop.graceMs) },
    hooks: spec.hooks === undefined ? undefined : hooksTree(spec.hooks, node),
    outcomes: declaredValue(node, 'outcomes'),
    environment: textsOf(node, 'environment'),
    env_file: declaredValue(node, 'env_file'),
    working_dir: escapeTemplate(spec.launch.cwd),
    logs: { max_size: formatSize(spec.logs.maxBytes), keep: spec.logs.keep },
  })
}

/** With the driver's defaults for missing keys. */
function driverTree(node: MapNode, { driver }: TunnelSpec): PlainValue {
  const options = declaredValue(node, driver)
  const { defaults } = drivers[driver]
  return defaults !== undefined && isTree(options) ? { ...options, ...defaults, ...options } : (options ?? {})
}

function isTree(value: PlainValue | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function needsTree(needs: readonly Need[]): PlainValue | undefined {
  if (needs.length === 0) return undefined
  if (needs.every(({ condition, restart }) => condition === 'open' && !restart)) return needs.map(({ name }) => name)
  return Object.fromEntries(needs.map(({ name, condition, restart }) => [name, { condition, restart }]))
}

/** The driver's own conditions are not printed: the language cannot express all of them. */
function readyTree({ conditions, timeoutMs }: Ready, node: MapNode): Tree {
  const timeout = formatDuration(timeoutMs)
  const declared = valueAt(node, 'ready')
  const isGiven = declared?.kind === 'map' && [...declared.entries.keys()].some((key) => key !== 'timeout')
  if (!isGiven) return { timeout }
  return { ...Object.assign({}, ...conditions.map(kindTree)), timeout } as Tree
}

function healthTree({ check, intervalMs, timeoutMs, retries }: Health): Tree {
  return { ...kindTree(check), interval: formatDuration(intervalMs), timeout: formatDuration(timeoutMs), retries }
}

/** `{ kind: 'http', path: '/status' }` is `http: /status`, `{ kind: 'tls' }` is `tls: true`. */
function kindTree({ kind, ...fields }: Check | ReadyCondition): Tree {
  const [value = true] = Object.values(fields) as (string | string[])[]
  if (value === true) return { [kind]: true }
  return { [kind]: Array.isArray(value) ? value.map(escapeTemplate) : escapeTemplate(value) }
}

function hooksTree({ timeoutMs }: Hooks, node: MapNode): Tree {
  return { ...(declaredValue(node, 'hooks') as Tree), timeout: formatDuration(timeoutMs) }
}

function declaredValue(node: MapNode, key: string): PlainValue | undefined {
  const value = valueAt(node, key)
  return value === undefined ? undefined : valueOf(value)
}

/** Values as text, as written: `1e3` is not 1000 here. */
function textsOf(node: MapNode, key: string): Tree | undefined {
  const map = valueAt(node, key)
  if (map?.kind !== 'map' || map.entries.size === 0) return undefined
  const texts = [...map.entries].map(([name, { value }]): [string, PlainValue] => [
    name,
    value.kind === 'scalar' ? escapeTemplate(value.text) : valueOf(value),
  ])
  return Object.fromEntries(texts)
}

function valueOf(node: Node): PlainValue {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, valueOf(value)]))
    case 'list':
      return node.items.map(valueOf)
    case 'scalar':
      return typeof node.value === 'string' ? escapeTemplate(node.value) : node.value
    case 'secret': {
      const template = parseTemplate(node.text)
      return isMalformed(template) ? '***' : withoutOwnText(template)
    }
    case 'broken':
      return null
    default:
      return unreachable(node)
  }
}

/** Hides the text: a default may be the secret itself. Variables stay. */
function withoutOwnText(template: Template): string {
  return template
    .map((piece) => {
      if (typeof piece === 'string') return piece === '' ? '' : '***'
      const { name, operator, operand } = piece
      return `\${${name}${operator}${operator.endsWith('?') ? messageOf(operand) : withoutOwnText(operand)}}`
    })
    .join('')
}

function messageOf(template: Template): string {
  return template.map((piece) => (typeof piece === 'string' ? escapeTemplate(piece) : `\${${piece.name}}`)).join('')
}

function withoutUndefined(tree: Record<string, PlainValue | undefined>): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== undefined)) as Tree
}

/** Loads again. Small maps of a tunnel take one line each. */
export function asYaml(tree: Tree): string {
  // Also quotes what YAML 1.1 programs read as a number or as false: `no`, `22:22`.
  const options = { version: '1.2', schema: 'core', compat: 'yaml-1.1', aliasDuplicateObjects: false } as const
  const document = new Document(tree, options)
  visit(document, { Pair: layOut, Scalar: quoteInvisible })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

const onOneLine = new Set(['ready', 'healthcheck', 'stop', 'logs'])

function layOut(_key: unknown, { key, value }: Pair): void {
  if (isScalar(key) && onOneLine.has(String(key.value)) && isMap(value)) value.flow = true
}

/** Control and invisible characters become escapes, which need double quotes. */
function quoteInvisible(_key: unknown, scalar: Scalar): void {
  if (typeof scalar.value === 'string' && /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
}
