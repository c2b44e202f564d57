/** Mistakes and warnings, collected with their places until everything has been looked at. */
import type { Diagnostic, Place } from '../core/diagnostic.ts'
import { maskedExcerpt } from './mask.ts'
import { isSecretName } from './secret-names.ts'
import type { Span } from './source.ts'
import { lineAt } from './source.ts'

export interface Finding {
  code: string
  /** The whole sentence without its place. */
  message: string
  path: Path
  at: Span | null
  hint?: string | null
  related?: { message: string; at: Span }[]
}

/** Keys from the top of the document. */
export type Path = readonly (string | number)[]

export interface Findings {
  error(finding: Finding): void
  warning(finding: Finding): void
  /** How many errors there are so far. */
  readonly errors: number
  /** Nobody reads more: what only looks for further mistakes may stop. */
  readonly full: boolean
  /** Everything of one severity, each mistake once, in the order of the files and of the lines in them. */
  list(severity: Diagnostic['severity']): Diagnostic[]
}

export function collectFindings(): Findings {
  const found = new Map<string, { severity: Diagnostic['severity']; finding: Finding }>()
  let errors = 0
  const add = (severity: Diagnostic['severity'], finding: Finding): void => {
    // One mistake in `defaults` or under an anchor is met once per tunnel: the place tells that it is one.
    if (severity === 'error' && errors >= mostErrors) return
    const key = JSON.stringify([severity, finding.code, finding.at?.source.order, finding.at?.start, what(finding)])
    if (found.has(key)) return
    found.set(key, { severity, finding })
    if (severity === 'error') errors += 1
  }
  return {
    error: (finding) => {
      add('error', finding)
    },
    warning: (finding) => {
      add('warning', finding)
    },
    get errors() {
      return errors
    },
    get full() {
      return errors >= mostErrors
    },
    list: (wanted) =>
      [...found.values()]
        .filter(({ severity }) => severity === wanted)
        .map(({ finding }) => finding)
        .sort(inFileOrder)
        .map((finding) => toDiagnostic(wanted, finding)),
  }
}

/** A hostile file can have a million mistakes. */
const mostErrors = 200

/** The keys as people write them: `tunnels.ssh-pi.port`, `tunnels.db.ssh.forward[1].to`. */
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

/** A key as it may be shown: `PASSWORD=...` is one where a colon follows it. */
export function shownKey(key: string | number): string | number {
  const named = typeof key === 'number' ? null : /([\w.-]+)["']?\s*[=\s]/.exec(key)
  return named !== null && isSecretName(named[1] ?? '') ? '***' : key
}

/** What tells two mistakes at one place apart: nothing but their sentences below the place. */
function what({ path, at, message }: Finding): string {
  return at === null ? message : String(path.at(-1))
}

function inFileOrder(a: Finding, b: Finding): number {
  if (a.at === null || b.at === null) return Number(a.at !== null) - Number(b.at !== null)
  return a.at.source.order - b.at.source.order || a.at.start - b.at.start
}

function toDiagnostic(severity: Diagnostic['severity'], finding: Finding): Diagnostic {
  return {
    severity,
    code: finding.code,
    message: finding.message,
    path: finding.path.map(shownKey),
    place: finding.at === null ? null : placeOf(finding.at),
    hint: finding.hint ?? null,
    related: (finding.related ?? []).map(({ message, at }) => ({ message, place: placeOf(at) })),
  }
}

function placeOf({ source, start, end }: Span): Place {
  const { line, start: lineStart, end: lineEnd } = lineAt(source, start)
  const from = Math.min(start, lineEnd)
  const excerpt = maskedExcerpt(
    source,
    { start: lineStart, end: lineEnd },
    { start: from, end: Math.min(end, lineEnd) },
  )
  return { file: source.shown, line, column: from - lineStart + 1, ...excerpt }
}
