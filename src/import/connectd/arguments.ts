/**
 * The values of `connectd -c`, `-p` and `-p2` as their author meant them. connectd 4.6 takes exactly so many of them in
 * exactly this order, prints its usage for anything else, and reads single ones loosely.
 */
import { counts, type InitiatorForm } from '../../connectd/argv.ts'
import { byteLength, decodeBase64, isDottedQuad, readNumber } from '../../connectd/values.ts'
import { Secret } from '../../core/text/secret.ts'
import {
  askedSecret,
  askedUser,
  type ImportedTunnel,
  type Field,
  type Given,
  type GivenSecret,
  type Login,
} from './connection.ts'
import { fitUser, noteAuthHash } from './login.ts'
import { meantBind, meantDepth, meantEncryption, meantPort, meantUid, type Meant } from './values.ts'
import type { Warnings, Spot } from '../warnings.ts'
import { sourceWords, toBase64, type Value } from './script-values.ts'

export interface CallPlace {
  base: string
  /** The option. */
  at: Spot
  restart: ImportedTunnel['restart']
}

export interface InitiatorCall {
  connection: ImportedTunnel
  /** What stands on each line, as far as it is one thing. */
  lines: Map<number, Field>
}

/** Null where no connection can be made of it; the notes say why. */
export function readInitiatorCall(
  form: InitiatorForm,
  written: readonly Value[],
  place: CallPlace,
  notes: Warnings,
): InitiatorCall | null {
  const { values, server } = withoutTrailingOptions(form, written, notes)
  const head = form === '-p2' ? 3 : 2
  const [uid, port, ...others] = values.slice(head)
  if (uid === undefined || port === undefined) {
    const needs = counts[form].join(' or ')
    notes.refuse(place.at, 'too-few-values', `${form} needs ${needs} values, and here are ${values.length}`)
    return null
  }
  if (!counts[form].includes(values.length)) noteCount(form, values.length, place.at, notes)
  const target = targetOf(uid, notes)
  const local = portOf(port, notes)
  if (target === null || local === 'refused') return null
  const { encryption, bind, restrict, depth, lifetime, idle } = sorted(others)
  noteLimits({ restrict, lifetime, idle }, notes)
  const lines = linesOf({
    account: values.slice(0, head),
    uid: [uid],
    port: [port],
    encryption,
    bind,
    max_depth: depth,
  })
  const login = loginOf(form, values, notes)
  const connection: ImportedTunnel = {
    file: notes.file,
    line: place.at.line,
    base: place.base,
    uid: target,
    port: local,
    bind: bindOf(bind, place.at, notes),
    encryption: read(encryption, meantEncryption, notes),
    maxDepth: read(depth, meantDepth, notes),
    server,
    program: null,
    restart: place.restart,
    disabled: false,
    login,
    secrets: 'secret' in login.secret.value ? [login.secret.value.secret] : [],
    comments: [],
  }
  return { connection, lines }
}

function linesOf(places: Partial<Record<Field, readonly Value[] | Value | undefined>>): Map<number, Field> {
  const lines = new Map<number, Field>()
  const several = new Set<number>()
  for (const [field, values] of Object.entries(places) as [Field, Value[] | Value | undefined][]) {
    for (const { at } of values === undefined ? [] : [values].flat()) {
      if ((lines.get(at.line) ?? field) !== field) several.add(at.line)
      lines.set(at.line, field)
    }
  }
  for (const line of several) lines.delete(line)
  return lines
}

/** `-c ... -s`: what follows -c are values, so these make too many of them. */
function withoutTrailingOptions(
  form: InitiatorForm,
  written: readonly Value[],
  notes: Warnings,
): { values: readonly Value[]; server: string | null } {
  // A user or a password may begin with a dash, but is never that far back.
  const at = written.findIndex((value, index) => index >= 4 && value.known && /^-[a-z]/i.test(value.text))
  const first = written[at]
  if (first === undefined) return { values: written, server: null }
  const message = `connectd prints its usage and ends: ${form} takes all that follows it, so options belong before it`
  notes.warn(first.at, 'trailing-option', message)
  const address = written.slice(at).find((_, index, rest) => {
    const before = rest[index - 1]
    return before?.known === true && before.text.startsWith('-y')
  })
  const server = address?.known === true && /^[A-Za-z0-9][\w.-]*:\d{1,5}$/.test(address.text) ? address.text : null
  return { values: written.slice(0, at), server }
}

