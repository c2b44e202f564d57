/** Tokens of a text, with limits and the errors that the yaml package reports too late. */
import { Lexer, Parser, type CST } from 'yaml'
import { syntaxMistake, type SyntaxMistake } from './yaml-errors.ts'

/** A mistake in the text. `noticed` tells which of several came first; `start` and `end` are what to look at. */
export interface Noticed extends SyntaxMistake {
  noticed: number
  start: number
  end: number
}

/**
 * The yaml package's tokens of a text, up to the first that can't be right. The package notices an unclosed quote or
 * bracket where the text ends and nesting when the memory does; here the first is told where it was opened, the second
 * early.
 */
export function* tokensOf(text: string, mistakes: Noticed[]): Generator<CST.Token> {
  const parser = new Parser()
  const open: Bracket[] = []
  let count = 0
  let inScalar = false
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset
    count += 1
    const excess = excessOf(count, parser.stack.length)
    if (excess !== null) {
      mistakes.push(noticed(at, excess, null))
      return
    }
    const mistake = inScalar ? null : openOrClose(lexeme, at, open)
    if (mistake !== null) {
      mistakes.push(mistake)
      break
    }
    if (lexeme === flowErrorEnd) break
    inScalar = lexeme === scalarFollows
    for (const token of parser.next(lexeme)) {
      if (token.type !== 'error') {
        yield token
        continue
      }
      const { message, hint } = syntaxMistake('UNEXPECTED_TOKEN', text, token.offset)
      mistakes.push({ ...noticed(token.offset, message, hint), noticed: token.offset })
      yield* parser.end()
      return
    }
  }
  const unclosed = open.at(-1)
  if (unclosed !== undefined && mistakes.length === 0)
    mistakes.push(noticed(unclosed.at, `this "${unclosed.sign}" is never closed`, null))
  yield* parser.end()
}

interface Bracket {
  sign: '[' | '{'
  at: number
}

/** More nesting than any project has, and little enough for the stack: a level takes up to three entries. */
const deepest = 300
/** Six thousand tunnels have fewer; more is no project, and would cost time and memory. */
const mostLexemes = 300_000

function excessOf(count: number, depth: number): string | null {
  if (depth > deepest) return 'values are nested too deeply here'
  if (count > mostLexemes) return 'this file says too much for one p2p.yaml: split it and use include'
  return null
}

/** What the Lexer yields before a plain or block scalar, and where a flow collection ends without its bracket. */
const scalarFollows = '\x1f'
const flowErrorEnd = '\x18'

/** Keeps account of the brackets that are open. */
function openOrClose(lexeme: string, at: number, open: Bracket[]): Noticed | null {
  switch (lexeme.charAt(0)) {
    case '[':
    case '{':
      open.push({ sign: lexeme === '[' ? '[' : '{', at })
      return null
    case ']':
    case '}': {
      const opened = open.pop()
      if (opened === undefined || opened.sign === (lexeme === ']' ? '[' : '{')) return null
      return noticed(at, `this "${lexeme}" can not close the "${opened.sign}" before it`, null)
    }
    case "'":
    case '"':
      return isClosed(lexeme) ? null : noticed(at, 'this quote is never closed', null)
    default:
      return null
  }
}

/** The Lexer goes on to the end of the text, or of what is indented, where a quote is not closed. */
function isClosed(quoted: string): boolean {
  const quote = quoted.charAt(0)
  if (quoted.length === 1 || !quoted.endsWith(quote)) return false
  if (quote === "'") return true
  const escapes = /\\*$/.exec(quoted.slice(1, -1).slice(-1000))?.[0].length ?? 0
  return escapes % 2 === 0
}

function noticed(at: number, message: string, hint: string | null): Noticed {
  return { noticed: at, start: at, end: at + 1, message, hint }
}
