/** What is to be written: every connection as a tunnel with a name and a port of its own, and the accounts they share. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { endpointsClash, formatEndpoint } from '../core/text/endpoint.ts'
import type { Endpoint } from '../core/model.ts'
import { Accounts, type PlannedAccount } from './accounts.ts'
import { mayHoldSecret } from './connectd/comments.ts'
import type { Comment, ImportedTunnel } from './connectd/connection.ts'
import type { CurrentProject } from './current-project.ts'
import { nameFrom, takeName } from './names.ts'
import type { SecretPlaces } from './secret-places.ts'

export interface ImportPlan {
  tunnels: PlannedTunnel[]
  accounts: PlannedAccount[]
  /** Connections that the project has already, or that stood in a file before: the tunnel that they are. */
  twins: { connection: ImportedTunnel; name: string }[]
  /** Comments that may hold a secret: they are not copied. */
  dropped: { file: string; line: number }[]
  warnings: Diagnostic[]
}

export interface PlannedTunnel {
  name: string
  connection: ImportedTunnel
  port: number | 'auto'
  account: string
  comments: Comment[]
}

/** `places` decides where each secret goes. */
export function planImport(
  connections: readonly ImportedTunnel[],
  existing: CurrentProject,
  places: SecretPlaces,
): ImportPlan {
  const draft: ImportPlan = { tunnels: [], accounts: [], twins: [], dropped: [], warnings: [] }
  const names = new Set(existing.tunnels.keys())
  const accounts = new Accounts(connections, existing.accounts, places)
  const opened = connections.flatMap((connection) => connection.secrets.map((secret) => secret.open()))
  const secrets = [...new Set(opened)]
  for (const connection of connections) {
    const twin = twinOf(connection, draft, existing)
    if (twin !== null) {
      draft.twins.push({ connection, name: twin })
      continue
    }
    const { account, isNew } = accounts.take(connection.login)
    const comments = keptComments(connection, secrets, draft)
    const belongToAccount = ({ about }: Comment): boolean => isNew && about === 'account'
    account.comments.push(...comments.filter(belongToAccount))
    draft.tunnels.push({
      name: takeName(nameFrom(connection.base, 'tunnel'), names),
      connection,
      port: freePort(connection, draft, existing),
      account: account.name,
      comments: comments.filter((comment) => !belongToAccount(comment)),
    })
  }
  draft.accounts = accounts.drafts
  return draft
}

/** The same service on the same address: importing a file twice makes no second tunnel. */
function twinOf(connection: ImportedTunnel, draft: ImportPlan, existing: CurrentProject): string | null {
  const endpoint = endpointOf(connection)
  const isHere = (other: Endpoint | null): boolean =>
    endpoint !== null && other?.host === endpoint.host && other.port === endpoint.port
  // What had to take an automatic port before has to again, and is told by its name.
  const wouldBeAutomatic = endpoint === null || holderOf(endpoint, draft, existing) !== null
  for (const [name, { uid, endpoints }] of existing.tunnels) {
    if (uid?.toUpperCase() !== connection.uid) continue
    const isAutomatic = wouldBeAutomatic && endpoints.length === 0 && isNamedAfter(connection, name)
    if (isAutomatic || endpoints.some(isHere)) return name
  }
  const before = draft.tunnels.find(
    (tunnel) => tunnel.connection.uid === connection.uid && isHere(endpointOf(tunnel.connection)),
  )
  return before?.name ?? null
}

function isNamedAfter({ base }: ImportedTunnel, name: string): boolean {
  return name.replace(/-\d+$/, '') === nameFrom(base, 'tunnel').replace(/-\d+$/, '')
}

function endpointOf({ bind, port }: ImportedTunnel): Endpoint | null {
  return port === null ? null : { host: bind ?? '127.0.0.1', port }
}

/** Two old setups may use one port, since nobody ran both; in one project they can't. */
function freePort(connection: ImportedTunnel, draft: ImportPlan, existing: CurrentProject): number | 'auto' {
  const endpoint = endpointOf(connection)
  if (endpoint === null) return 'auto'
  const holder = holderOf(endpoint, draft, existing)
  if (holder === null) return endpoint.port
  const { file, line } = connection
  const message = `${formatEndpoint(endpoint)} is the address of ${holder} already; port: auto is written`
  const place = { file, line, column: 1, length: 1, text: null }
  draft.warnings.push({ severity: 'warning', code: 'port-clash', message, path: [], place, hint: null, related: [] })
  return 'auto'
}

/** The tunnel that has an address already. */
function holderOf(endpoint: Endpoint, draft: ImportPlan, existing: CurrentProject): string | null {
  const drafted = draft.tunnels.flatMap((tunnel) => {
    const other = tunnel.port === 'auto' ? null : endpointOf(tunnel.connection)
    return other === null ? [] : [[tunnel.name, other] as const]
  })
  const declared = [...existing.tunnels].flatMap(([name, { endpoints }]) =>
    endpoints.map((other) => [name, other] as const),
  )
  const holder = [...declared, ...drafted].find(([, other]) => endpointsClash(other, endpoint))
  return holder?.[0] ?? null
}

function keptComments({ comments, file }: ImportedTunnel, secrets: readonly string[], draft: ImportPlan): Comment[] {
  return comments.filter(({ text, line, unsafe }) => {
    const dropped = unsafe || mayHoldSecret(text, secrets)
    if (dropped) draft.dropped.push({ file, line })
    return !dropped
  })
}
