/** Accounts from their declarations. */
import type { Account } from '../../drivers/driver.ts'
import type { Secrets } from './secrets.ts'
import { hasBroken, textAt, valueAt, type MapEntry, type MapNode } from '../text/tree.ts'

/** By name. An account with an error, which is reported, still exists: using it is not another error. */
export function compileAccounts(declared: ReadonlyMap<string, MapEntry>, secrets: Secrets): Map<string, Account> {
  const accounts = new Map<string, Account>()
  for (const [name, { value }] of declared) {
    const secret = value.kind === 'map' && !hasBroken(value) ? secretOf(name, value, secrets) : null
    accounts.set(name, { name, user: textAt(value, 'user') ?? '', secret: secret ?? unknownSecret })
  }
  return accounts
}

const unknownSecret: Account['secret'] = {
  kind: 'password',
  ref: { source: { from: 'template', text: '', envFiles: [] }, label: 'password', limits: {}, hint: '' },
}

const kinds = [
  { key: 'password', words: 'password' },
  { key: 'auth_hash', words: 'auth_hash' },
  { key: 'auth_token', words: 'login token' },
] as const

function secretOf(name: string, account: MapNode, secrets: Secrets): Account['secret'] | null {
  for (const { key, words } of kinds) {
    const node = valueAt(account, key)
    if (node === undefined) continue
    const hint = `set the ${words} of account ${name}`
    const ref = secrets.refer(node, { label: `${words} of account ${name}`, path: ['accounts', name, key], hint })
    if (key === 'password') return { kind: 'password', ref }
    if (key === 'auth_hash') return { kind: 'auth-hash', ref }
    const index = valueAt(account, 'auth_index')
    return { kind: 'token', index: index?.kind === 'scalar' ? Number(index.value) : 0, ref }
  }
  return null
}
