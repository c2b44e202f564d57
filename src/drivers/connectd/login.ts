/** How connectd logs in: which lines its file gets for an account, and what connectd can read as a secret. */
import { isMalformed, parseTemplate, variablesOf } from '../../core/text/template.ts'
import type { SecretLimits, SecretRef } from '../../core/model.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import type { Account } from '../driver.ts'

/** The lines of a provisioning file by which connectd logs in to that account. */
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

/** The account's secret with what connectd can read of it: anything else it would cut or ignore in silence. */
export function accountSecret({ name, secret }: Account): SecretRef {
  switch (secret.kind) {
    case 'password':
      return {
        ...secret.ref,
        limits: passwordLimits,
        hint: `connectd reads 31 bytes without blanks; give account ${name} an auth_hash in place of any other password`,
      }
    case 'auth-hash':
      return { ...secret.ref, limits: hashLimits, hint: `copy the service_authhash of account ${name}` }
    case 'token':
      return { ...secret.ref, limits: tokenLimits, hint: `copy the token of account ${name} once more` }
    default:
      return unreachable(secret)
  }
}

const oneWord = { pattern: '^[^\\s\\x00-\\x1f\\x7f]+$', patternMeans: 'one word without blanks' }

/** Of a password in a file connectd keeps the first 31 characters and only the first word, without a message. */
const passwordLimits: SecretLimits = { maxLength: 31, ...oneWord }
const hashLimits: SecretLimits = { pattern: '^[0-9A-Fa-f]{40}$', patternMeans: '40 hexadecimal digits' }
/** A line of about 1,020 characters sends connectd into an endless loop. */
const tokenLimits: SecretLimits = { maxLength: 1000, ...oneWord }

/** The account's secret and where it is kept, to follow `correct`: `the password in the variable REMOTEIT_PASSWORD`. */
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
