/**
 * connectd 4.6 as the reference describes it (reference/connectd.md 1 and 2), written once more and apart from the program's
 * own reader: a table and one pass over bytes. What it says is compared with what the importer writes.
 */

/** Every word that 4.6 knows, and the storage that it fills. Two words with one storage overwrite each other. */
const words: Readonly<Record<string, string>> = {
  user_id: 'user',
  Yoics_id: 'user',
  auth_pass: 'secret',
  Yoics_pass: 'secret',
  user_pass: 'secret',
  auth_hash: 'hash',
  auth_index: 'index',
  token_index: 'index',
  auth_token: 'token',
  token: 'token',
  encryption: 'encryption',
  encrypt_level: 'encryption',
  remote_address: 'target',
  proxy_local_port: 'port',
  proxy_local_port0: 'port',
  proxy_bind_address: 'bind',
  max_depth: 'depth',
  max_outstanding: 'depth',
  autoconnect: 'autoconnect',
  enabled: 'enabled',
  UID: 'uid',
  lifetime: 'lifetime',
}

export interface Effect {
  /** What it comes to: `reads` to its end, or dies on the way. */
  ends: 'reads' | 'crash' | 'hang'
  /** Lines that are neither blank, comment nor understood, and those that say a thing again in another way. */
  passedOver: number
  values: Map<string, string>
}

/** What 4.6 takes from a file. */
export function connectd46(bytes: Uint8Array): Effect {
  const effect: Effect = { ends: 'reads', passedOver: 0, values: new Map() }
  let line: number[] = []
  for (const byte of bytes) {
    if (byte !== 0x0a && byte !== 0x0d) {
      line.push(byte)
      continue
    }
    readLine(line, effect)
    if (effect.ends !== 'reads') return effect
    line = []
  }
  // The rest has no line end: dropped, whatever it says.
  if (line.length > 0 && line[0] !== 0x23 && line.some((byte) => byte !== 0x20)) effect.passedOver += 1
  return effect
}

function readLine(line: readonly number[], effect: Effect): void {
  if (line[0] === 0x23) return
  if (line.length > 1020) {
    effect.ends = 'hang'
    return
  }
  const [key, value, ...others] = split(line)
  if (key === undefined) return
  const storage = Object.hasOwn(words, key) ? words[key] : undefined
  if (storage === undefined) {
    effect.passedOver += 1
    return
  }
  if (value === undefined || (storage === 'bind' && !quad(value))) {
    effect.ends = 'crash'
    return
  }
  if (others.length > 0 && others[0]?.startsWith('#') !== true) effect.passedOver += 1
  const before = effect.values.get(storage)
  if (before !== undefined && before !== value) effect.passedOver += 1
  if (before === undefined || storage !== 'uid') effect.values.set(storage, value)
}

/** At spaces, and at nothing else. */
function split(line: readonly number[]): string[] {
  const found: string[] = []
  let word: number[] = []
  for (const byte of [...line, 0x20]) {
    if (byte !== 0x20) word.push(byte)
    else if (word.length > 0) {
      found.push(Buffer.from(word).toString('utf8'))
      word = []
    }
  }
  return found
}

function quad(text: string): boolean {
  const bytes = text.split('.')
  return bytes.length === 4 && bytes.every((byte) => /^[0-9]{1,3}$/.test(byte) && Number(byte) < 256)
}

/** The connection that 4.6 makes of a file; null: none, or none that lives. */
export interface Connection {
  user: string
  secret: string
  uid: string
  bind: string
  port: number
  encryption: number
  depth: number
}

export function connectionOf({ ends, values }: Effect): Connection | null {
  if (ends !== 'reads' || !values.has('autoconnect')) return null
  return {
    user: Buffer.from(values.get('user') ?? '')
      .subarray(0, 124)
      .toString(),
    secret:
      values.get('token') ??
      values.get('hash') ??
      Buffer.from(values.get('secret') ?? '')
        .subarray(0, 31)
        .toString(),
    uid: hexBytes(values.get('target') ?? ''),
    // An address is four bytes: leading zeros are none of it.
    bind: (values.get('bind') ?? '0.0.0.0').split('.').map(Number).join('.'),
    port: digits(values.get('port') ?? '') & 0xffff,
    encryption: values.has('encryption') ? digits(values.get('encryption') ?? '') : 2,
    depth: values.has('depth') ? digits(values.get('depth') ?? '') : 8,
  }
}

/** As atoi() reads: a sign, then digits, up to the first other character. Cut to 32 bits. */
function digits(text: string): number {
  let at = text.startsWith('-') || text.startsWith('+') ? 1 : 0
  let value = 0n
  for (; at < text.length && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at += 1) {
    value = value * 10n + BigInt(text.charAt(at))
  }
  const limited = value > 0x7fffffffffffffffn ? 0x7fffffffffffffffn : value
  return Number(BigInt.asIntN(32, text.startsWith('-') ? -limited : limited))
}

function hexBytes(text: string): string {
  if (!text.includes(':')) return 'FF:00:00:00:00:00:00:00'
  const bytes = text.split(':')
  const isUid = bytes.length === 8 && bytes.every((byte) => /^[0-9A-Fa-f]{1,2}$/.test(byte))
  return isUid ? bytes.map((byte) => byte.padStart(2, '0').toUpperCase()).join(':') : '00:00:00:00:00:00:00:00'
}
