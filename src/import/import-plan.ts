/** What is to be written: every connection as a tunnel with a name and a port of its own, and the accounts they share. */
import type { Diagnostic } from '../core/diagnostic.ts'
import { endpointsClash, formatEndpoint } from '../core/text/endpoint.ts'
import { encodingsOf } from '../core/text/secret-encodings.ts'
import type { Endpoint } from '../core/model.ts'
import { Accounts, type PlannedAccount, type SecretPlaces } from './accounts.ts'
import { mayHoldSecret } from './connectd/comments.ts'
import type { Comment, ImportedTunnel } from './imported-tunnel.ts'
import type { CurrentProject } from './current-project.ts'
import { nameFrom, takeName } from './spelling.ts'
import { Warnings, wholeFile } from './warnings.ts'

export interface ImportPlan {
  tunnels: PlannedTunnel[]
  accounts: PlannedAccount[]
  /** Connections that the project has already, or that stood in a file before: the tunnel that they are. */
  twins: { imported: ImportedTunnel; name: string }[]
  dropped: { file: string; line: number }[]
  warnings: Diagnostic[]
}

export interface PlannedTunnel {
  name: string
  imported: ImportedTunnel
  port: number | 'auto'
  account: string
  comments: Comment[]
}

export function planImport(all: readonly ImportedTunnel[], existing: CurrentProject, places: SecretPlaces): ImportPlan {
  const plan: ImportPlan = { tunnels: [], accounts: [], twins: [], dropped: [], warnings: [] }
  const names = new Set(existing.tunnels.keys())
  const accounts = new Accounts(all, existing.accounts, places)
  const secrets = new Set(all.flatMap(({ secrets }) => secrets.map((secret) => secret.open())))
  const encodings = [...secrets].flatMap(encodingsOf)
  for (const imported of all) {
    const twin = twinOf(imported, plan, existing)
    if (twin !== null) {
      plan.twins.push({ imported, name: twin })
      continue
    }
    const { account, isNew } = accounts.take(imported.login)
    const comments = keptComments(imported, encodings, plan)
    const belongToAccount = ({ about }: Comment): boolean => isNew && about === 'account'
    account.comments.push(...comments.filter(belongToAccount))
    plan.tunnels.push({
      name: takeName(nameFrom(imported.base, 'tunnel'), names),
      imported,
      port: freePort(imported, plan, existing),
      account: account.name,
      comments: comments.filter((comment) => !belongToAccount(comment)),
    })
  }
  plan.accounts = accounts.plans
  return plan
}

/** The same service on the same address: importing a file twice makes no second tunnel. */
function twinOf(imported: ImportedTunnel, plan: ImportPlan, existing: CurrentProject): string | null {
  const endpoint = endpointOf(imported)
  const isHere = (other: Endpoint | null): boolean =>
    endpoint !== null && other?.host === endpoint.host && other.port === endpoint.port
  // A tunnel that got an automatic port because of a clash is found again by its name.
  const wouldBeAutomatic = endpoint === null || holderOf(endpoint, plan, existing) !== null
  for (const [name, { uid, endpoints }] of existing.tunnels) {
    if (uid?.toUpperCase() !== imported.uid) continue
    const isAutomatic = wouldBeAutomatic && endpoints.length === 0 && isNamedAfter(imported, name)
    if (isAutomatic || endpoints.some(isHere)) return name
  }
  const before = plan.tunnels.find(
    (tunnel) => tunnel.imported.uid === imported.uid && isHere(endpointOf(tunnel.imported)),
  )
  return before?.name ?? null
}

function isNamedAfter({ base }: ImportedTunnel, name: string): boolean {
  return name.replace(/-\d+$/, '') === nameFrom(base, 'tunnel').replace(/-\d+$/, '')
}

function endpointOf({ bind, port }: ImportedTunnel): Endpoint | null {
  return port === null ? null : { host: bind ?? '127.0.0.1', port }
}

/** Two old setups that never ran together may use one port; in one project they can't. */
function freePort(imported: ImportedTunnel, plan: ImportPlan, existing: CurrentProject): number | 'auto' {
  const endpoint = endpointOf(imported)
  if (endpoint === null) return 'auto'
  const holder = holderOf(endpoint, plan, existing)
  if (holder === null) return endpoint.port
  const warnings = new Warnings(imported.file, '')
  const message = `${formatEndpoint(endpoint)} is already the address of ${holder}; port: auto is written`
  warnings.warn({ ...wholeFile, line: imported.line }, 'port-clash', message)
  plan.warnings.push(...warnings.diagnostics())
  return 'auto'
}

function holderOf(endpoint: Endpoint, plan: ImportPlan, existing: CurrentProject): string | null {
  const planned = plan.tunnels.flatMap((tunnel) => {
    const other = tunnel.port === 'auto' ? null : endpointOf(tunnel.imported)
    return other === null ? [] : [[tunnel.name, other] as const]
  })
  const declared = [...existing.tunnels].flatMap(([name, { endpoints }]) =>
    endpoints.map((other) => [name, other] as const),
  )
  const holder = [...declared, ...planned].find(([, other]) => endpointsClash(other, endpoint))
  return holder?.[0] ?? null
}

function keptComments({ comments, file }: ImportedTunnel, encodings: readonly string[], plan: ImportPlan): Comment[] {
  return comments.filter(({ text, line, unsafe }) => {
    const dropped = unsafe || mayHoldSecret(text, encodings)
    if (dropped) plan.dropped.push({ file, line })
    return !dropped
  })
}
