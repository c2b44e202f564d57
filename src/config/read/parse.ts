/** Text to a tree by the yaml package, up to the first syntax error. */
import { Composer, type Document, type ErrorCode } from 'yaml'
import { buildTree } from './yaml-tree.ts'
import type { ConfigErrors } from '../text/errors.ts'
import type { SourceText } from '../text/source.ts'
import { tokensOf, type Noticed } from './yaml-tokens.ts'
import type { MapNode } from '../text/tree.ts'
import { syntaxMistake } from './yaml-errors.ts'

/**
 * Reads a text as one YAML 1.2 document whose top is a map. Mistakes go to `errors`; null when there is no tree to go
 * on with. Of syntax errors only the first is told: what follows it is mostly its echo.
 */
export function parseYaml(source: SourceText, errors: ConfigErrors): MapNode | null {
  const { document, mistakes } = composeFirst(source.text)
  const first = mistakes.sort((a, b) => a.noticed - b.noticed)[0]
  if (document !== null && first === undefined) return buildTree(document, source, errors)
  const { start, end, message, hint } = first ?? { start: 0, end: 1, ...syntaxMistake('IMPOSSIBLE', source.text, 0) }
  errors.add({ code: 'syntax', message, path: [], at: { source, start, end: Math.max(end, start + 1) }, hint })
  return null
}

function composeFirst(text: string): { document: Document.Parsed | null; mistakes: Noticed[] } {
  const mistakes: Noticed[] = []
  let document: Document.Parsed | null = null
  try {
    for (const composed of new FirstErrorComposer().compose(tokensOf(text, mistakes), true, text.length)) {
      if (document !== null) {
        const [start] = composed.range
        const says = { message: 'a second document begins here', hint: 'remove the line ---' }
        mistakes.push({ noticed: start, start, end: start + 3, ...says })
        break
      }
      document = composed
    }
  } catch (error) {
    if (!(error instanceof FoundError)) throw error
    mistakes.push(toMistake(error, text))
  }
  const { explicit, version } = document?.directives.yaml ?? {}
  if (explicit === true && version !== '1.2') {
    mistakes.push({ noticed: 0, start: 0, end: 5, message: 'a p2p.yaml is YAML 1.2', hint: 'remove this line' })
  }
  return { document, mistakes }
}

/**
 * Composes up to the first error. A hostile text can hold half a million of them, and each would become an Error with
 * its stack: 23 s and 1.3 GB for one mebibyte of `]`.
 */
class FirstErrorComposer extends Composer {
  constructor() {
    // Duplicate keys are found while the tree is built: the package compares every key with every other.
    super({ version: '1.2', schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
    let first: FoundError | null = null
    Object.assign(this, {
      onError: (place: ErrorPlace, code: ErrorCode, _message: string, isWarning?: boolean) => {
        // The one warning to live with: a closing bracket in the column of its key.
        if (isWarning === true && code === 'BAD_INDENT') return
        // What is thrown is caught on the way out and comes back as an error of the collection around.
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

function toMistake({ place, code }: FoundError, text: string): Noticed {
  const [at, upTo] = rangeOf(place)
  // What is wrong with an indentation is the word that begins after it.
  const word = at + lengthOf(/^[ \t]*/, text, at) * Number(code !== 'TAB_AS_INDENT')
  const start = code === 'BLOCK_AS_IMPLICIT_KEY' ? deeperKey(text, word) : word
  const restOfLine = Math.max(1, lengthOf(/^[^\r\n]*/, text, start))
  const isLine = code === 'MULTILINE_IMPLICIT_KEY' || code === 'BLOCK_AS_IMPLICIT_KEY'
  const end = isLine ? start + restOfLine : Math.min(upTo, start + restOfLine)
  return { noticed: at, start, end, ...syntaxMistake(code, text, start) }
}

/** `port: 80` above a line that is indented further: there stands the key that should not, not behind `port:`. */
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