function noteCount(form: InitiatorForm, count: number, at: Spot, notes: Warnings): void {
  const needs = counts[form].join(' or ')
  const message = `connectd prints its usage and ends: ${form} takes ${needs} values, and here are ${count}`
  notes.warn(at, 'value-count', `${message}; what is missing is left at its default`)
}

function targetOf(uid: Value, notes: Warnings): string | null {
  if (!uid.known) {
    const message = `the UID comes from ${sourceWords(uid)}`
    notes.refuse(
      uid.at,
      'unknown-value',
      message,
      'hand over the command line as it is called, or write the UID into the script',
    )
    return null
  }
  notes.show(uid.at)
  const { value, doubt } = meantUid(uid.text)
  if (value === null || /^(?:00:){7}00$/.test(value)) {
    notes.refuse(uid.at, 'uid-unreadable', doubt?.message ?? 'these zeros are the UID of no service')
    return null
  }
  if (doubt !== null) notes.warn(uid.at, doubt.code, doubt.message)
  return value
}

/** The capital T is a must; U is the UDP proxy that connectd 4.6 does not have. */
function portOf(port: Value, notes: Warnings): number | null | 'refused' {
  if (!port.known) {
    notes.warn(port.at, 'unknown-value', `the port comes from ${sourceWords(port)}; port: auto is written`)
    return null
  }
  notes.show(port.at)
  if (/^U/i.test(port.text)) {
    notes.refuse(port.at, 'udp', 'this is a UDP port, and connectd 4.6 forwards only TCP (T and the port)')
    return 'refused'
  }
  if (!port.text.startsWith('T')) {
    const message = 'connectd prints its usage and ends: a capital T belongs before the port'
    notes.warn(port.at, 'protocol-letter', message)
  }
  return read({ ...port, text: port.text.replace(/^t/i, '') }, meantPort, notes)
}

interface Others {
  encryption?: Value | undefined
  bind?: Value | undefined
  restrict?: Value | undefined
  depth?: Value | undefined
  lifetime?: Value | undefined
  idle?: Value | undefined
}

/** By what they look like, since one may be missing: an address after the first is the peer restriction. */
function sorted(values: readonly Value[]): Others {
  const [first, ...behind] = values
  const hasEncryption = first !== undefined && !isAddress(first)
  const [bind, ...rest] = hasEncryption ? behind : values
  const [second] = rest
  const restrict = second !== undefined && isAddress(second) ? second : undefined
  const [depth, lifetime, idle] = restrict === undefined ? rest : rest.slice(1)
  return { encryption: hasEncryption ? first : undefined, bind, restrict, depth, lifetime, idle }
}

function isAddress(value: Value): boolean {
  return value.known && isDottedQuad(value.text)
}

function bindOf(bind: Value | undefined, at: Spot, notes: Warnings): string | null {
  if (bind !== undefined) return read(bind, (word) => meantBind(word, 'listens on 0.0.0.0'), notes)
  notes.warn(at, 'bind-missing', 'there is no address to listen on; bind: 127.0.0.1 is meant')
  return null
}

function noteLimits({ restrict, lifetime, idle }: Others, notes: Warnings): void {
  if (restrict?.known === true) notes.show(restrict.at)
  if (restrict?.known === true && restrict.text !== '0.0.0.0') {
    notes.warn(restrict.at, 'not-imported', 'p2p has no key for the restriction to one peer: it is not imported')
  }
  for (const limit of [lifetime, idle]) {
    if (limit === undefined || (limit.known && readNumber(limit.text) === 0)) continue
    const what = limit === lifetime ? 'how many minutes the process may live' : 'how many minutes it may be idle'
    notes.warn(limit.at, 'not-imported', `p2p has no key for ${what}: it is not imported`)
  }
}

