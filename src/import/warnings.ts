/** Errors and warnings about one old text, with places. A line's text is shown only where it can't hold a secret. */
import type { Diagnostic } from '../core/diagnostic.ts'

/** A range on one line. Lines and columns count from 1; a column is a UTF-16 unit. */
export interface Spot {
  line: number
  column: number
  length: number
}

export const wholeFile: Spot = { line: 1, column: 1, length: 1 }

type Warning = Pick<Diagnostic, 'severity' | 'code' | 'message' | 'hint'> & { at: Spot }

/** One error or warning about a text of which nothing is shown. */
export function diagnosticOf(file: string, warning: Warning): Diagnostic {
  const { at, ...what } = warning
  const place = { file, line: at.line, column: at.column, length: 1, text: null }
  return { ...what, path: [], place, related: [] }
}

export class Warnings {
  /** As shown to people; `-` is standard input. */
  readonly file: string
  readonly #lines: readonly string[]
  readonly #all: Warning[] = []
  readonly #harmless = new Set<number>()

  constructor(file: string, text: string) {
    this.file = file
    this.#lines = text.split(/\r\n|\n|\r/)
  }

  /** Where connectd would do something that the author did not mean, or p2p can't do what connectd does. */
  warn(at: Spot, code: string, message: string, hint: string | null = null): void {
    this.#all.push({ severity: 'warning', code, message, hint, at })
  }

  refuse(at: Spot, code: string, message: string, hint: string | null = null): void {
    this.#all.push({ severity: 'error', code, message, hint, at })
  }

  /** Says that nothing on this line can be a secret. */
  show(line: number): void {
    this.#harmless.add(line)
  }

  get refused(): boolean {
    return this.#all.some(({ severity }) => severity === 'error')
  }

  #list(): Warning[] {
    return [...this.#all].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  }

  diagnostics(): Diagnostic[] {
    return this.#list().map((warning) => {
      const { line, column, length } = warning.at
      const text = this.#harmless.has(line) ? (this.#lines[line - 1] ?? null) : null
      const marked = text === null ? 1 : Math.max(1, Math.min(length, text.length - column + 1))
      return { ...diagnosticOf(this.file, warning), place: { file: this.file, line, column, length: marked, text } }
    })
  }

  /** Repeats the warnings about another text at one place of this one: that text is held by a word of this one. */
  adopt(inner: Warnings, at: Spot, where: string): void {
    for (const { severity, code, message, hint, at: spot } of inner.#list()) {
      this.#all.push({ severity, code, message: `line ${spot.line} of ${where}: ${message}`, hint, at })
    }
  }
}
