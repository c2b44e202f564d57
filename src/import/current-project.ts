/** What a project declares already, as far as an import has to fit in. */
import type { LoadedProject } from '../config/load.ts'
import { accountSecrets, type SecretKey } from '../connectd/account-keys.ts'
import { mapAt, textAt, valueAt, type Node } from '../config/text/tree.ts'
import { expandTemplate } from '../core/text/template.ts'
import type { Endpoint } from '../core/model.ts'

export interface CurrentProject {
  tunnels: Map<string, { uid: string | null; endpoints: Endpoint[] }>
  accounts: CurrentAccount[]
}

export interface CurrentAccount {
  name: string
  user: string
  kind: SecretKey
  index: number
  variable: string | null
  /** null: only a program or a keychain could tell. */
  secret: string | null
}

/** Where values of secrets are looked up; undefined: there is none. */
export interface Lookups {
  variable: (name: string) => string | undefined
  file: (path: string) => string | undefined
}

export const emptyProject: CurrentProject = { tunnels: new Map(), accounts: [] }

export function currentProjectOf({ project, declarations }: LoadedProject, lookups: Lookups): CurrentProject {
  const automatic = new Set(Object.values(project.autoPorts))
  const tunnels = project.tunnels.map(({ name, driver, target, endpoints }) => {
    // An automatic port moves out of the way of a declared one.
    const declared = endpoints.filter(({ port }) => !automatic.has(port))
    return [name, { uid: driver === 'connectd' ? target : null, endpoints: declared }] as const
  })
  const accounts = [...declarations.accounts].flatMap(([name, { value }]) => accountOf(name, value, lookups) ?? [])
  return { tunnels: new Map(tunnels), accounts }
}

function accountOf(name: string, node: Node, lookups: Lookups): CurrentAccount | null {
  const kind = accountSecrets.find(({ key }) => valueAt(node, key) !== undefined)?.key
  const user = textAt(node, 'user')
  if (kind === undefined || user === undefined) return null
  const index = valueAt(node, 'auth_index')
  const number = index?.kind === 'scalar' && typeof index.value === 'number' ? index.value : 0
  return { name, user, kind, index: number, ...secretOf(node, kind, lookups) }
}

function secretOf(node: Node, kind: SecretKey, lookups: Lookups): Pick<CurrentAccount, 'variable' | 'secret'> {
  const value = valueAt(node, kind)
  if (value?.kind === 'secret') {
    const variable = /^\$\{?(\w+)\}?$/.exec(value.text)?.[1] ?? null
    const filled = expandTemplate(value.text, lookups.variable)
    return { variable, secret: 'value' in filled ? filled.value : null }
  }
  const source = mapAt(node, kind)
  const variable = textAt(source, 'env') ?? null
  const file = textAt(source, 'file')
  if (variable !== null) return { variable, secret: lookups.variable(variable) ?? null }
  return { variable, secret: file === undefined ? null : (lookups.file(file) ?? null) }
}
