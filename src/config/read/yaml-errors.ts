/** Messages for syntax errors. */
import type { ErrorCode } from 'yaml'

export interface SyntaxMessage {
  message: string
  hint: string | null
}

/** The package's own messages repeat parts of the text, which may be secret. `at`: where the error is. */
export function syntaxMessage(code: ErrorCode, text: string, at: number): SyntaxMessage {
  if (isBraceInValue(code, text, at)) {
    const isVariable = text.charAt(at - 1) === '$'
    const hint = isVariable ? 'quote it: "${NAME}"' : 'quote the value'
    return say('a value inside { } or [ ] cannot contain braces', hint)
  }
  switch (code) {
    case 'TAB_AS_INDENT':
      return say('YAML cannot be indented with tabs', 'indent with spaces')
    case 'BAD_INDENT':
      return say('the indentation of this line matches nothing above it', alignKeys)
    case 'MULTILINE_IMPLICIT_KEY':
    case 'MISSING_CHAR':
      return noKey(text, at)
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (text.startsWith('- ', at)) return listItem
      if (isFirstOnLine(text, at)) return say('this key is indented below a value, not below a key', alignKeys)
      return say('there is a second ": " on this line', 'quote a value that contains ": "')
    case 'UNEXPECTED_TOKEN':
      return unexpected(text, at)
    case 'BAD_SCALAR_START':
      return say('a value cannot start with this character', 'quote the value')
    case 'BAD_DQ_ESCAPE':
      return say('unknown escape in double quotes', 'write \\\\ for a backslash')
    case 'BLOCK_IN_FLOW':
      return say('[ ] and { } cannot contain an indented list or map', 'write it with brackets too')
    case 'KEY_OVER_1024_CHARS':
      return say('this key is longer than 1024 characters', null)
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
      return say('this is not an alias', 'quote a value that starts with * or &')
    case 'MULTIPLE_ANCHORS':
    case 'MULTIPLE_TAGS':
    case 'BAD_PROP_ORDER':
      return say('the anchor or tag of this value is misplaced', 'quote a value that starts with & or !')
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_COLLECTION_TYPE':
      return /^!override\b/.test(text.slice(at, at + 10)) ? misplacedOverride : unknownTag
    case 'BAD_DIRECTIVE':
      return say('this YAML directive is not supported', 'remove the line')
    // The rest is found by other means, or says nothing useful.
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

export const noBreakSpace = say(
  'this line has a no-break space, as text from web pages does',
  'replace it with a plain space',
)

export const unknownTag = say(
  'tags are not supported here',
  'quote a value that starts with !; in an override a plain null removes a key',
)

export const misplacedOverride = say(
  '!override replaces nothing here',
  'put it before a list or a map in an override file, in a tunnel with extends, or over a value of defaults',
)

const alignKeys = 'start all keys of a map in the same column'
const listItem = say('a list item is mixed with the keys of a map', null)

function noKey(text: string, at: number): SyntaxMessage {
  const line = /^[^\r\n]*/.exec(text.slice(at, at + 200))?.[0] ?? ''
  if (line.startsWith('#')) return say('a comment needs a space before #', 'quote a value that contains #')
  if (/^-(?:\s|$)/.test(line)) return listItem
  if (/^[\w-]+:\S/.test(line)) return say('missing space after the colon', 'write key: value')
  return say('this line is not "key: value"', 'put a colon after the key')
}

function unexpected(text: string, at: number): SyntaxMessage {
  const character = text.charAt(at)
  const before = /\S(?=[ \t]*$)/.exec(text.slice(Math.max(0, at - 200), at))?.[0] ?? ''
  if (character === ',') return say('missing value before this comma', null)
  if (character === ']' || character === '}') return say(`this "${character}" closes nothing`, null)
  if (character === '-') return say('a list cannot start on the line of its key', 'start it on the next line')
  if (before === '"' || before === "'") {
    return say('unexpected text after the closing quote', 'quote the whole value')
  }
  if (before === ']' || before === '}') return say(`unexpected text after the closing "${before}"`, null)
  if (/[|>]/.test(before)) return say('unexpected text after | or >', 'start the text on the next line')
  return say('unexpected text', null)
}

function say(message: string, hint: string | null): SyntaxMessage {
  return { message, hint }
}
