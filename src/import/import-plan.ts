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
import { diagnosticOf, wholeFile } from './warnings.ts'

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
    const comments = imported.comments.filter(({ text, line, unsafe }) => {
      const isDropped = unsafe || mayHoldSecret(text, encodings)
      if (isDropped) plan.dropped.push({ file: imported.file, line })
      return !isDropped
    })
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
    const isNamedAfter = bare(name) === bare(nameFrom(imported.base, 'tunnel'))
    const isAutomatic = wouldBeAutomatic && endpoints.length === 0 && isNamedAfter
    if (isAutomatic || endpoints.some(isHere)) return name
  }
  const isTwin = (other: ImportedTunnel): boolean => other.uid === imported.uid && isHere(endpointOf(other))
  return plan.tunnels.find((tunnel) => isTwin(tunnel.imported))?.name ?? null
}

function bare(name: string): string {
  return name.replace(/-\d+$/, '')
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
  const message = `${formatEndpoint(endpoint)} is already the address of ${holder}; port: auto is written`
  const at = { ...wholeFile, line: imported.line }
  plan.warnings.push(diagnosticOf(imported.file, { severity: 'warning', code: 'port-clash', message, hint: null, at }))
  return 'auto'
}

function holderOf(endpoint: Endpoint, plan: ImportPlan, existing: CurrentProject): string | null {
  const clashes = (other: Endpoint | null): boolean => other !== null && endpointsClash(other, endpoint)
  const declared = [...existing.tunnels].find(([, { endpoints }]) => endpoints.some(clashes))
  const planned = plan.tunnels.find(({ port, imported }) => port !== 'auto' && clashes(endpointOf(imported)))
  return declared?.[0] ?? planned?.name ?? null
}
