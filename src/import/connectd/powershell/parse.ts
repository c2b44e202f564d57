/** Reads a PowerShell script into statements of terms. Forgiving: what it does not know it passes over. */
import type { Spot } from '../../warnings.ts'
import type { Scanner } from '../shell/scanner.ts'
import type { ScriptComment } from '../shell/tree.ts'

export interface Statement {
  terms: Term[]
  at: Spot
  /** Inside the block of `while`, `do` or `until`. */
  inLoop: boolean
}

/** `from` and `to`: offsets, by which terms that touch are known. */
export type Term = { at: Spot; from: number; to: number } & (
  | { is: 'bare'; text: string }
  /** In quotes; variables in double quotes are parts of it. */
  | { is: 'text'; parts: Term[] }
  /** Name in lower case: PowerShell knows no other. */
  | { is: 'variable'; name: string }
  /** `=`, `+` and the like. */
  | { is: 'sign'; text: string }
  /** `[int]` */
  | { is: 'type' }
  /** What PowerShell would work out. */
  | { is: 'other' }
)

export function readStatements(scanner: Scanner): { statements: Statement[]; comments: ScriptComment[] } {
  const reader: Reader = { scanner, statements: [], comments: [], terms: [], loops: [] }
  while (!scanner.done) step(reader)
  finish(reader)
  return { statements: reader.statements, comments: reader.comments }
}

interface Reader {
  scanner: Scanner
  statements: Statement[]
  comments: ScriptComment[]
  terms: Term[]
  /** For each block that is open, how many loops it stands in. */
  loops: number[]
}

function step(reader: Reader): void {
  const { scanner, terms } = reader
  const from = scanner.at
  if (scanner.take(/(?:[ \t]|`(?:\r\n|\n))+/y) !== null) return
  if (scanner.take(/<#[^]*?(?:#>|$)/y) !== null) return
  if (scanner.next === '#') {
    const text = scanner.take(/#[^\r\n]*/y) ?? ''
    reader.comments.push({ line: scanner.lineOf(from), text: text.slice(1), alone: scanner.beginsLine(from) })
    return
  }
  // A comma goes on with a list, also on the next line; parentheses only group.
  if (scanner.take(/,\s*|[()]|@\(/y) !== null) return
  const end = scanner.take(/\r\n|[\n\r;{}|]/y)
  if (end === null) {
    terms.push(readTerm(scanner))
    return
  }
  const [first] = terms
  const opener = first?.is === 'bare' ? first.text.toLowerCase() : ''
  finish(reader)
  if (end === '{') reader.loops.push(loopsAround(reader) + Number(/^(?:while|do|until)$/.test(opener)))
  if (end === '}') reader.loops.pop()
}

function finish(reader: Reader): void {
  const [first] = reader.terms
  const inLoop = loopsAround(reader) > 0
  if (first !== undefined) reader.statements.push({ terms: reader.terms, at: first.at, inLoop })
  reader.terms = []
}

function loopsAround({ loops }: Reader): number {
  return loops.at(-1) ?? 0
}

/** Always moves on. */
function readTerm(scanner: Scanner): Term {
  const from = scanner.at
  const place = (): { at: Spot; from: number; to: number } => ({ at: scanner.spot(from), from, to: scanner.at })
  const literal = scanner.take(/'(?:[^']|'')*'?/y)
  if (literal !== null) {
    const text = literal.replace(/^'|'$/g, '').replaceAll("''", "'")
    const at = scanner.spot(from + 1, Math.max(from + 2, scanner.at - 1))
    return { is: 'text', parts: [{ is: 'bare', text, at, from, to: scanner.at }], ...place() }
  }
  if (scanner.take(/"/y) !== null) {
    const parts = readExpandable(scanner)
    return { is: 'text', parts, ...place() }
  }
  if (scanner.next === '$') return readVariable(scanner)
  // A type, but not the place of an item: `$args[0]` belongs to its variable.
  if (scanner.take(/\[[A-Za-z][\w.]*\](?!::)/y) !== null) return { is: 'type', ...place() }
  const sign = scanner.take(/\+?=|\+|&/y)
  if (sign !== null) return { is: 'sign', text: sign, ...place() }
  const bare = scanner.take(/[^ \t\r\n;{}|(),'"$#`=+]+/y)
  if (bare === null) scanner.at += 1
  return { is: 'bare', text: bare ?? '', ...place() }
}

/** The inside of double quotes, up to and with the closing one. */
function readExpandable(scanner: Scanner): Term[] {
  const parts: Term[] = []
  while (!scanner.done) {
    const from = scanner.at
    const text = scanner.take(/(?:[^"$`]|"")+/y)
    if (text !== null) {
      parts.push({ is: 'bare', text: text.replaceAll('""', '"'), at: scanner.spot(from), from, to: scanner.at })
    } else if (scanner.take(/"/y) !== null) {
      break
    } else if (scanner.next === '$') {
      parts.push(readVariable(scanner))
    } else {
      const escaped = scanner.take(/`(?:\r\n|[^]|$)/y) ?? ''
      const meant = { n: '\n', r: '\r', t: '\t' }[escaped.slice(1)] ?? escaped.slice(1)
      parts.push({ is: 'bare', text: meant, at: scanner.spot(from), from, to: scanner.at })
    }
  }
  return parts
}

function readVariable(scanner: Scanner): Term {
  const from = scanner.at
  const place = (): { at: Spot; from: number; to: number } => ({ at: scanner.spot(from), from, to: scanner.at })
  if (scanner.take(/\$\([^()]*(?:\([^()]*\)[^()]*)*\)/y) !== null) return { is: 'other', ...place() }
  const name = scanner.take(/\$(?:\{[^}]{0,200}\}|(?:env:|script:|global:)?\w+(?:\[\d+\])?)/iy)
  if (name !== null) {
    const plain = name
      .slice(1)
      .replace(/^\{|\}$/g, '')
      .replace(/^(?:script|global):/i, '')
    return { is: 'variable', name: /^env:/i.test(plain) ? plain : plain.toLowerCase(), ...place() }
  }
  scanner.at += 1
  return { is: 'bare', text: '$', ...place() }
}
