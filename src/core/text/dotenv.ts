// Reads `.env` files: NAME=VALUE lines with an optional `export`. Single quotes are literal; bare and double-quoted values may
// hold variables; only double quotes know escapes such as `\n`; ` #` starts a comment. Quoted values may span lines.
import { fillTemplate, isMalformed, mostText, parseTemplate, type Lookup, type Template } from './template.ts'

interface DotenvEntry {
  name: string
  start: number
  end: number
  value: Template
}

/** `name`: the one that the line seems to set, or null. */
type DotenvError = Omit<Lack, 'code' | 'name'> & { name: string | null }

interface DotenvFile {
  /** In file order; the last one of a name counts. */
  entries: DotenvEntry[]
  errors: DotenvError[]
}

/** An invalid line does not affect its neighbours, not even an unclosed quote. */
export function readDotenv(text: string): DotenvFile {
  const file: DotenvFile = { entries: [], errors: [] }
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) at = readLine(text, at, file)
  return file
}

export interface DotenvValue {
  entry: DotenvEntry
  text: string
  /** Why it has no value: then `text` is meaningless. */
  lack: Lack | null
}

/** The line at fault may be one above that the value uses. */
export interface Lack {
  code: 'env-syntax' | 'variable-unset' | 'variable-too-long'
  name: string
  start: number
  end: number
  /** A whole sentence without its place; never repeats a value. */
  message: string
  hint: string | null
}

/** Variables are looked up by `lookup` first, so that the process environment wins, then in the lines above, then outside. */
export function fillDotenv(
  file: DotenvFile,
  lookup: Lookup,
  outside: Lookup = () => undefined,
): Map<string, DotenvValue> {
  const values = new Map<string, DotenvValue>()
  const known: Lookup = (name) => {
    const above = values.get(name)
    return lookup(name) ?? (above === undefined ? outside(name) : above.lack === null ? above.text : undefined)
  }
  const last = new Map(file.entries.map(({ name, start }) => [name, start]))
  const wrong = new Map(file.errors.map((error) => [error.name, error]))
  // One for all lines: each may use those above it twice.
  const room = { left: mostText }
  for (const entry of file.entries) {
    const { text, unset, fits } = fillTemplate(entry.value, known, room)
    const missing = unset[0]?.variable.name
    let lack: Lack | null = null
    if (!fits) lack = tooLong(entry)
    else if (missing !== undefined) {
      const cause = values.get(missing)?.lack ?? syntaxLack(missing, wrong.get(missing))
      lack = cause ?? unsetLack(entry, missing, (last.get(missing) ?? 0) > entry.start)
    }
    values.set(entry.name, { entry, text, lack })
  }
  return values
}

function tooLong({ name, start, end }: DotenvEntry): Lack {
  const message = `with ${name} the variables of this file are longer than 1 MiB`
  return { code: 'variable-too-long', name, start, end, message, hint: 'use fewer variables of variables' }
}

function unsetLack({ name, start, end }: DotenvEntry, missing: string, isBelow: boolean): Lack {
  const message = `${name} needs the variable ${missing}, which is ${isBelow ? 'only set further down' : 'not set'}`
  const hint = isBelow ? `move ${missing} above it` : `set ${missing}, or put the value into single quotes`
  return { code: 'variable-unset', name, start, end, message, hint }
}

function syntaxLack(name: string, error: DotenvError | undefined): Lack | null {
  return error === undefined ? null : { ...error, code: 'env-syntax', name }
}

/** One value, or why its line has none; undefined where no line sets it. */
export function findInDotenv(text: string, name: string, lookup: Lookup, outside: Lookup): string | Lack | undefined {
  const file = readDotenv(text)
  const value = fillDotenv(file, lookup, outside).get(name)
  if (value !== undefined) return value.lack ?? value.text
  const error = file.errors.find((each) => each.name === name)
  return syntaxLack(name, error) ?? undefined
}

