/** Text to a tree by the yaml package, up to the first syntax error. */
import { Composer, type Document, type ErrorCode } from 'yaml'
import { buildTree, overrideTag } from './yaml-tree.ts'
import type { ConfigErrors } from '../text/errors.ts'
import type { SourceText } from '../text/source.ts'
import { tokensOf, type SyntaxErrorAt } from './yaml-tokens.ts'
import type { MapNode } from '../text/tree.ts'
import { syntaxMessage } from './yaml-errors.ts'

/** One YAML 1.2 map, or null. Reports only the first syntax error: most others result from it. */
export function parseYaml(source: SourceText, errors: ConfigErrors): MapNode | null {
  const { document, found } = composeFirst(source.text)
  const first = found.sort((a, b) => a.noticed - b.noticed)[0]
  if (document !== null && first === undefined) return buildTree(document, source, errors)
  const { start, end, message, hint } = first ?? { start: 0, end: 1, ...syntaxMessage('IMPOSSIBLE', source.text, 0) }
  errors.add({ code: 'syntax', message, path: [], at: { source, start, end: Math.max(end, start + 1) }, hint })
  return null
}

function composeFirst(text: string): { document: Document.Parsed | null; found: SyntaxErrorAt[] } {
  const found: SyntaxErrorAt[] = []
  let document: Document.Parsed | null = null
  try {
    for (const composed of new FirstErrorComposer().compose(tokensOf(text, found), true, text.length)) {
      if (document !== null) {
        const [start] = composed.range
        const says = { message: 'a second document starts here', hint: 'remove the line ---' }
        found.push({ noticed: start, start, end: start + 3, ...says })
        break
      }
      document = composed
    }
  } catch (error) {
    if (!(error instanceof FoundError)) throw error
    found.push(toSyntaxError(error, text))
  }
  const { explicit, version } = document?.directives.yaml ?? {}
  if (explicit === true && version !== '1.2') {
    found.push({ noticed: 0, start: 0, end: 5, message: 'a p2p.yaml must be YAML 1.2', hint: 'remove this line' })
  }
  return { document, found }
}

const customTags = (['map', 'seq'] as const).map((collection) => ({ tag: overrideTag, collection }))

/** Stops at the first error: a hostile text has half a million, each an Error with its stack (1.3 GB for 1 MiB). */
class FirstErrorComposer extends Composer {
  constructor() {
    // Duplicate keys are found while the tree is built: the package compares every key with every other.
    super({ version: '1.2', schema: 'core', customTags, uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
    let first: FoundError | null = null
    Object.assign(this, {
      onError: (place: ErrorPlace, code: ErrorCode, _message: string, isWarning?: boolean) => {
        // Allowed: a closing bracket in the column of its key.
        if (isWarning === true && code === 'BAD_INDENT') return
        // The package catches what is thrown and reports it again as an error of the enclosing collection.
        first ??= new FoundError(place, code)
        throw first
      },
    })
  }
}

type ErrorPlace = number | readonly number[] | { offset: number; source?: string }

class FoundError extends Error {
  readonly place: ErrorPlace
  readonly code: ErrorCode

  constructor(place: ErrorPlace, code: ErrorCode) {
    super('syntax error')
    this.place = place
    this.code = code
  }
}

function toSyntaxError({ place, code }: FoundError, text: string): SyntaxErrorAt {
  const [at, upTo] = rangeOf(place)
  // Mark the word after the indentation.
  const word = at + lengthOf(/^[ \t]*/, text, at) * Number(code !== 'TAB_AS_INDENT')
  const start = code === 'BLOCK_AS_IMPLICIT_KEY' ? deeperKey(text, word) : word
  const restOfLine = Math.max(1, lengthOf(/^[^\r\n]*/, text, start))
  const isLine = code === 'MULTILINE_IMPLICIT_KEY' || code === 'BLOCK_AS_IMPLICIT_KEY'
  const end = isLine ? start + restOfLine : Math.min(upTo, start + restOfLine)
  return { noticed: at, start, end, ...syntaxMessage(code, text, start) }
}

/** `port: 80` above a more indented line: mark the key on that line, not what follows `port:`. */
function deeperKey(text: string, value: number): number {
  const above = /^(?!- )(?:(?!:(?:\s|$))[^\r\n])*[\r\n]\s*(?=\S)/.exec(text.slice(value, value + 1000))?.[0].length
  return value + (above ?? 0)
}

function rangeOf(place: ErrorPlace): [number, number] {
  if (typeof place === 'number') return [place, place + 1]
  if ('offset' in place) return [place.offset, place.offset + (place.source?.length ?? 1)]
  return [place[0] ?? 0, place[1] ?? 0]
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  return pattern.exec(text.slice(at, at + 200))?.[0].length ?? 0
}
