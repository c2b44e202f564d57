// Expands variables by the grammar of the compose specification: `$V`, `${V}`, `${V:-d}`, `${V-d}`, `${V:?e}`, `${V?e}`,
// `${V:+r}`, `${V+r}`, nested, `$$` for `$`. A `$` before anything else is an ordinary character.
import { unreachable } from './unreachable.ts'

export type Template = readonly (string | Variable)[]

interface Variable {
  name: string
  /** With `:` an empty value counts as unset. */
  operator: '' | '-' | ':-' | '?' | ':?' | '+' | ':+'
  operand: Template
  start: number
  end: number
}

/** An invalid `${`. `message` completes a sentence about the text: `has a "${" that is never closed by "}"`. */
interface Malformed {
  start: number
  end: number
  message: string
}

/** A required variable that is not set. `because`: the message of `${V:?message}`, as written. */
export interface Unset {
  variable: Variable
  because: string | null
}

export type Lookup = (name: string) => string | undefined

/** Linear in the length of the text. */
export function parseTemplate(text: string): Template | Malformed {
  if (!text.includes('$')) return [text]
  const reader = { text, at: 0, depth: 0 }
  try {
    return readTemplate(reader)
  } catch (error) {
    if (error instanceof MalformedTemplate) return error.where
    throw error
  }
}

export function isMalformed(result: Template | Malformed): result is Malformed {
  return !Array.isArray(result)
}

/** How much text may still be built: two variables of variables are enough to fill the memory. */
export interface Room {
  left: number
}

/** As much as a file may hold. */
export const mostText = 1024 * 1024

export interface Filled {
  /** Meaningless with something unset, or where it did not fit. */
  text: string
  unset: Unset[]
  /** False: there was no room for it, and it was not built. */
  fits: boolean
}

/** Replaces every variable; missing ones are listed in `unset`. */
export function fillTemplate(template: Template, lookup: Lookup, room: Room = { left: mostText }): Filled {
  const all: Filled = { text: '', unset: [], fits: true }
  for (const piece of template) {
    const filled = typeof piece === 'string' ? fitted(piece, room) : fillVariable(piece, lookup, room)
    all.fits = filled.fits
    if (!all.fits) break
    all.text += filled.text
    // A spread of very many would overflow the stack.
    for (const unset of filled.unset) all.unset.push(unset)
  }
  return all
}

function fitted(text: string, room: Room): Filled {
  room.left -= text.length
  return { text, unset: [], fits: room.left >= 0 }
}

/** Returns the text, or the names of missing variables: none where it is too long. A malformed text stays as it is: it was reported. */
export function expandTemplate(text: string, lookup: Lookup): { value: string } | { missing: string[] } {
  const template = parseTemplate(text)
  if (isMalformed(template)) return { value: text }
  const filled = fillTemplate(template, lookup)
  if (filled.fits && filled.unset.length === 0) return { value: filled.text }
  return { missing: filled.fits ? [...new Set(filled.unset.map(({ variable }) => variable.name))] : [] }
}

/** Every variable of the template, including those in defaults, once each. */
export function variablesOf(template: Template): string[] {
  const names = new Set<string>()
  for (const piece of template) {
    if (typeof piece === 'string') continue
    names.add(piece.name)
    for (const name of variablesOf(piece.operand)) names.add(name)
  }
  return [...names]
}

/** Whether it has literal text, outside of variables or as a default or replacement. */
export function hasOwnText(template: Template): boolean {
  return template.some((piece) => {
    if (typeof piece === 'string') return piece !== ''
    return !piece.operator.endsWith('?') && hasOwnText(piece.operand)
  })
}

/** A template that expands to exactly this text. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('$', '$$$$')
}

interface Reader {
  text: string
  at: number
  depth: number
}

/** Deep enough for real texts, shallow enough for the stack. */
const deepest = 50

class MalformedTemplate extends Error {
  readonly where: Malformed

  constructor(where: Malformed) {
    super('malformed template')
    this.where = where
  }
}

/** Reads to the end of the text, or inside `${` to its `}`. */
function readTemplate(reader: Reader): Template {
  const pieces: (string | Variable)[] = []
  const { text } = reader
  let plain = ''
  while (reader.at < text.length) {
    const character = text.charAt(reader.at)
    if (character === '}' && reader.depth > 0) break
    if (character !== '$') {
      plain += read(reader, ordinary)
      continue
    }
    const following = text.charAt(reader.at + 1)
    if (following === '$') {
      plain += '$'
      reader.at += 2
    } else if (following === '{' || /[A-Za-z_]/.test(following)) {
      if (plain !== '') pieces.push(plain)
      plain = ''
      pieces.push(following === '{' ? readBraced(reader) : readBare(reader))
    } else {
      plain += '$'
      reader.at += 1
    }
  }
  if (plain !== '' || pieces.length === 0) pieces.push(plain)
  return pieces
}

function readBare(reader: Reader): Variable {
  const start = reader.at
  reader.at += 1
  return { name: read(reader, variableName), operator: '', operand: [], start, end: reader.at }
}

function readBraced(reader: Reader): Variable {
  const { text } = reader
  const start = reader.at
  reader.at += 2
  const name = read(reader, variableName)
  if (name === '') throw malformed(reader, start, 'has a "${" without a variable name')
  const operator = read(reader, operators)
  let operand: Template = []
  if (operator !== '') {
    if (reader.depth >= deepest) throw malformed(reader, start, `has variables nested more than ${deepest} deep`)
    reader.depth += 1
    operand = readTemplate(reader)
    reader.depth -= 1
  }
  if (reader.at >= text.length) throw malformed(reader, start, 'has a "${" that is never closed by "}"')
  if (text.charAt(reader.at) !== '}') {
    throw malformed(reader, start, 'has a "${" whose name must be followed by "}" or one of :- - :? ? :+ +')
  }
  reader.at += 1
  return { name, operator: operator as Variable['operator'], operand, start, end: reader.at }
}

const variableName = /[A-Za-z_]\w*/y
const operators = /:?[-?+]/y
/** One character of any kind, and what follows up to the next that may be special. */
const ordinary = /[^][^$}]*/y

/** Reads what matches here; '' if nothing does. */
function read(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0] ?? ''
  reader.at += found.length
  return found
}

function malformed(reader: Reader, start: number, problem: string): MalformedTemplate {
  return new MalformedTemplate({ start, end: Math.min(reader.at + 1, reader.text.length), message: problem })
}

function fillVariable(variable: Variable, lookup: Lookup, room: Room): Filled {
  const value = lookup(variable.name)
  const emptyCounts = variable.operator.startsWith(':')
  const set = value !== undefined && !(emptyCounts && value === '')
  const without = (...unset: Unset[]): Filled => ({ text: '', unset, fits: true })
  switch (variable.operator) {
    case '':
      return set ? fitted(value, room) : without({ variable, because: null })
    case '-':
    case ':-':
      return set ? fitted(value, room) : fillTemplate(variable.operand, lookup, room)
    case '+':
    case ':+':
      return set ? fillTemplate(variable.operand, lookup, room) : without()
    case '?':
    case ':?':
      // Not expanded: it could reveal the value of another variable.
      return set ? fitted(value, room) : without({ variable, because: written(variable.operand) })
    default:
      return unreachable(variable.operator)
  }
}

/** A message as text; variables in it by name only. */
function written(template: Template): string {
  return template.map((piece) => (typeof piece === 'string' ? piece : `\${${piece.name}}`)).join('')
}
