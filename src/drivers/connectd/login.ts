/** How connectd logs in: the lines of its file for an account, and which secrets connectd can read. */
import { isMalformed, parseTemplate, variablesOf } from '../../core/text/template.ts'
import type { SecretLimits, SecretRef } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import type { Account } from '../driver.ts'

export function loginLines(account: Account): (string | SecretRef)[] {
  const { user, secret } = account
  const ref = accountSecret(account)
  switch (secret.kind) {
    case 'password':
      return [`user_id ${user}\n`, 'auth_pass ', ref, '\n']
    case 'auth-hash':
      return [`user_id ${user}\n`, 'auth_hash ', ref, '\n']
    case 'token':
      return [`user_id ${user}\n`, `auth_index ${secret.index}\n`, 'auth_token ', ref, '\n']
    default:
      return unreachable(secret)
  }
}

/** With connectd's limits: it silently cuts or ignores anything else. */
export function accountSecret({ name, secret }: Account): SecretRef {
  switch (secret.kind) {
    case 'password':
      return {
        ...secret.ref,
        limits: passwordLimits,
        hint: `connectd accepts at most 31 bytes without spaces; for any other password use auth_hash in account ${name}`,
      }
    case 'auth-hash':
      return { ...secret.ref, limits: hashLimits, hint: `copy the service_authhash of account ${name}` }
    case 'token':
      return { ...secret.ref, limits: tokenLimits, hint: `copy the token of account ${name} again` }
    default:
      return unreachable(secret)
  }
}

const oneWord = { pattern: '^[^\\s\\x00-\\x1f\\x7f]+$', patternMeans: 'one word without spaces' }

/** connectd silently keeps only the first word of a password, and of that 31 characters. */
const passwordLimits: SecretLimits = { maxLength: 31, ...oneWord }
const hashLimits: SecretLimits = { pattern: '^[0-9A-Fa-f]{40}$', patternMeans: '40 hexadecimal digits' }
/** A line of about 1,020 characters sends connectd into an endless loop. */
const tokenLimits: SecretLimits = { maxLength: 1000, ...oneWord }

/** Follows `correct`: `the password in the variable REMOTEIT_PASSWORD`. */
export function whereToCorrect({ name, secret }: Account): string {
  const { source } = secret.ref
  const key = { password: 'password', 'auth-hash': 'auth_hash', token: 'login token' }[secret.kind]
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
      return `the ${key} with p2p login ${name}`
    case 'command':
      return `what ${source.argv[0] ?? 'its command'} prints as ${key}`
    case 'literal':
      return `the ${key} of account ${name} in p2p.yaml`
    default:
      return `the ${key} that the ${(source as { from: string }).from} gives`
  }
}
