/** Who logs in, by a provisioning file or the values of a command line. */
import { accountSecrets } from '../../connectd/account-keys.ts'
import { byteLength, cutToBytes, readNumber } from '../../connectd/values.ts'
import { Secret } from '../../core/text/secret.ts'
import { askedSecret, askedUser, type Given, type GivenSecret, type Login } from '../imported-tunnel.ts'
import { unquoted } from './values.ts'
import type { Warnings, Spot } from '../warnings.ts'
import { filled, keyAt, type MeantSetting, type Settings } from './settings.ts'

export function meantLogin(settings: Settings, warnings: Warnings): Login {
  return { user: userOf(settings, warnings), secret: secretOf(settings, warnings) }
}

export const insteadOfPassword = 'use auth_hash, the service_authhash of the account, instead of the password'

/** What connectd keeps of a password in a file, and of a user name (observed). */
const longestPassword = 31
const longestUser = 124

/** A user name fit for connectd: one word of at most 124 bytes, without control characters. */
export function fitUser(name: string, at: Spot, warnings: Warnings): string {
  const [word = ''] = name.split(/[\s\p{Cc}]/u)
  if (word !== name) {
    warnings.warn(at, 'user-blank', 'a user name has no blanks and control characters: it is taken up to the first one')
  }
  if (byteLength(word) <= longestUser) return word
  warnings.warn(at, 'user-cut', `connectd keeps only the first ${longestUser} bytes of a user name; so does the import`)
  return cutToBytes(word, longestUser)
}

export function noteAuthHash(hash: string, at: Spot, warnings: Warnings): void {
  if (/^[0-9a-f]{40}$/i.test(hash)) return
  warnings.warn(at, 'hash-form', 'an auth_hash has 40 hexadecimal digits: connectd can not log in with this one')
}

/** Which of the account's tokens an index means. */
export function tokenIndex(word: string): number {
  const index = readNumber(word)
  return index >= 0 && index <= 65535 ? index : 0
}

function userOf(settings: Settings, warnings: Warnings): Given {
  const user = filled(settings, 'user_id')
  const name = user === null ? '' : withoutQuotes(user, user.text, 'user name', warnings)
  const fit = user === null || name === '' ? '' : fitUser(name, user.at, warnings)
  if (fit !== '') return { text: fit }
  const hint = 'set REMOTEIT_USER, or write the user into p2p.yaml'
  warnings.warn(keyAt(settings, 'user_id', 'autoconnect'), 'no-user', 'there is no user_id to log in with', hint)
  return askedUser
}

/** The safest of those that are there: connectd keeps password and hash in one place, and can use only one of them. */
function secretOf(settings: Settings, warnings: Warnings): GivenSecret {
  const [hash, token] = [filled(settings, 'auth_hash'), filled(settings, 'auth_token')]
  const password = filled(settings, 'auth_pass') ?? targetsPassword(settings, warnings)
  const chosen = token ?? hash ?? password
  if (chosen === null) {
    const at = keyAt(settings, 'auth_pass', 'user_id')
    const hint = 'set REMOTEIT_PASSWORD, or put it into .env'
    warnings.warn(at, 'no-secret', 'there is neither a password nor an auth_hash to log in with', hint)
    return askedSecret
  }
  for (const other of [token, hash, password]) {
    if (other === null || other === chosen) continue
    const message = `connectd can log in with one secret only; ${chosen.key.name} is taken, ${other.key.name} is not imported`
    warnings.warn(other.keyAt, 'two-secrets', message)
  }
  const { name } = chosen.key
  const kind = accountSecrets.find(({ setting }) => setting === name)?.key ?? 'password'
  const text = kind === 'password' ? passwordText(chosen, warnings) : withoutQuotes(chosen, chosen.text, name, warnings)
  if (kind === 'auth_hash') noteAuthHash(text, chosen.at, warnings)
  const index = kind === 'auth_token' ? tokenIndex(settings.get('auth_index')?.text ?? '') : 0
  return { kind, value: { secret: new Secret(text) }, index }
}

/** `password` is the secret of a target; in an initiator's file it is a slip for auth_pass, unless that is there, too. */
function targetsPassword(settings: Settings, warnings: Warnings): MeantSetting | null {
  const slip = filled(settings, 'password')
  if (slip === null || settings.has('auth_hash') || settings.has('auth_token')) return null
  const message = 'connectd logs in with auth_pass; password is for targets. It is read as auth_pass'
  warnings.warn(slip.keyAt, 'wrong-key', message)
  return slip
}

function withoutQuotes({ at }: MeantSetting, whole: string, what: string, warnings: Warnings): string {
  const text = unquoted(whole)
  if (text !== whole) warnings.warn(at, 'quotes', `connectd takes the quotes for a part of the ${what}`)
  return text
}

/** The whole of it, also where connectd reads less: p2p says at launch what connectd can't take. */
function passwordText(setting: MeantSetting, warnings: Warnings): string {
  const { text: word, rest, at } = setting
  const whole = rest === '' || rest.startsWith('#') ? word : `${word} ${rest}`
  const text = withoutQuotes(setting, whole, 'password', warnings)
  if (/\s/.test(text)) {
    warnings.warn(at, 'password-blank', 'connectd reads a password only up to its first blank', insteadOfPassword)
  }
  if (byteLength(text) > longestPassword) {
    const message = `connectd keeps only the first ${longestPassword} characters of a password`
    warnings.warn(at, 'password-cut', message, insteadOfPassword)
  }
  return text
}
