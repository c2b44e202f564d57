/** Reads a provisioning file exactly as connectd 4.6 does (observed). What its author meant is up to the caller. */
import { findKey, findKeyInAnyCase, type Key, type KeyName } from './keys.ts'
import { byteLength, cutToBytes, decodeBytes, isDottedQuad, readNumber } from './values.ts'

export interface Provisioning {
  /** Every line of the file in order, also those behind the one that connectd dies of. */
  lines: Line[]
  /** What is in force, by key: duplicates are settled already. */
  settings: Map<KeyName, Setting>
  /** Holds a signed ("enablement") block: the vendor's target files. */
  signed: boolean
  /** The line at which connectd crashes or hangs instead of reading on; null: it reads the file to its end. */
  fatal: (Line & { is: 'fatal' }) | null
}

/** A line without its end. `number` and columns count from 1; columns are UTF-16 units. */
export type Line = { number: number; text: string } & (
  | { is: 'blank' }
  | { is: 'comment' }
  /** Part of the signed block; only connectd can read its content. */
  | { is: 'sealed' }
  | { is: 'setting'; setting: Setting }
  | { is: 'ignored'; because: Ignored; meant: Key | null }
  | { is: 'fatal'; effect: 'crash' | 'hang'; because: 'no value' | 'too long' | 'no dotted quad' }
)

type Ignored =
  | 'wrong case'
  /** Tabs and `=` are ordinary characters: they make key and value one unknown key. */
  | 'tab'
  | 'equals sign'
  | 'leading tab'
  /** Only a `#` in the very first column begins a comment. */
  | 'indented comment'
  /** A UTF-8 byte order mark is part of the first key. */
  | 'byte order mark'
  /** The last line has no line end (4.7 reads it). */
  | 'unterminated'
  | 'unknown key'

export interface Setting {
  key: Key
  spelling: string
  value: string
  word: string
  /** Everything behind the first word, which connectd ignores; often a comment or the rest of a quoted password. */
  rest: string
  line: number
  keyColumn: number
  valueColumn: number
}

/** `lastLine: 'read'`: as 4.7, which takes a last line without line end. */
export function readProvisioning(
  file: Uint8Array,
  { lastLine = 'dropped' }: { lastLine?: 'dropped' | 'read' } = {},
): Provisioning {
  const raw = splitLines(decodeBytes(file))
  const signed = raw.some(({ text }) => text.startsWith('-----BEGIN CONFIG-----'))
  const lines = raw.map((line, index) => classify(line, sealedUpTo(raw, signed) >= index, lastLine === 'read'))
  const fatal = lines.find((line) => line.is === 'fatal') ?? null
  const settings = inForce(lines, fatal)
  return { lines, settings, signed, fatal }
}

/** What connectd takes a file for; `console`: it waits for commands; `disabled`, `nothing`: it ends with status 1. */
export type ProvisioningKind = 'initiator' | 'console' | 'target' | 'disabled' | 'nothing'

export function kindOf({ settings, signed }: Pick<Provisioning, 'settings' | 'signed'>): ProvisioningKind {
  const enabled = settings.get('enabled')
  if (enabled !== undefined && readNumber(enabled.value) === 0) return 'disabled'
  if (signed) return 'target'
  if (settings.has('autoconnect')) return 'initiator'
  if (settings.has('UID')) return 'target'
  return settings.has('user_id') ? 'console' : 'nothing'
}

interface RawLine {
  number: number
  text: string
  terminated: boolean
}

function splitLines(text: string): RawLine[] {
  const lines: RawLine[] = []
  const pattern = /([^\r\n]*)(\r\n|\r|\n|$)/gy
  while (pattern.lastIndex < text.length) {
    const [, content = '', end = ''] = pattern.exec(text) ?? []
    lines.push({ number: lines.length + 1, text: content, terminated: end !== '' })
  }
  return lines
}

/** Index of the last line of the signed block; -1 without one. Plain lines may follow it: installers append them. */
function sealedUpTo(lines: readonly RawLine[], signed: boolean): number {
  if (!signed) return -1
  const end = lines.findIndex(({ text }) => text.startsWith('-----END CONFIG-----'))
  return end === -1 ? lines.length - 1 : end
}

function classify({ number, text, terminated }: RawLine, sealed: boolean, readsLastLine: boolean): Line {
  const line = { number, text }
  if (text.startsWith('#')) return { ...line, is: 'comment' }
  if (sealed) return { ...line, is: 'sealed' }
  if (byteLength(text) > longestLine) return { ...line, is: 'fatal', effect: 'hang', because: 'too long' }

  const [, indent = '', word = '', gap = '', value = '', rest = ''] = /^( *)([^ ]*)( *)([^ ]*)(.*)$/s.exec(text) ?? []
  if (word === '') return { ...line, is: 'blank' }
  const key = findKey(word)
  if (!terminated && !readsLastLine) return { ...line, is: 'ignored', because: 'unterminated', meant: key }
  if (key === null) return { ...line, is: 'ignored', ...whyUnknown(word) }
  if (value === '') return { ...line, is: 'fatal', effect: 'crash', because: 'no value' }
  // Observed with `localhost`; on the command line the same becomes 0.0.0.0.
  if (key.isAddress === true && !isDottedQuad(value)) {
    return { ...line, is: 'fatal', effect: 'crash', because: 'no dotted quad' }
  }

  const keyColumn = indent.length + 1
  const setting: Setting = {
    key,
    spelling: word,
    value: key.maxBytes === undefined ? value : cutToBytes(value, key.maxBytes),
    word: value,
    rest: rest.trim(),
    line: number,
    keyColumn,
    valueColumn: keyColumn + word.length + gap.length,
  }
  return { ...line, is: 'setting', setting }
}

/** Observed: lines of about 1,020 characters and more, unless a comment, send 4.6 into an endless loop. */
const longestLine = 1020

function whyUnknown(word: string): { because: Ignored; meant: Key | null } {
  if (word.startsWith('\uFEFF')) return { because: 'byte order mark', meant: findKey(firstName(word.slice(1))) }
  if (word.startsWith('#')) return { because: 'indented comment', meant: null }
  const inner = word.trimStart()
  const name = firstName(inner)
  const meant = findKeyInAnyCase(name)
  if (inner !== word)
    return inner.startsWith('#') ? { because: 'indented comment', meant: null } : { because: 'leading tab', meant }
  if (meant === null) return { because: 'unknown key', meant }
  if (word.length > name.length) return { because: word[name.length] === '\t' ? 'tab' : 'equals sign', meant }
  return { because: 'wrong case', meant }
}

/** The word up to a tab or an equals sign: what a more forgiving reader would take for the key. */
function firstName(word: string): string {
  return /^[^\t=]*/.exec(word)?.[0] ?? ''
}

function inForce(lines: readonly Line[], fatal: Line | null): Map<KeyName, Setting> {
  const settings = new Map<KeyName, Setting>()
  for (const line of lines) {
    if (line === fatal) break
    if (line.is !== 'setting') continue
    const { key } = line.setting
    if (key.firstCounts === undefined || !settings.has(key.name)) settings.set(key.name, line.setting)
  }
  return settings
}
