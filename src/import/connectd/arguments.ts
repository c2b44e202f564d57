/** The values of `connectd -c`, `-p` and `-p2` as their author meant them, by their positions. */
import { accountSecrets, proposedVariable } from '../../connectd/account-keys.ts'
import { counts, type InitiatorForm } from '../../connectd/argv.ts'
import { byteLength, decodeBase64, readNumber } from '../../connectd/values.ts'
import { Secret } from '../../core/text/secret.ts'
import { askedSecret, askedUser, type ImportedTunnel, type Given, type GivenSecret } from '../imported-tunnel.ts'
import { fitUser, insteadOfPassword, noteAuthHash } from './login.ts'
import { meantBind, meantDepth, meantEncryption, meantPort, uidAt, valueAt, type Meant } from './values.ts'
import type { Warnings, Spot } from '../warnings.ts'
import { sourceWords, toBase64, type KnownWord, type Word } from '../script-words.ts'

interface Call extends Pick<ImportedTunnel, 'base' | 'restart' | 'server'> {
  at: Spot
}

export function readInitiatorCall(
  form: InitiatorForm,
  written: readonly Word[],
  { at, ...call }: Call,
  warnings: Warnings,
): ImportedTunnel | null {
  const values = withoutTrailingOptions(form, written, warnings)
  const [uid, port, encryption, bind, ...others] = values.slice(form === '-p2' ? 3 : 2)
  const needs = `${form} takes ${counts[form].join(' or ')} values, and here are ${values.length}`
  if (uid === undefined || port === undefined) {
    warnings.refuse(at, 'too-few-values', needs)
    return null
  }
  const isComplete = counts[form].includes(values.length)
  const misplaced = values.find((word, index) => !fits(word, places[form][index], isComplete))
  if (misplaced !== undefined) {
    const message = 'another value belongs here: one before it is missing, or their order is wrong'
    warnings.refuse(misplaced.at, 'misplaced-value', message, needs)
    return null
  }
  if (!isComplete) {
    const message = `connectd prints its usage and ends: ${needs}; what is missing is left at its default`
    warnings.warn(at, 'value-count', message)
  }
  const target = targetOf(uid, warnings)
  const local = portOf(port, warnings)
  if (target === null || local === 'refused') return null
  const restrict = form === '-c' ? undefined : others.shift()
  const [depth, lifetime, idle] = others
  const tunnel = {
    bind: bindOf(bind, at, warnings),
    encryption: read(encryption, meantEncryption, warnings),
    maxDepth: read(depth, meantDepth, warnings),
  }
  noteLimits(restrict, { lifetime, idle }, warnings)
  const [user, ...secrets] = values
  const login = { user: userOf(user, warnings), secret: secretOf(form, secrets, warnings) }
  const secret = login.secret.value
  return {
    ...call,
    ...tunnel,
    file: warnings.file,
    line: at.line,
    uid: target,
    port: local,
    program: null,
    disabled: false,
    login,
    secrets: 'secret' in secret ? [secret.secret] : [],
    comments: [],
  }
}

type Place = 'text' | keyof typeof forms

const connection: Place[] = ['uid', 'port', 'level', 'address']
const limits: Place[] = ['number', 'number', 'number']
const places: Record<InitiatorForm, Place[]> = {
  '-c': ['text', 'text', ...connection, ...limits],
  '-p': ['text', 'text', ...connection, 'address', ...limits],
  '-p2': ['text', 'number', 'text', ...connection, 'address', ...limits],
}

const forms = {
  uid: /^(?:[\da-f]{1,2}:){7}[\da-f]{1,2}$/i,
  port: /^T\d+$/,
  address: /^\d+(?:\.\d+){3}$/,
  level: /^\d$/,
  number: /^\d{1,5}$/,
}

/** Where a value is missing, no other is taken for it: those that are there need the form of their places. */
function fits(word: Word, place: Place = 'text', isComplete = false): boolean {
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
    if (/^\d{1,3}$/.test(port.text)) return read({ ...port, text: '' }, meantPort, warnings)
  }
  return read({ ...port, text: port.text.replace(/^t/i, '') }, meantPort, warnings)
}

function bindOf(bind: Word | undefined, at: Spot, warnings: Warnings): string | null {
  if (bind !== undefined) return read(bind, (word) => meantBind(word, 'listens on 0.0.0.0'), warnings)
  warnings.warn(at, 'bind-missing', 'there is no address to listen on; bind: 127.0.0.1 is meant')
  return null
}

function noteLimits(
  restrict: Word | undefined,
  limits: Record<'lifetime' | 'idle', Word | undefined>,
  warnings: Warnings,
): void {
  if (restrict?.known === true && restrict.text !== '0.0.0.0') {
    warnings.warn(restrict.at, 'not-imported', 'p2p has no key for the restriction to one peer: it is not imported')
  }
  for (const [what, limit] of [
    ['how many minutes the process may live', limits.lifetime],
    ['how many minutes it may be idle', limits.idle],
  ] as const) {
    if (limit === undefined || (limit.known && readNumber(limit.text) === 0)) continue
    warnings.warn(limit.at, 'not-imported', `p2p has no key for ${what}: it is not imported`)
  }
}

function read<T>(value: Word | undefined, meaning: (word: string) => Meant<T>, warnings: Warnings): T | null {
  if (value === undefined) return null
  if (!value.known) {
    warnings.warn(value.at, 'unknown-value', `this value comes from ${sourceWords(value)}; it is left out`)
    return null
  }
  return valueAt(meaning(value.text), value.at, warnings)
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

function secretOf(form: InitiatorForm, [second, third]: readonly Word[], warnings: Warnings): GivenSecret {
  const secret = form === '-p2' ? third : second
  const kind = accountSecrets.find((row) => row.form === form)?.key ?? 'password'
  const index = form === '-p2' && second?.known === true ? readNumber(second.text) : 0
  const base = { kind, index: index >= 0 && index <= 65535 ? index : 0 }
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
