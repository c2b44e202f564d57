/** What is said about a syntax error. */
import type { ErrorCode } from 'yaml'

export interface SyntaxMistake {
  message: string
  hint: string | null
}

/**
 * What a syntax error of the yaml package means, in our words: its own repeat parts of the text, which may be secret.
 * `at` is the place of the error in the text.
 */
export function syntaxMistake(code: ErrorCode, text: string, at: number): SyntaxMistake {
  if (isBraceInValue(code, text, at)) {
    // In quotes a number would be text.
    const isVariable = text.charAt(at - 1) === '$'
    const hint = isVariable ? 'write $NAME, or each key on a line of its own' : 'put the value into quotes'
    return say('inside of { } and [ ] braces can not be part of a value', hint)
  }
  switch (code) {
    case 'TAB_AS_INDENT':
      return say('a tab may not indent YAML', 'indent with spaces')
    case 'BAD_INDENT':
      return say('this line begins in a column that fits nothing above it', 'let the keys of a map begin in one column')
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return noKey(text, at)
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (text.startsWith('- ', at)) return listItem
      if (isFirstOnLine(text, at))
        return say('this key stands below a value, not below a key', 'let the keys of a map begin in one column')
      return say('there is a second ": " on this line', 'put a value that holds ": " into quotes')
    case 'UNEXPECTED_TOKEN':
      return unexpected(text, at)
    case 'BAD_SCALAR_START':
      return say('a value may not begin with this character', 'put the value into quotes')
    case 'BAD_DQ_ESCAPE':
      return say('this backslash begins no escape that double quotes know', 'write \\\\ for a backslash')
    case 'BLOCK_IN_FLOW':
      return say('inside of [ ] and { } no indented list or map may stand', 'write it with brackets too')
    case 'KEY_OVER_1024_CHARS':
      return say('this key is longer than 1024 characters', null)
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
      return say('this is no alias', 'put a value that begins with * or & into quotes')
    case 'MULTIPLE_ANCHORS':
    case 'MULTIPLE_TAGS':
    case 'BAD_PROP_ORDER':
      return say('these marks before a value are out of order', 'put a value that begins with & or ! into quotes')
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_COLLECTION_TYPE':
      return unknownTag
    case 'BAD_DIRECTIVE':
      return say('a p2p.yaml has no directives like this', 'remove the line')
    // The rest is either looked for by other means or can't be told apart in a useful way.
    default:
      return say('this is not YAML', null)
  }
}

/** `{ port: ${PORT} }`, `[{port}:80]`, `{ to: 127.0.0.1:{port:db} }` */
function isBraceInValue(code: ErrorCode, text: string, at: number): boolean {
  if (code === 'BLOCK_IN_FLOW') return /^[^\s{]*\{/.test(text.slice(at, at + 200))
  return text.charAt(at) === '{' && (code === 'UNEXPECTED_TOKEN' || code === 'MISSING_CHAR')
}

function isFirstOnLine(text: string, at: number): boolean {
  return /(?:^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, at - 200), at))
}

export const unknownTag = say(
  'tags are not supported here',
  'put a value that begins with ! into quotes; in an override a plain null removes a key',
)

const listItem = say('a list item stands among the keys of a map', null)

function noKey(text: string, at: number): SyntaxMistake {
  const line = /^[^\r\n]*/.exec(text.slice(at, at + 200))?.[0] ?? ''
  if (line.startsWith('#')) return say('a comment needs a blank before its #', 'put a value that holds a # into quotes')
  if (/^-(?:\s|$)/.test(line)) return listItem
  if (/^[\w-]+:\S/.test(line)) return say('there is no blank after the colon', 'write key: value')
  return say('this line is no "key: value"', 'put a colon after the key')
}

function unexpected(text: string, at: number): SyntaxMistake {
  const character = text.charAt(at)
  const before = /\S(?=[ \t]*$)/.exec(text.slice(Math.max(0, at - 200), at))?.[0] ?? ''
  if (character === ',') return say('there is no value before this comma', null)
  if (character === ']' || character === '}') return say(`nothing is open that this "${character}" could close`, null)
  if (character === '-') return say('a list can not begin on the line of its key', 'begin it on the next line')
  if (before === '"' || before === "'") {
    return say('there is text after the closing quote', 'put the whole value into quotes')
  }
  if (before === ']' || before === '}') return say(`there is text after the closing "${before}"`, null)
  if (/[|>]/.test(before)) return say('there is text after the | or >', 'begin the text on the next line')
  return say('this does not belong here', null)
}

function say(message: string, hint: string | null): SyntaxMistake {
  return { message, hint }
}
