/** What single values were meant to say, where connectd 4.6 takes them for something else. */
import { isDottedQuad, readNumber, readPort, readUid } from '../../connectd/values.ts'
import { sourceWords, type Word } from '../script-words.ts'
import type { Spot, Warnings } from '../warnings.ts'

/** A value as its author meant it; with code and message where connectd takes it for something else. */
export type Meant<T> = readonly [value: T, code?: string, message?: string]

/** The value as it was meant; a difference is noted, and what is not safe. null: there is none that can be read. */
export function readValue<T>(
  word: Word | undefined,
  meaning: (text: string) => Meant<T>,
  warnings: Warnings,
): T | null {
  if (word === undefined || (word.known && word.text === '')) return null
  const { at } = word
  if (!word.known) {
    warnings.warn(at, 'unknown-value', `this value comes from ${sourceWords(word)}; it is left out`)
    return null
  }
  const [value, code, message = ''] = meaning(word.text)
  if (code !== undefined) warnings.warn(at, code, message)
  const [riskCode, risk, hint] = risks[String(value)] ?? []
  if (riskCode !== undefined && risk !== undefined) warnings.warn(at, riskCode, risk, hint)
  return value
}

const risks: Partial<Record<string, readonly [code: string, message: string, hint: string]>> = {
  none: ['encryption-weak', 'without encryption traffic can be read on its way', 'encryption: xxtea'],
  rc4: ['encryption-weak', 'rc4 is broken: traffic can be read on its way', 'encryption: xxtea'],
  '0.0.0.0': ['bind-everywhere', 'every computer that reaches this one can use this tunnel', 'bind: 127.0.0.1'],
}

/** Local port; null: none that can be used, p2p has to pick one. */
export function meantPort(word: string): Meant<number | null> {
  const taken = readPort(word)
  const meant = wholeNumber(unquoted(word).replace(/^t(?=\d)/i, ''))
  const port = meant !== null && meant >= 1 && meant <= 65535 ? meant : taken
  if (port > 0 && port === meant && port === taken) return [port]
  const guess = port >= firstUnprivileged ? port : null
  const code = guess === null ? 'port-missing' : port === meant ? 'port-misread' : 'port-wrapped'
  return [guess, code, `connectd takes this for port ${taken}; port: ${guess ?? 'auto'} is written`]
}

/** A port below is in use by a service of the system, or needs root: it is never a guess. */
const firstUnprivileged = 1024

/** `no-quad`: what connectd does with an address that is no dotted quad (observed: it differs between file and argument). */
export function meantBind(word: string, noQuad: 'crashes' | 'listens on 0.0.0.0'): Meant<string> {
  const address = unquoted(word)
  const effect = noQuad === 'crashes' ? 'connectd crashes at this address' : 'connectd listens on every interface here'
  if (isDottedQuad(address)) {
    const quad = address.split('.').map(Number).join('.')
    return address === word ? [quad] : [quad, 'bind-misread', `${effect}; bind: ${quad} is written`]
  }
  const everywhere = /^(?:\*|any|all|::|0|\[::\])$/i.test(address)
  const value = everywhere ? '0.0.0.0' : '127.0.0.1'
  return [value, 'bind-misread', `${effect}: it knows only IPv4 addresses; bind: ${value} is written`]
}

/** UID of the device's service, eight bytes in upper case; null, and an error, where none can be read from it. */
export function uidAt(word: string, at: Spot, warnings: Warnings, hint: string | null = null): string | null {
  const { uid, valid } = readUid(word)
  const taken = uid.toUpperCase()
  const digits = valid ? taken.replaceAll(':', '') : unquoted(word).replace(/[:.-]/g, '').toUpperCase()
  if (!/^[0-9A-F]{16}$/.test(digits)) {
    const message = 'this is not a UID: eight hexadecimal bytes with colons between them'
    warnings.refuse(at, 'uid-unreadable', message, hint)
  } else if (/^0+$/.test(digits)) {
    warnings.refuse(at, 'uid-unreadable', 'these zeros are not the UID of a service')
  } else {
    const meant = (digits.match(/../g) ?? []).join(':')
    const message = `connectd takes this for the UID ${taken}; uid: ${meant} is written`
    if (!valid) warnings.warn(at, 'uid-misread', message)
    return meant
  }
  return null
}

export type Encryption = 'none' | 'rc4' | 'xxtea'

const levels: readonly Encryption[] = ['none', 'rc4', 'xxtea']

export function meantEncryption(word: string): Meant<Encryption> {
  const taken = readNumber(word)
  const plain = unquoted(word)
  const number = wholeNumber(plain)
  const lower = plain.toLowerCase()
  const named = /^(?:off|no|plain)$/.test(lower) ? 'none' : levels.find((level) => level === lower)
  const meant = number === null ? named : levels[number]
  const does = levels[taken] === undefined ? `knows no encryption ${taken}` : `takes this for encryption ${taken}`
  if (meant === undefined) {
    return ['xxtea', 'encryption-unknown', `connectd ${does}; encryption: xxtea is written`]
  }
  if (meant === levels[taken]) return [meant]
  return [meant, 'encryption-misread', `connectd ${does}; encryption: ${meant} is written`]
}

/** Packets in flight; null: nothing that can be used, so p2p's own default stands. */
export function meantDepth(word: string): Meant<number | null> {
  const taken = readNumber(word)
  const meant = wholeNumber(unquoted(word)) ?? taken
  if (meant > deepest) return [deepest, 'depth-range', `p2p takes at most ${deepest}; max_depth: ${deepest} is written`]
  if (meant < 1) return [null, 'depth-range', `connectd takes this for ${taken}; max_depth is left at p2p's default`]
  if (meant === taken) return [meant]
  return [meant, 'depth-misread', `connectd takes this for ${taken}; max_depth: ${meant} is written`]
}

const deepest = 255

/** A word without the quotes around it, which connectd takes for a part of it. */
export function unquoted(word: string): string {
  return /^(["'])(.*)\1$/s.exec(word)?.[2] ?? word
}

/** Decimal with nothing but a sign of punctuation behind it, or hexadecimal: what people write for a number. */
function wholeNumber(text: string): number | null {
  const [, decimal, hexadecimal] = /^(?:\+?(\d{1,12})[,;.]?|(0x[0-9a-f]{1,8}))$/i.exec(text) ?? []
  if (decimal !== undefined) return Number(decimal)
  return hexadecimal === undefined ? null : Number(hexadecimal)
}
