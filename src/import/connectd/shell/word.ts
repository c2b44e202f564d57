/** Reads one word: plain text, quotes, escapes, variables, command substitutions. */
import { continueBroken, deepest, readCommands, type Reader } from './parse.ts'
import type { Piece, Word } from './tree.ts'

/** A word that begins here. Always moves on. */
export function readWord(reader: Reader): Word {
  const { scanner } = reader
  const start = scanner.at
  const pieces: Piece[] = []
  for (;;) {
    const before = scanner.at
    const piece = readPiece(reader)
    if (piece === null) break
    pieces.push(...piece)
    if (scanner.at === before) break
  }
  // A character that begins no word, such as a lone `}` of a `${`.
  if (scanner.at === start) scanner.at += 1
  return { pieces, at: scanner.spot(start) }
}

/** Null where the word ends. */
function readPiece(reader: Reader): Piece[] | null {
  const { scanner } = reader
  const start = scanner.at
  if (scanner.done || /[ \t\r\n;&|()<>]/.test(scanner.next)) return null
  switch (scanner.next) {
    case "'": {
      const text = scanner.take(/'[^']*'?/y) ?? ''
      return [{ is: 'text', text: text.replace(/^'|'$/g, ''), quoted: true, at: inner(reader, start) }]
    }
    case '"':
      scanner.at += 1
      return readDoubleQuoted(reader)
    case '\\': {
      if (scanner.take(/\\(?:\r\n|\n)/y) !== null) return []
      if (continueBroken(reader)) return null
      scanner.at += 2
      return [{ is: 'text', text: scanner.text.slice(start + 1, scanner.at), quoted: true, at: scanner.spot(start) }]
    }
    case '$':
      return [readDollar(reader, false)]
    case '`':
      return [readBackquotes(reader)]
    default: {
      const text = scanner.take(/[^ \t\r\n;&|()<>'"\\$`]+/y) ?? ''
      return [{ is: 'text', text, quoted: false, at: scanner.spot(start) }]
    }
  }
}

/** The place of a quoted text without its quotes. */
function inner({ scanner }: Reader, start: number): Piece['at'] {
  return scanner.spot(start + 1, Math.max(start + 2, scanner.at - 1))
}

function readDoubleQuoted(reader: Reader): Piece[] {
  const { scanner } = reader
  const pieces: Piece[] = [{ is: 'text', text: '', quoted: true, at: scanner.spot(scanner.at, scanner.at + 1) }]
  while (!scanner.done) {
    const start = scanner.at
    const plain = scanner.take(/[^"\\$`]+/y)
    if (plain !== null) {
      pieces.push({ is: 'text', text: plain, quoted: true, at: scanner.spot(start) })
      continue
    }
    switch (scanner.next) {
      case '"':
        scanner.at += 1
        return pieces
      case '\\': {
        const escape = scanner.take(/\\(?:\r\n|[^]|$)/y) ?? '\\'
        const text = /^\\[$`"\\]$/.test(escape) ? escape.slice(1) : /^\\[\r\n]/.test(escape) ? '' : escape
        pieces.push({ is: 'text', text, quoted: true, at: scanner.spot(start) })
        break
      }
      case '$':
        pieces.push(readDollar(reader, true))
        break
      default:
        pieces.push(readBackquotes(reader))
    }
  }
  return pieces
}

function readDollar(reader: Reader, quoted: boolean): Piece {
  const { scanner } = reader
  const start = scanner.at
  if (scanner.take(/\$\(\(/y) !== null) {
    if (scanner.take(/[^]*?\)\)/y) === null) scanner.at = scanner.text.length
    return { is: 'other', at: scanner.spot(start) }
  }
  if (scanner.take(/\$\(/y) !== null) {
    if (reader.depth >= deepest) return { is: 'other', at: scanner.spot(start) }
    reader.depth += 1
    const of = readCommands(reader, ')')
    reader.depth -= 1
    return { is: 'output', of, at: scanner.spot(start) }
  }
  const name = scanner.take(/\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])/y)
  if (name !== null) {
    return { is: 'variable', name: name.slice(1), fallback: null, assigns: false, at: scanner.spot(start) }
  }
  if (scanner.startsWith('${')) return readBraced(reader)
  const escaped = quoted ? null : scanner.take(/\$'(?:[^'\\]|\\[^])*'?/y)
  if (escaped !== null) {
    const text = escaped.slice(2).replace(/'$/, '')
    return { is: 'text', text: unescape(text), quoted: true, at: scanner.spot(start) }
  }
  scanner.at += 1
  // `$"..."` is a text to be translated: the sign is no part of it.
  const text = !quoted && scanner.next === '"' ? '' : '$'
  return { is: 'text', text, quoted, at: scanner.spot(start) }
}

/** `$'...'`, as far as people use it in launch scripts. */
function unescape(text: string): string {
  const meanings: Record<string, string> = { n: '\n', r: '\r', t: '\t' }
  return text.replace(/\\([^])/g, (_, letter: string) => meanings[letter] ?? letter)
}

/** `${x}`, and the forms with a default; other ones are for a shell to work out. */
function readBraced(reader: Reader): Piece {
  const { scanner } = reader
  const start = scanner.at
  const head = scanner.take(/\$\{(?:[A-Za-z_]\w*|[0-9@*#?$!-])/y)
  const name = head?.slice(2) ?? ''
  if (head !== null && scanner.take(/\}/y) !== null) {
    return { is: 'variable', name, fallback: null, assigns: false, at: scanner.spot(start) }
  }
  const operator = head === null ? null : scanner.take(/:?[-=]/y)
  const close = closingBrace(scanner.text, scanner.at)
  const inside = { ...reader, scanner: scanner.upTo(close), depth: reader.depth + 1 }
  const fallback = operator === null || reader.depth >= deepest ? null : readFallback(inside)
  scanner.at = Math.min(close + 1, scanner.text.length)
  if (operator === null || fallback === null) return { is: 'other', at: scanner.spot(start) }
  return { is: 'variable', name, fallback, assigns: operator.endsWith('='), at: scanner.spot(start) }
}

function readFallback(reader: Reader): Word {
  const { scanner } = reader
  const start = scanner.at
  const pieces: Piece[] = []
  while (!scanner.done) {
    const piece = readPiece(reader)
    if (piece !== null) pieces.push(...piece)
    else {
      // Blanks and operators are plain text in here.
      pieces.push({ is: 'text', text: scanner.next, quoted: true, at: scanner.spot(scanner.at, scanner.at + 1) })
      scanner.at += 1
    }
  }
  return { pieces, at: scanner.spot(start) }
}

function closingBrace(text: string, from: number): number {
  let open = 1
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '{') open += 1
    else if (character === '}') {
      open -= 1
      if (open === 0) return at
    }
  }
  return text.length
}

function readBackquotes(reader: Reader): Piece {
  const { scanner } = reader
  const start = scanner.at
  scanner.at += 1
  const found = scanner.text.indexOf('`', scanner.at)
  const close = found < 0 ? scanner.text.length : found
  const inside = { ...reader, scanner: scanner.upTo(close), depth: reader.depth + 1 }
  const of = reader.depth >= deepest ? [] : readCommands(inside, '')
  scanner.at = Math.min(close + 1, scanner.text.length)
  return { is: 'output', of, at: scanner.spot(start) }
}
