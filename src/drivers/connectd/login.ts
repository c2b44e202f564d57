/** How connectd logs in: the lines of its file for an account, and which secrets connectd can read. */
import { isMalformed, parseTemplate, variablesOf } from '../../core/text/template.ts'
import type { SecretLimits, SecretRef } from '../../core/model.ts'
import type { Account } from '../driver.ts'

export function loginLines(account: Account): (string | SecretRef)[] {
  const { user, secret } = account
  const index = secret.kind === 'token' ? [`auth_index ${secret.index}\n`] : []
  return [`user_id ${user}\n`, ...index, `${kinds[secret.kind].key} `, accountSecret(account), '\n']
}

/** With connectd's limits: it silently cuts or ignores anything else. */
export function accountSecret({ name, secret }: Account): SecretRef {
  const { limits, hint } = kinds[secret.kind]
  return { ...secret.ref, limits, hint: hint(name) }
}

export function secretWords({ secret }: Account): string {
  return kinds[secret.kind].words
}

const oneWord = { pattern: '^[^\\s\\x00-\\x1f\\x7f]+$', patternMeans: 'one word without spaces' }

interface Kind {
  /** In connectd's file. */
  key: string
  words: string
  limits: SecretLimits
  hint: (account: string) => string
}

const kinds: Record<Account['secret']['kind'], Kind> = {
  password: {
    key: 'auth_pass',
    words: 'password',
    // connectd silently keeps only the first word of a password, and of that 31 characters.
    limits: { maxLength: 31, ...oneWord },
    hint: (account) =>
      `connectd accepts at most 31 bytes without spaces; for any other password use auth_hash in account ${account}`,
  },
  'auth-hash': {
    key: 'auth_hash',
    words: 'auth_hash',
    limits: { pattern: '^[0-9A-Fa-f]{40}$', patternMeans: '40 hexadecimal digits' },
    hint: (account) => `copy the service_authhash of account ${account}`,
  },
  token: {
    key: 'auth_token',
    words: 'login token',
    // A line of about 1,020 characters sends connectd into an endless loop.
    limits: { maxLength: 1000, ...oneWord },
    hint: (account) => `copy the token of account ${account} again`,
  },
}

/** Follows `correct`: `the password in the variable REMOTEIT_PASSWORD`. */
export function whereToCorrect(account: Account): string {
  const { source } = account.secret.ref
  const key = secretWords(account)
  switch (source.from) {
    case 'env':
      return `the ${key} in the variable ${source.name}`
    case 'template': {
      const template = parseTemplate(source.text)
      return `the ${key} in the variable ${isMalformed(template) ? '' : variablesOf(template).join(' or ')}`
    }
    case 'file':
      return `the ${key} in ${source.path}`
    case 'keychain':
      return `the ${key} with p2p login ${account.name}`
    case 'command':
      return `what ${source.argv[0] ?? 'its command'} prints as ${key}`
    case 'literal':
      return `the ${key} of account ${account.name} in p2p.yaml`
    default:
      return `the ${key} that the ${(source as { from: string }).from} gives`
  }
}
