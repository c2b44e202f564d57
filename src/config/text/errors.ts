/** Collects errors and warnings with their places, until everything is checked. */
import type { Diagnostic, Place } from '../../core/diagnostic.ts'
import { shortened } from '../../core/text/shortened.ts'
import { isSecretName, mayHoldSecret } from './secret-names.ts'
import { lineAt, type Span } from './source.ts'

interface ConfigError {
  code: string
  message: string
  path: Path
  at: Span | null
  hint?: string | null
  related?: Related[]
  /** One error in many places: `cause` identifies it, `also` describes the further places. */
  once?: { cause: string; also: string }
}

interface Related {
  message: string
  at: Span
}

/** Keys from the top of the document. */
export type Path = readonly (string | number)[]

export interface ConfigErrors {
  add(error: ConfigError, severity?: Diagnostic['severity']): void
  readonly count: number
  /** The limit is reached: there may be more errors. */
  readonly full: boolean
  /** Whether another place of this error would not be listed. */
  isFullyReported(code: string, cause: string): boolean
  /** Everything of one severity, each error once, in the order of files and lines. */
  list(severity: Diagnostic['severity']): Diagnostic[]
}

export function collectErrors(): ConfigErrors {
  const found = new Map<string, { severity: Diagnostic['severity']; error: ConfigError }>()
  let count = 0
  const add = (error: ConfigError, severity: Diagnostic['severity'] = 'error'): void => {
    // An error in `defaults` or under an anchor is found once per tunnel: at one place, it is one error.
    if (severity === 'error' && count >= mostErrors) return
    const key = JSON.stringify([severity, error.code, ...identity(error)])
    const known = found.get(key)
    if (known !== undefined) {
      known.error = joined(known.error, error)
      return
    }
    found.set(key, { severity, error })
    if (severity === 'error') count += 1
  }
  return {
    add,
    get count() {
      return count
    },
    get full() {
      return count >= mostErrors
    },
    isFullyReported: (code, cause) => {
      const related = found.get(JSON.stringify(['error', code, cause]))?.error.related ?? []
      return count >= mostErrors || related.length >= mostRelated
    },
    list: (wanted) =>
      [...found.values()]
        .filter(({ severity }) => severity === wanted)
        .map(({ error }) => error)
        .sort(inFileOrder)
        .map((error) => toDiagnostic(wanted, error)),
  }
}

/** A hostile file can have a million errors. */
const mostErrors = 200

/** Keys as people write them: `tunnels.db.ssh.forward[1].to`. */
export function dotted(path: Path): string {
  return path
    .map(shownKey)
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      const shown = /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
      return index === 0 ? shown : `.${shown}`
    })
    .join('')
}

/** A key that may be shown: `PASSWORD=...` before a colon is a key as well. */
export function shownKey(key: string | number): string | number {
  // Each word once: a pattern that begins anywhere in it would take quadratic time.
  const named = typeof key === 'number' ? null : /(?<![\w.-])([\w.-]+)["']?\s*[=\s]/.exec(key)
  if (named !== null && isSecretName(named[1] ?? '')) return '***'
  return typeof key === 'string' ? shortened(key) : key
}

/** What makes two errors the same: the cause, else the place and the key there. */
function identity({ once, path, at, message }: ConfigError): unknown[] {
  if (once !== undefined) return [once.cause]
  return [at?.source.order, at?.start, at === null ? message : String(path.at(-1))]
}

/** The earlier place reports the error; the other one becomes a related place. */
function joined(known: ConfigError, again: ConfigError): ConfigError {
  const { once } = again
  if (once === undefined || known.at === null || again.at === null) return known
  const [first, later] = inFileOrder(again, known) < 0 ? [again, known.at] : [known, again.at]
  const related = [...(known.related ?? []), { message: once.also, at: later }]
  const isNew = !related.slice(0, -1).some(({ at }) => isSamePlace(at, later)) && !isSamePlace(known.at, again.at)
  return { ...first, related: isNew && related.length <= mostRelated ? related : (known.related ?? []) }
}

function isSamePlace(a: Span, b: Span): boolean {
  return a.source === b.source && a.start === b.start
}

const mostRelated = 3

function inFileOrder(a: ConfigError, b: ConfigError): number {
  if (a.at === null || b.at === null) return Number(a.at !== null) - Number(b.at !== null)
  return a.at.source.order - b.at.source.order || a.at.start - b.at.start
}

function toDiagnostic(severity: Diagnostic['severity'], error: ConfigError): Diagnostic {
  return {
    severity,
    code: error.code,
    message: shortened(error.message),
    path: error.path.map(shownKey),
    place: error.at === null ? null : placeOf(error.at, error.path),
    hint: error.hint === undefined || error.hint === null ? null : shortened(error.hint),
    // Through an alias, two values share one place.
    related: (error.related ?? [])
      .filter(({ at }) => error.at === null || !isSamePlace(at, error.at))
      .map(({ message, at }) => ({ message, place: placeOf(at) })),
  }
}

/** Hides the text of a line that may hold a secret, and of a secret key: an alias may put it on any line. */
function placeOf({ source, start, end }: Span, path: Path = []): Place {
  const { line, start: lineStart, end: lineEnd } = lineAt(source, start)
  const from = Math.min(start, lineEnd)
  const place = { file: source.shown, line, column: from - lineStart + 1 }
  const isSecret = (path[0] === 'accounts' && path.length > 1) || path.some((key) => isSecretName(String(key)))
  if (isSecret || mayHoldSecret(source, line)) return { ...place, text: null, length: 1 }
  return { ...place, text: source.text.slice(lineStart, lineEnd), length: Math.max(1, Math.min(end, lineEnd) - from) }
}
