import type { SecretRef, Text } from '../../src/core/model.ts'
import type { Account, Basics, Compiled } from '../../src/drivers/driver.ts'

/** A tunnel `web` on 127.0.0.1:33001 in /home/me/lab, with the account `default`. */
export function basics(changes: Partial<Basics> = {}): Basics {
  const endpoint = changes.endpoint === undefined ? { host: '127.0.0.1', port: 33001 } : changes.endpoint
  const values: Record<string, string> = {
    '{name}': 'web',
    '{host}': endpoint?.host ?? '',
    '{port}': endpoint?.port.toString() ?? '',
    '{port:db}': '5432',
    '{host:db}': '127.0.0.1',
  }
  return {
    name: 'web',
    endpoint,
    bind: endpoint?.host ?? '127.0.0.1',
    folder: '/home/me/lab',
    cwd: '/home/me/lab',
    accounts: accounts(account()),
    connectdProgram: null,
    fill: (text) => text.replace(/\{[^{}]*\}/g, (whole) => values[whole] ?? whole),
    ...changes,
  }
}

export function account(changes: Partial<Account> = {}): Account {
  return {
    name: 'default',
    user: 'you@example.com',
    secret: { kind: 'password', ref: secretRef('password of account default') },
    ...changes,
  }
}

export function accounts(...list: Account[]): Map<string, Account> {
  return new Map(list.map((one) => [one.name, one]))
}

export function secretRef(label: string): SecretRef {
  return { source: { from: 'env', name: 'SECRET', envFiles: [] }, label, limits: {}, hint: 'set it' }
}

/** The text with `<label>` where a secret goes. */
export function readable(text: Text): string {
  return typeof text === 'string'
    ? text
    : text.map((piece) => (typeof piece === 'string' ? piece : `<${piece.label}>`)).join('')
}

export function secretsIn(text: Text): SecretRef[] {
  return typeof text === 'string' ? [] : text.filter((piece) => typeof piece !== 'string')
}

/** `error bind must be ...`, one line per problem. */
export function problemLines({ problems }: Compiled): string[] {
  return problems.map(({ severity, path, message }) => `${severity} ${path.join('.')} ${message}`)
}
