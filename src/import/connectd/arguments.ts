/** The values of `connectd -c`, `-p` and `-p2` as their author meant them, by their positions. */
import { accountSecrets, proposedVariable } from '../../connectd/account-keys.ts'
import type { KeyName } from '../../connectd/keys.ts'
import { counts, type InitiatorForm } from '../../connectd/argv.ts'
import { byteLength, decodeBase64, readNumber } from '../../connectd/values.ts'
import { Secret } from '../../core/text/secret.ts'
import { askedSecret, askedUser, type ImportedTunnel, type Given, type GivenSecret } from '../imported-tunnel.ts'
import { fitUser, insteadOfPassword, noteAuthHash, tokenIndex } from './login.ts'
import { meantBind, meantDepth, meantEncryption, meantPort, readValue, uidAt } from './values.ts'
import type { Warnings, Spot } from '../warnings.ts'
import { sourceWords, toBase64, type KnownWord, type Word } from '../script-words.ts'

interface Call extends Pick<ImportedTunnel, 'base' | 'restart' | 'server'> {
  at: Spot
}

/** The key that a file has for a value, or what p2p has no key for, and the form that a value there has. */
type Position = readonly [name: KeyName | 'restrict' | 'idle', form: 'text' | keyof typeof forms]

const connection: Position[] = [
  ['remote_address', 'uid'],
  ['proxy_local_port', 'port'],
  ['encryption', 'level'],
  ['proxy_bind_address', 'address'],
]
const limits: Position[] = [
  ['max_depth', 'number'],
  ['lifetime', 'number'],
  ['idle', 'number'],
]
const user: Position = ['user_id', 'text']
const restricted: Position[] = [...connection, ['restrict', 'address'], ...limits]
const positions: Record<InitiatorForm, Position[]> = {
  '-c': [user, ['auth_pass', 'text'], ...connection, ...limits],
  '-p': [user, ['auth_hash', 'text'], ...restricted],
  '-p2': [user, ['auth_index', 'number'], ['auth_token', 'text'], ...restricted],
}

type Values = Partial<Record<Position[0], Word | undefined>>

export function readInitiatorCall(
  form: InitiatorForm,
  written: readonly Word[],
  { at, ...call }: Call,
  warnings: Warnings,
): ImportedTunnel | null {
  const words = withoutTrailingOptions(form, written, warnings)
  const values: Values = Object.fromEntries(positions[form].map(([name], index) => [name, words[index]]))
  const needs = `${form} takes ${counts[form].join(' or ')} values, and here are ${words.length}`
  if (values.remote_address === undefined || values.proxy_local_port === undefined) {
    warnings.refuse(at, 'too-few-values', needs)
    return null
  }
  const isComplete = counts[form].includes(words.length)
  const misplaced = words.find((word, index) => !fits(word, positions[form][index]?.[1], isComplete))
  if (misplaced !== undefined) {
    const message = 'another value belongs here: one before it is missing, or their order is wrong'
    warnings.refuse(misplaced.at, 'misplaced-value', message, needs)
    return null
  }
  if (!isComplete) {
    const message = `connectd prints its usage and ends: ${needs}; what is missing is left at its default`
    warnings.warn(at, 'value-count', message)
  }
  const uid = targetOf(values.remote_address, warnings)
  const port = portOf(values.proxy_local_port, warnings)
  if (uid === null || port === 'refused') return null
  if (values.proxy_bind_address === undefined) {
    warnings.warn(at, 'bind-missing', 'there is no address to listen on; bind: 127.0.0.1 is meant')
  }
  const bind = readValue(values.proxy_bind_address, (word) => meantBind(word, 'listens on 0.0.0.0'), warnings)
  const encryption = readValue(values.encryption, meantEncryption, warnings)
  const maxDepth = readValue(values.max_depth, meantDepth, warnings)
  noteLimits(values, warnings)
  const login = { user: userOf(values.user_id, warnings), secret: secretOf(form, values, warnings) }
  const secret = login.secret.value
  return {
    ...call,
    file: warnings.file,
    line: at.line,
    ...{ uid, port, bind, encryption, maxDepth, login },
    program: null,
    disabled: false,
    secrets: 'secret' in secret ? [secret.secret] : [],
    comments: [],
  }
}

const forms = {
  uid: /^(?:[\da-f]{1,2}:){7}[\da-f]{1,2}$/i,
  port: /^T\d+$/,
  address: /^\d+(?:\.\d+){3}$/,
  level: /^\d$/,
  number: /^\d{1,5}$/,
}

/** Where a value is missing, no other is taken for it: those that are there need the form of their places. */
function fits(word: Word, place: Position[1] = 'text', isComplete = false): boolean {
  if (!word.known) return true
  const form = Object.entries(forms).find(([, pattern]) => pattern.test(word.text))?.[0]
  const isNumber = form === 'number' || form === 'level'
  if (form === place || (place === 'number' && isNumber)) return true
  if (place === 'text') return form !== 'uid' && form !== 'address'
  return isComplete ? form === undefined || isNumber : place === 'address' && form === undefined
}