function read<T>(value: Value | undefined, meaning: (word: string) => Meant<T>, notes: Warnings): T | null {
  if (value === undefined) return null
  if (!value.known) {
    notes.warn(value.at, 'unknown-value', `this value comes from ${sourceWords(value)}; it is left out`)
    return null
  }
  notes.show(value.at)
  const { value: meant, doubt } = meaning(value.text)
  if (doubt !== null) notes.warn(value.at, doubt.code, doubt.message)
  return meant
}

function loginOf(form: InitiatorForm, [user, second, third]: readonly Value[], notes: Warnings): Login {
  return { user: userOf(user, notes), secret: secretOf(form, second, third, notes) }
}

function userOf(user: Value | undefined, notes: Warnings): Given {
  if (user?.known !== true) {
    const variable = user?.variable
    noteAsked(user, 'user name', variable ?? 'REMOTEIT_USER', notes)
    return variable === null || variable === undefined ? askedUser : { variable }
  }
  const name = fitUser(decodedText(user, 'user name', notes), user.at, notes)
  return name === '' ? askedUser : { text: name }
}

function secretOf(
  form: InitiatorForm,
  second: Value | undefined,
  third: Value | undefined,
  notes: Warnings,
): GivenSecret {
  const secret = form === '-p2' ? third : second
  const kind = { '-c': 'password', '-p': 'auth_hash', '-p2': 'auth_token' } as const
  const index = form === '-p2' && second?.known === true ? readNumber(second.text) : 0
  const base = { kind: kind[form], index: index >= 0 && index <= 65535 ? index : 0 }
  if (secret?.known !== true) {
    const variable = secret?.variable ?? askedVariables[base.kind]
    noteAsked(secret, 'password', variable, notes)
    return { ...base, value: { variable } }
  }
  if (form === '-p') noteAuthHash(secret.text, secret.at, notes)
  const text = form === '-c' ? passwordOf(secret, notes) : secret.text
  return text === '' ? askedSecret : { ...base, value: { secret: new Secret(text) } }
}

const askedVariables = {
  password: 'REMOTEIT_PASSWORD',
  auth_hash: 'REMOTEIT_AUTH_HASH',
  auth_token: 'REMOTEIT_AUTH_TOKEN',
} as const

function noteAsked(value: Value | undefined, what: string, variable: string, notes: Warnings): void {
  if (value === undefined || value.known) return
  const message = `the ${what} comes from ${sourceWords(value)}`
  notes.warn(value.at, 'asked', message, `set ${variable}, or put it into .env`)
}

function passwordOf(secret: Value & { known: true }, notes: Warnings): string {
  const text = decodedText(secret, 'password', notes)
  const instead = 'use auth_hash, the service_authhash of the account, instead of the password'
  if (byteLength(text) > longestSafe) {
    const message = `on the command line a password of more than ${longestSafe} characters overwrites the address of the service`
    notes.warn(secret.at, 'password-long', message, instead)
  }
  return text
}

/** Observed: 31 already blank an address given with -y. */
const longestSafe = 30

/** A value that is to be base64. A line end inside of it breaks the login; what is no base64 was not encoded at all. */
function decodedText(value: Value & { known: true }, what: string, notes: Warnings): string {
  const text = decodeBase64(value.text)
  const plain = text?.replace(/[\r\n]+$/, '')
  // A plain word may happen to be valid base64, too, but then makes bytes that nobody types.
  const isText = text !== null && toBase64(text).replace(/=+$/, '') === value.text.replace(/=+$/, '')
  if (plain === undefined || !isText || /\p{Cc}/u.test(plain)) {
    notes.warn(value.at, 'not-base64', `connectd takes the ${what} for base64, which this is not; it is taken as it is`)
    return value.text
  }
  if (plain !== text) {
    const message = `the base64 text of the ${what} holds a line end, with which connectd can not log in; it is left out`
    notes.warn(value.at, 'base64-line-end', message, "encode with printf '%s' or echo -n")
  }
  return plain
}
