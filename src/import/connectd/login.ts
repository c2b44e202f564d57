/** Who logs in, by a provisioning file or the values of a command line. */
import type { KeyName } from '../../connectd/keys.ts'
import { byteLength, cutToBytes, readNumber } from '../../connectd/values.ts'
import { Secret } from '../../core/text/secret.ts'
import { askedSecret, askedUser, type Given, type GivenSecret, type Login } from '../imported-tunnel.ts'
import { unquoted } from './values.ts'
import { wholeFile, type Warnings, type Spot } from '../warnings.ts'
import type { MeantSetting } from './settings.ts'

type Settings = ReadonlyMap<KeyName, MeantSetting>

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

function userOf(settings: Settings, warnings: Warnings): Given {
  const user = settings.get('user_id')
  const name = user === undefined ? '' : unquoted(user.word)
  if (user !== undefined && name !== '') {
    if (name !== user.word) warnings.warn(user.at, 'quotes', 'connectd takes the quotes for a part of the user name')
    const fit = fitUser(name, user.at, warnings)
    if (fit !== '') return { text: fit }
  }
  const at = user?.keyAt ?? settings.get('autoconnect')?.keyAt ?? wholeFile
  const hint = 'set REMOTEIT_USER, or write the user into p2p.yaml'
  warnings.warn(at, 'no-user', 'there is no user_id to log in with', hint)
  return askedUser
}

/** The safest of those that are there: connectd keeps password and hash in one place, and can use only one of them. */
function secretOf(settings: Settings, warnings: Warnings): GivenSecret {
  const [hash, token] = [filled(settings.get('auth_hash')), filled(settings.get('auth_token'))]
  const password = filled(settings.get('auth_pass')) ?? targetsPassword(settings, warnings)
  const chosen = token ?? hash ?? password
  if (chosen === null) {
    const at = settings.get('auth_pass')?.keyAt ?? settings.get('user_id')?.keyAt ?? wholeFile
    const hint = 'set REMOTEIT_PASSWORD, or put it into .env'
    warnings.warn(at, 'no-secret', 'there is neither a password nor an auth_hash to log in with', hint)
    return askedSecret
  }
  for (const other of [token, hash, password]) {
    if (other === null || other === chosen) continue
    const message = `connectd can log in with one secret only; ${chosen.key.name} is taken, ${other.key.name} is not imported`
    warnings.warn(other.keyAt, 'two-secrets', message)
  }
  if (chosen === password) {
    return { kind: 'password', value: { secret: new Secret(passwordText(chosen, warnings)) }, index: 0 }
  }
  const text = withoutQuotes(chosen, warnings)
  if (chosen === hash) noteAuthHash(text, hash.at, warnings)
  const kind = chosen === hash ? 'auth_hash' : 'auth_token'
  return { kind, value: { secret: new Secret(text) }, index: chosen === hash ? 0 : indexOf(settings) }
}

function filled(setting: MeantSetting | undefined): MeantSetting | null {
  return setting === undefined || setting.word === '' ? null : setting
}

/** `password` is the secret of a target; in an initiator's file it is a slip for auth_pass, unless that is there, too. */
function targetsPassword(settings: Settings, warnings: Warnings): MeantSetting | null {
  const slip = filled(settings.get('password'))
  const hasOther = ['auth_hash', 'auth_token'].some((key) => settings.has(key as KeyName))
  if (slip === null || hasOther) return null
  const message = 'connectd logs in with auth_pass; password is for targets. It is read as auth_pass'
  warnings.warn(slip.keyAt, 'wrong-key', message)
  return slip
}

function withoutQuotes({ word, at, key }: MeantSetting, warnings: Warnings): string {
  const text = unquoted(word)
  if (text !== word) warnings.warn(at, 'quotes', `connectd takes the quotes for a part of the ${key.name}`)
  return text
}

function indexOf(settings: Settings): number {
  const index = readNumber(settings.get('auth_index')?.word ?? '')
  return index >= 0 && index <= 65535 ? index : 0
}

/** The whole of it, also where connectd reads less: p2p says at launch what connectd can't take. */
function passwordText({ word, rest, at }: MeantSetting, warnings: Warnings): string {
  const whole = rest === '' || rest.startsWith('#') ? word : `${word} ${rest}`
  const text = unquoted(whole)
  if (text !== whole) warnings.warn(at, 'quotes', 'connectd takes the quotes for a part of the password')
  if (/\s/.test(text)) {
    warnings.warn(at, 'password-blank', 'connectd reads a password only up to its first blank', insteadOfPassword)
  }
  if (byteLength(text) > longestPassword) {
    const message = `connectd keeps only the first ${longestPassword} characters of a password`
    warnings.warn(at, 'password-cut', message, insteadOfPassword)
  }
  return text
}