/** The plain values, without invalid lines and those that need a missing variable. */
export function parseDotenv(text: string, lookup: Lookup): Map<string, string> {
  const values = [...fillDotenv(readDotenv(text), lookup)]
  return new Map(values.flatMap(([name, { lack, text }]) => (lack === null ? [[name, text]] : [])))
}

const blank = /[ \t]*/y
const exportWord = /export[ \t]+/y
const variableName = /[A-Za-z_][A-Za-z0-9_.-]*/y

/** Reads the line at `from`, returns the start of the next one. */
function readLine(text: string, from: number, file: DotenvFile): number {
  const end = lineEnd(text, from)
  const begin = match(blank, text, from)
  if (begin >= end || text.charAt(begin) === '#') return nextLine(text, end)
  const start = match(exportWord, text, begin)
  const at = match(variableName, text, start)
  const name = text.slice(start, at)
  const equals = match(blank, text, at)
  if (name === '' || text.charAt(equals) !== '=') {
    // Never repeats the line: it may be a secret without its name.
    const bad = { name: name === '' ? null : name, start: begin, end: begin + text.slice(begin, end).trimEnd().length }
    const hint = 'write NAME=VALUE, or begin a comment with #'
    file.errors.push({ ...bad, message: 'this line is not NAME=VALUE', hint })
    return nextLine(text, end)
  }
  const value = readValue(text, match(blank, text, equals + 1), end)
  if ('message' in value) {
    file.errors.push({ name, start, end: at, message: `${name} ${value.message}`, hint: value.hint })
    return nextLine(text, end)
  }
  file.entries.push({ name, start, end: at, value: value.template })
  return nextLine(text, lineEnd(text, value.end))
}

type Value = { template: Template; end: number } | { message: string; hint: string | null }

function readValue(text: string, at: number, end: number): Value {
  switch (text.charAt(at)) {
    case "'":
      return quoted(text, at, (inner) => [inner])
    case '"':
      return quoted(text, at, (inner) => templateOf(inner, true))
    default: {
      const comment = /(?:^|[ \t])#/.exec(text.slice(at, end))
      const bare = text.slice(at, comment === null ? end : at + comment.index).trimEnd()
      return withTemplate(templateOf(bare, false), end)
    }
  }
}

function quoted(text: string, at: number, meaning: (inner: string) => Template | null): Value {
  const close = closingQuote(text, at)
  if (close === null) {
    return { message: 'begins with a quote that is never closed', hint: `close it with ${text.charAt(at)}` }
  }
  const rest = text.slice(close + 1, lineEnd(text, close + 1))
  if (!/^[ \t]*(?:#|$)/.test(rest)) {
    return { message: 'has text after its closing quote', hint: 'put the whole value into quotes' }
  }
  return withTemplate(meaning(text.slice(at + 1, close)), close + 1)
}

function closingQuote(text: string, open: number): number | null {
  const quote = text.charAt(open)
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === quote) return at
    if (character === '\\' && quote === '"') at += 1
  }
  return null
}

function withTemplate(template: Template | null, end: number): Value {
  if (template !== null) return { template, end }
  return { message: 'has a "${" that is not a variable', hint: 'write $$ for a plain $, or use single quotes' }
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' }

/** In double quotes `\n` is a line end and `\$` a plain dollar; an unknown escape stays as it is written. */
function templateOf(raw: string, escaped: boolean): Template | null {
  const text = escaped ? raw.replace(/\\([^])/g, (whole, letter: string) => escapes[letter] ?? whole) : raw
  const template = parseTemplate(text)
  return isMalformed(template) ? null : template
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return at + (pattern.exec(text)?.[0].length ?? 0)
}

function lineEnd(text: string, from: number): number {
  lineBreak.lastIndex = from
  return lineBreak.exec(text)?.index ?? text.length
}

const lineBreak = /\r\n|\n|\r/g

function nextLine(text: string, end: number): number {
  return end + (text.startsWith('\r\n', end) ? 2 : 1)
}
