/** What single values were meant to say, where connectd 4.6 takes them for something else. */
import { isDottedQuad, readNumber, readPort, readUid } from '../../connectd/values.ts'

/** A value as its author meant it, and what connectd makes of it where that is something else. */
export interface Meant<T> {
  value: T
  doubt: Doubt | null
}

export interface Doubt {
  code: string
  message: string
}

/** Local port; null: none that can be used, p2p has to pick one. */
export function meantPort(word: string): Meant<number | null> {
  const taken = readPort(word)
  const meant = wholeNumber(unquoted(word).replace(/^t(?=\d)/i, ''))
  if (meant !== null && isPort(meant)) {
    if (meant === taken) return sure(meant)
    return doubtful(meant, 'port-misread', `connectd takes this for port ${taken}; port: ${meant} is written`)
  }
  if (isPort(taken)) {
    return doubtful(taken, 'port-wrapped', `connectd takes this for port ${taken}; port: ${taken} is written`)
  }
  return doubtful(null, 'port-missing', 'connectd takes this for port 0; port: auto is written')
}

/** `no-quad`: what connectd does with an address that is no dotted quad (observed: it differs between file and argument). */
export function meantBind(word: string, noQuad: 'crashes' | 'listens on 0.0.0.0'): Meant<string> {
  const address = unquoted(word)
  const effect = noQuad === 'crashes' ? 'connectd crashes at this address' : 'connectd listens on every interface here'
  if (isDottedQuad(address)) {
    const quad = address.split('.').map(Number).join('.')
    return address === word ? sure(quad) : doubtful(quad, 'bind-misread', `${effect}; bind: ${quad} is written`)
  }
  const everywhere = /^(?:\*|any|all|::|0|\[::\])$/i.test(address)
  const value = everywhere ? '0.0.0.0' : '127.0.0.1'
  return doubtful(value, 'bind-misread', `${effect}: it knows only IPv4 addresses; bind: ${value} is written`)
}

/** UID of the device's service, eight bytes in upper case; null where none can be read from it. */
export function meantUid(word: string): Meant<string | null> {
  const { uid, valid } = readUid(word)
  if (valid) return sure(uid.toUpperCase())
  const digits = unquoted(word).replace(/[:.-]/g, '')
  if (!/^[0-9a-f]{16}$/i.test(digits)) {
    return doubtful(null, 'uid-unreadable', 'this is not a UID: eight hexadecimal bytes with colons between them')
  }
  const repaired = (digits.toUpperCase().match(/../g) ?? []).join(':')
  const taken = uid.toUpperCase()
  return doubtful(repaired, 'uid-misread', `connectd takes this for the UID ${taken}; uid: ${repaired} is written`)
}

export type Encryption = 'none' | 'rc4' | 'xxtea'

const levels: readonly Encryption[] = ['none', 'rc4', 'xxtea']

export function meantEncryption(word: string): Meant<Encryption> {
  const taken = readNumber(word)
  const plain = unquoted(word)
  const number = wholeNumber(plain)
  const meant = number === null ? named(plain) : levels[number]
  const does = levels[taken] === undefined ? `knows no encryption ${taken}` : `takes this for encryption ${taken}`
  if (meant === undefined) {
    return doubtful('xxtea', 'encryption-unknown', `connectd ${does}; encryption: xxtea is written`)
  }
  if (meant === levels[taken]) return sure(meant)
  return doubtful(meant, 'encryption-misread', `connectd ${does}; encryption: ${meant} is written`)
}

function named(word: string): Encryption | undefined {
  const lower = word.toLowerCase()
  return /^(?:off|no|plain)$/.test(lower) ? 'none' : levels.find((level) => level === lower)
}

/** Packets in flight; null: nothing that can be used, so p2p's own default stands. */
export function meantDepth(word: string): Meant<number | null> {
  const taken = readNumber(word)
  const meant = wholeNumber(unquoted(word)) ?? taken
  if (meant >= 1 && meant <= deepest) {
    if (meant === taken) return sure(meant)
    return doubtful(meant, 'depth-misread', `connectd takes this for ${taken}; max_depth: ${meant} is written`)
  }
  if (meant > deepest) {
    return doubtful(deepest, 'depth-range', `p2p takes at most ${deepest}; max_depth: ${deepest} is written`)
  }
  return doubtful(null, 'depth-range', `connectd takes this for ${taken}; max_depth is left at p2p's default`)
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

function isPort(number: number): boolean {
  return number >= 1 && number <= 65535
}

function sure<T>(value: T): Meant<T> {
  return { value, doubt: null }
}

function doubtful<T>(value: T, code: string, message: string): Meant<T> {
  return { value, doubt: { code, message } }
}
