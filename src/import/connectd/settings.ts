/** The settings of a provisioning file as its author meant them: also what connectd 4.6 passes over or dies of. */
import type { KnownWord } from '../script-words.ts'
import { findKey, findKeyInAnyCase, keys, type Key, type KeyName } from '../../connectd/keys.ts'
import type { Line, Provisioning, Setting } from '../../connectd/provisioning.ts'
import { Secret } from '../../core/text/secret.ts'
import { isDottedQuad } from '../../connectd/values.ts'
import { didYouMean } from '../../core/text/did-you-mean.ts'
import { wholeFile, type Warnings, type Spot } from '../warnings.ts'

/** Its value with its place, as a word of a script has one. */
export interface MeantSetting extends KnownWord {
  key: Key
  rest: string
  keyAt: Spot
  /** Why connectd passes over it; null: it does not, or only because the last line has no end. */
  slip: { code: string; why: string } | null
}

export type Settings = ReadonlyMap<KeyName, MeantSetting>

/** Null: it is not there, or has no value. */
export function filled(settings: Settings, name: KeyName): MeantSetting | null {
  const setting = settings.get(name)
  return setting === undefined || setting.text === '' ? null : setting
}

/** Where the first of these keys is that is there. */
export function keyAt(settings: Settings, ...names: KeyName[]): Spot {
  return names.map((name) => settings.get(name)).find((setting) => setting !== undefined)?.keyAt ?? wholeFile
}

export interface MeantSettings {
  settings: Settings
  /** Lines that say again what is in force: nothing else speaks of them. */
  repeats: MeantSetting[]
  /** Every secret of the file, in force or not: nothing else may show it. */
  secrets: Secret[]
}

/** Everything that connectd would read in another way is noted. */
export function meantSettings(read: Provisioning, warnings: Warnings): MeantSettings {
  const all = read.lines.flatMap((line) => settingOf(line, warnings) ?? [])
  for (const {
    key,
    keyAt: { line },
    rest,
    slip,
  } of all)
    if (isHarmless(key) && rest === '' && slip?.code !== 'byte-order-mark') warnings.show(line)
  const chosen = new Map<KeyName, MeantSetting>()
  for (const setting of all) if (setting.slip === null) choose(chosen, setting, warnings)
  // What connectd passes over counts only where nothing else says it.
  const sure = new Set(chosen.keys())
  for (const setting of all) if (setting.slip !== null && !sure.has(setting.key.name)) choose(chosen, setting, null)
  for (const setting of all) noteLoss(setting, chosen.get(setting.key.name) ?? setting, warnings)
  const repeats = all.filter((setting) => {
    const inForce = chosen.get(setting.key.name)
    return setting.slip === null && inForce !== setting && inForce?.text === setting.text
  })
  return { settings: chosen, repeats, secrets: all.flatMap(secretsIn) }
}

function secretsIn({ key, text: word, rest }: MeantSetting): Secret[] {
  if (isHarmless(key)) return []
  return [word, `${word} ${rest}`.trim()].filter((text) => text !== '').map((text) => new Secret(text))
}

/** A comment, though connectd takes it for an unknown key: it begins with a blank or a byte order mark. */
export function commentOf({ text }: Line): string | null {
  return /^[\uFEFF \t]*#(.*)$/s.exec(text)?.[1] ?? null
}

function settingOf(line: Line, warnings: Warnings): MeantSetting | null {
  if (line.is === 'setting') return fromSetting(line.setting, line.text, warnings)
  if (line.is !== 'fatal' && (line.is !== 'ignored' || commentOf(line) !== null)) return null
  const found = forgiving(line)
  const { number, text } = line
  if (line.is === 'fatal') {
    const at = found?.keyAt ?? { line: number, column: 1, length: 1 }
    // An address that is not a dotted quad is judged with the other values, or where another one is taken instead.
    if (line.because === 'no value') {
      warnings.warn(at, 'no-value', `connectd crashes at this line: ${found?.key.name ?? 'the key'} has no value`)
    } else if (line.because === 'too long') {
      warnings.warn(at, 'too-long', 'connectd hangs at this line: it has more than 1,020 bytes')
    }
    return found === null ? null : { ...found, slip: null }
  }
  if (found !== null) return { ...found, slip: slipOf(line, found, warnings) }
  const length = text.trimStart().length
  const at = { line: number, column: text.length - length + 1, length }
  if (length > 0) warnings.warn(at, 'unknown-key', 'connectd ignores this line: it begins with no key that it knows')
  return null
}

function fromSetting(setting: Setting, text: string, warnings: Warnings): MeantSetting {
  const { key, word, rest, line, keyColumn, valueColumn, spelling } = setting
  const keyAt = { line, column: keyColumn, length: spelling.length }
  const at = { line, column: valueColumn, length: word.length }
  // `key = value`: the sign is the first word and all that counts.
  const [, value = '', after = ''] = /^([^ \t]+)[ \t]*(.*)$/s.exec(rest) ?? []
  const base = { known: true, key, keyAt, slip: null } as const
  if (!/^[=:]$/.test(word) || value === '') return { ...base, text: word, rest, at }
  const message = `connectd takes "${word}" for the value of ${key.name}: a blank alone separates them`
  warnings.warn(at, 'equals-sign', message)
  const column = text.indexOf(value, valueColumn + word.length - 1) + 1
  return { ...base, text: value, rest: after, at: { line, column, length: value.length } }
}