/** `-c ... -s`: a user or a password may begin with a dash, but is never that far back. */
function withoutTrailingOptions(form: InitiatorForm, written: readonly Word[], warnings: Warnings): readonly Word[] {
  const first = written.find((value, index) => index >= 4 && value.known && /^-[a-z]/i.test(value.text))
  if (first === undefined) return written
  const message = `connectd prints its usage and ends: ${form} takes all that follows it, so options belong before it`
  warnings.warn(first.at, 'trailing-option', message)
  return written.slice(0, written.indexOf(first))
}

function targetOf(uid: Word, warnings: Warnings): string | null {
  if (!uid.known) {
    const hint = 'hand over the command line as it is called, or write the UID into the script'
    warnings.refuse(uid.at, 'unknown-value', `the UID comes from ${sourceWords(uid)}`, hint)
    return null
  }
  return uidAt(uid.text, uid.at, warnings)
}

/** The capital T is a must; U is the UDP proxy that connectd 4.6 does not have. */
function portOf(port: Word, warnings: Warnings): number | null | 'refused' {
  if (!port.known) {
    warnings.warn(port.at, 'unknown-value', `the port comes from ${sourceWords(port)}; port: auto is written`)
    return null
  }
  if (/^U/i.test(port.text)) {
    warnings.refuse(port.at, 'udp', 'this is a UDP port, and connectd 4.6 forwards only TCP (T and the port)')
    return 'refused'
  }
  if (!port.text.startsWith('T')) {
    const message = 'connectd prints its usage and ends: a capital T belongs before the port'
    warnings.warn(port.at, 'protocol-letter', message)
    // It may be another number.
    if (/^\d{1,3}$/.test(port.text)) return readValue({ ...port, text: 'T' }, meantPort, warnings)
  }
  return readValue({ ...port, text: port.text.replace(/^t(?=.)/i, '') }, meantPort, warnings)
}

function noteLimits({ restrict, lifetime, idle }: Values, warnings: Warnings): void {
  for (const [what, limit] of [
    ['the restriction to one peer', restrict],
    ['how many minutes the process may live', lifetime],
    ['how many minutes it may be idle', idle],
  ] as const) {
    const isNone =
      limit?.known === true && (limit === restrict ? limit.text === '0.0.0.0' : readNumber(limit.text) === 0)
    if (limit === undefined || isNone) continue
    warnings.warn(limit.at, 'not-imported', `p2p has no key for ${what}: it is not imported`)
  }
}

function userOf(user: Word | undefined, warnings: Warnings): Given {
  if (user?.known !== true) {
    const variable = user?.variable
    noteAsked(user, 'user name', variable ?? 'REMOTEIT_USER', warnings)
    return variable === null || variable === undefined ? askedUser : { variable }
  }
  const name = fitUser(decodedText(user, 'user name', warnings), user.at, warnings)
  return name === '' ? askedUser : { text: name }
}

function secretOf(form: InitiatorForm, values: Values, warnings: Warnings): GivenSecret {
  const row = accountSecrets.find((one) => one.form === form) ?? accountSecrets[0]
  const kind = row.key
  const secret = values[row.setting]
  const base = { kind, index: values.auth_index?.known === true ? tokenIndex(values.auth_index.text) : 0 }
  if (secret?.known !== true) {
    const variable = secret?.variable ?? proposedVariable(kind)
    noteAsked(secret, 'password', variable, warnings)
    return { ...base, value: { variable } }
  }
  if (form === '-p') noteAuthHash(secret.text, secret.at, warnings)
  const text = form === '-c' ? passwordOf(secret, warnings) : secret.text
  return text === '' ? askedSecret : { ...base, value: { secret: new Secret(text) } }
}

function noteAsked(value: Word | undefined, what: string, variable: string, warnings: Warnings): void {
  if (value === undefined || value.known) return
  const message = `the ${what} comes from ${sourceWords(value)}`
  warnings.warn(value.at, 'asked', message, `set ${variable}, or put it into .env`)
}

/** Observed: 31 already blank an address given with -y. */
const longestSafe = 30

function passwordOf(secret: KnownWord, warnings: Warnings): string {
  const text = decodedText(secret, 'password', warnings)
  if (byteLength(text) > longestSafe) {
    const message = `on the command line a password of more than ${longestSafe} characters overwrites the address of the service`
    warnings.warn(secret.at, 'password-long', message, insteadOfPassword)
  }
  return text
}

/** A value that should be base64. A line end inside breaks the login; what is not base64 was not encoded at all. */
function decodedText(value: KnownWord, what: string, warnings: Warnings): string {
  const text = decodeBase64(value.text)
  const plain = text?.replace(/[\r\n]+$/, '')
  // A plain word may happen to be valid base64, too, but then its bytes are no text.
  const isText = text !== null && toBase64(text).replace(/=+$/, '') === value.text.replace(/=+$/, '')
  if (plain === undefined || !isText || /\p{Cc}/u.test(plain)) {
    const message = `connectd takes the ${what} for base64, which this is not; it is taken as it is`
    warnings.warn(value.at, 'not-base64', message)
    return value.text
  }
  if (plain !== text) {
    const message = `the base64 text of the ${what} holds a line end, with which connectd can not log in; it is left out`
    warnings.warn(value.at, 'base64-line-end', message, "encode with printf '%s' or echo -n")
  }
  return plain
}
