/** Tokens of a text, with limits and with the errors that the yaml package finds too late. */
import { Lexer, Parser, type CST } from 'yaml'
import { noBreakSpace, syntaxMessage, type SyntaxMessage } from './yaml-errors.ts'

/** `noticed`: where it was found, which tells what came first. `start` and `end`: what to mark. */
export interface SyntaxErrorAt extends SyntaxMessage {
  noticed: number
  start: number
  end: number
}

/** The package's tokens up to the first error: an unclosed quote or bracket where it opens, deep nesting early. */
export function* tokensOf(text: string, errors: SyntaxErrorAt[]): Generator<CST.Token> {
  const parser = new Parser()
  const open: Bracket[] = []
  let count = 0
  let inScalar = false
  let isBlock = false
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset
    count += 1
    const excess = excessOf(count, parser.stack.length)
    if (excess !== null) {
      errors.push(errorAt(at, excess, null))
      return
    }
    const error = inScalar ? strayBlank(lexeme, at, isBlock) : openOrClose(lexeme, at, open)
    if (error !== null) {
      errors.push(error)
      break
    }
    if (lexeme === flowErrorEnd) break
    isBlock = inScalar ? false : isBlock || /^[|>]/.test(lexeme)
    inScalar = lexeme === scalarFollows
    for (const token of parser.next(lexeme)) {
      if (token.type !== 'error') {
        yield token
        continue
      }
      const { message, hint } = syntaxMessage('UNEXPECTED_TOKEN', text, token.offset)
      errors.push({ ...errorAt(token.offset, message, hint), noticed: token.offset })
      yield* parser.end()
      return
    }
  }
  const unclosed = open.at(-1)
  if (unclosed !== undefined && errors.length === 0)
    errors.push(errorAt(unclosed.at, `this "${unclosed.sign}" is never closed`, null))
  yield* parser.end()
}

interface Bracket {
  sign: '[' | '{'
  at: number
}

/** More than any project needs, and safe for the stack: a level takes up to three entries. */
const deepest = 300
/** Six thousand tunnels have fewer. */
const mostLexemes = 300_000

function excessOf(count: number, depth: number): string | null {
  if (depth > deepest) return 'values are nested too deeply here'
  if (count > mostLexemes) return 'this file has too many values: split it and use include'
  return null
}

/** The Lexer's marks before a plain or block scalar, and at the end of a flow collection without a bracket. */
const scalarFollows = '\x1f'
const flowErrorEnd = '\x18'

function openOrClose(lexeme: string, at: number, open: Bracket[]): SyntaxErrorAt | null {
  switch (lexeme.charAt(0)) {
    case '[':
    case '{':
      open.push({ sign: lexeme === '[' ? '[' : '{', at })
      return null
    case ']':
    case '}': {
      const opened = open.pop()
      if (opened === undefined || opened.sign === (lexeme === ']' ? '[' : '{')) return null
      return errorAt(at, `this "${lexeme}" does not match the "${opened.sign}" before it`, null)
    }
    case "'":
    case '"':
      return isClosed(lexeme) ? null : errorAt(at, 'this quote is never closed', null)
    default:
      return null
  }
}

/** It is found first: looking back from every place would read a long row of blanks again and again. */
const noBreakSpaceAtAnEnd =
  /[\u00a0\u2007\u202f\u3000](?:(?<=(?:^[-?]?|:|[\r\n][ \t]*)[\u00a0\u2007\u202f\u3000])|(?=#|$))/

/** In plain text where only a blank that separates makes sense: a no-break space separates nothing. */
function strayBlank(lexeme: string, at: number, isBlock: boolean): SyntaxErrorAt | null {
  const found = isBlock ? null : noBreakSpaceAtAnEnd.exec(lexeme)
  return found === null ? null : { ...errorAt(at + found.index, noBreakSpace.message, noBreakSpace.hint), noticed: at }
}

/** The Lexer takes everything up to the end of the text or block for an unclosed quote. */
function isClosed(quoted: string): boolean {
  const quote = quoted.charAt(0)
  if (quoted.length === 1 || !quoted.endsWith(quote)) return false
  if (quote === "'") return true
  const escapes = /\\*$/.exec(quoted.slice(1, -1).slice(-1000))?.[0].length ?? 0
  return escapes % 2 === 0
}

function errorAt(at: number, message: string, hint: string | null): SyntaxErrorAt {
  return { noticed: at, start: at, end: at + 1, message, hint }
}