interface Found extends Omit<MeantSetting, 'slip'> {
  written: string
  misspelt: boolean
}

/** A line as a person reads it: blanks and tabs, `=` and `:` all separate, case does not matter. */
function forgiving({ number, text }: Line): Found | null {
  const [, indent = '', written = '', gap = '', word = '', rest = ''] =
    /^([\uFEFF \t]*)([\w-]+)([=:][ \t]*|[ \t]+(?:[=:][ \t]+)?|)([^ \t]*)(.*)$/s.exec(text) ?? []
  if (written === '' || (gap === '' && word !== '')) return null
  const exact = findKey(written) ?? findKeyInAnyCase(written)
  const key = exact ?? misspeltKey(written)
  if (key === null) return null
  const keyAt = { line: number, column: indent.length + 1, length: written.length }
  const valueAt = { line: number, column: keyAt.column + written.length + gap.length, length: word.length }
  const at = word === '' ? keyAt : valueAt
  return { known: true, key, written, text: word, rest: rest.trim(), keyAt, at, misspelt: exact === null }
}

const initiatorWords = keys
  .filter(({ role }) => role === 'initiator' || role === 'service')
  .flatMap(({ name, synonyms }) => [name, ...synonyms])

/** Only what is meant to make a connection is guessed at, and never from a few letters. */
function misspeltKey(written: string): Key | null {
  const word = written.length < 6 || written.length > 30 ? null : didYouMean(written, initiatorWords)
  return word === null ? null : findKey(word)
}

/** The code of a line that connectd ignores, and the reason in words. */
function slipOf({ because, text }: Line & { is: 'ignored' }, found: Found, warnings: Warnings): MeantSetting['slip'] {
  const { misspelt, written, key, keyAt } = found
  if (because === 'unterminated') {
    if (findKey(/^ *([^ ]*)/.exec(text)?.[1] ?? '') !== key) {
      return { code: 'unterminated', why: 'it is the last one and has no line end' }
    }
    // Read like any other where that is all that is wrong with it.
    const message = `connectd 4.6 ignores this line: it is the last one and has no line end; it is read as ${key.name}`
    warnings.warn(keyAt, 'unterminated', message)
    return null
  }
  if (misspelt) return { code: 'misspelt-key', why: 'unknown key' }
  const otherKey = text.includes(`${written}:`) ? onlyBlanks : `its key is not ${key.name}`
  const code = findKey(written) === null ? 'wrong-case' : 'colon'
  if (because === 'unknown key') return { code, why: otherKey }
  return { code: because.replaceAll(' ', '-'), why: ignoredWords[because] ?? otherKey }
}

const onlyBlanks = 'a blank alone separates key and value'

const ignoredWords: Partial<Record<(Line & { is: 'ignored' })['because'], string>> = {
  'wrong case': 'upper and lower case matter in a key',
  tab: 'a tab does not separate key and value',
  'leading tab': 'a tab does not separate key and value',
  'byte order mark': 'the byte order mark of the file is part of its key',
  'equals sign': onlyBlanks,
}

function noteLoss({ key, keyAt, text, slip, at }: MeantSetting, chosen: MeantSetting, warnings: Warnings): void {
  const { line } = chosen.keyAt
  if (slip !== null) {
    const counts = line === keyAt.line ? `it is read as ${key.name}` : `${key.name} on line ${line} counts`
    warnings.warn(keyAt, slip.code, `connectd ignores this line: ${slip.why}; ${counts}`)
  } else if (line !== keyAt.line && key.isAddress === true && text !== '' && !isDottedQuad(text)) {
    // It dies of such an address also where it would take another one further down.
    warnings.warn(at, 'bind-misread', 'connectd crashes at this address: it knows only IPv4 addresses')
  }
}

/** connectd's rule for a key that stands there twice: the last one counts, of a UID the first. One without a value never. */
function choose(chosen: Map<KeyName, MeantSetting>, setting: MeantSetting, warnings: Warnings | null): void {
  const { name, firstCounts } = setting.key
  const before = chosen.get(name)
  const stays = before !== undefined && (setting.text === '' || (firstCounts === true && before.text !== ''))
  const [winner, loser] = stays ? [before, setting] : [setting, before]
  chosen.set(name, winner)
  if (loser === undefined || loser.text === '' || loser.text === winner.text) return
  const where = `on line ${winner.keyAt.line}${stays ? ' already' : ''}, and that one counts`
  warnings?.warn(loser.keyAt, 'duplicate', `${name} stands ${stays ? '' : 'again '}${where}`)
}

/** Whether the value of a key can't be a secret. */
export function isHarmless({ name, role }: Key): boolean {
  const secrets: readonly KeyName[] = ['auth_pass', 'auth_hash', 'auth_token', 'password']
  return role !== 'shell' && role !== 'registration' && !secrets.includes(name)
}
