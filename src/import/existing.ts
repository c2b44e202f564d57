/** What a project declares already, as far as an import has to fit in. */
import type { LoadedProject } from '../config/load.ts'
import type { Node } from '../config/tree.ts'
import { mapAt, textAt, valueAt } from '../config/tree.ts'
import { expandTemplate } from '../core/interpolate.ts'
import type { Endpoint } from '../core/model.ts'
import type { SecretKind } from './connection.ts'

export interface Existing {
  tunnels: Map<string, { uid: string | null; endpoints: Endpoint[] }>
  accounts: ExistingAccount[]
}

export interface ExistingAccount {
  name: string
  user: string
  kind: SecretKind
  index: number
  /** The variable that is its source, if it is one. */
  variable: string | null
  /** null: nobody can tell without asking a program or a keychain. */
  secret: string | null
}

/** Where values of secrets are looked up; undefined: there is none. */
export interface Lookups {
  variable: (name: string) => string | undefined
  /** Absolute path. */
  file: (path: string) => string | undefined
}

export const nothingExists: Existing = { tunnels: new Map(), accounts: [] }

export function existingOf({ project, declarations }: LoadedProject, lookups: Lookups): Existing {
  const tunnels = project.tunnels.map(({ name, driver, target, endpoints }) => {
    // An automatic port moves out of the way of a declared one.
    const declared = Object.hasOwn(project.autoPorts, name) ? [] : endpoints
    return [name, { uid: driver === 'connectd' ? target : null, endpoints: declared }] as const
  })
  const accounts = [...declarations.accounts].flatMap(([name, { value }]) => accountOf(name, value, lookups) ?? [])
  return { tunnels: new Map(tunnels), accounts }
}

const kinds: readonly SecretKind[] = ['password', 'auth_hash', 'auth_token']

function accountOf(name: string, node: Node, lookups: Lookups): ExistingAccount | null {
  const kind = kinds.find((key) => valueAt(node, key) !== undefined)
  const user = textAt(node, 'user')
  if (kind === undefined || user === undefined) return null
  const index = valueAt(node, 'auth_index')
  const number = index?.kind === 'scalar' && typeof index.value === 'number' ? index.value : 0
  return { name, user, kind, index: number, ...secretOf(node, kind, lookups) }
}

function secretOf(node: Node, kind: SecretKind, lookups: Lookups): Pick<ExistingAccount, 'variable' | 'secret'> {
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
