/** What there is to say about one old text, with places. Nothing of a line is shown unless somebody has said it is harmless. */
import type { Diagnostic, Place } from '../core/diagnostic.ts'

/** A range on one line. Lines and columns count from 1; a column is a UTF-16 unit. */
export interface Spot {
  line: number
  column: number
  length: number
}

export interface Warning {
  severity: Diagnostic['severity']
  /** Stable machine code: `wrong-case`, `port-wrapped`. */
  code: string
  /** A whole sentence without its place; never holds a value that may be a secret. */
  message: string
  hint: string | null
  at: Spot
}

export class Warnings {
  /** As shown to people; `-` is standard input. */
  readonly file: string
  readonly #lines: readonly string[]
  readonly #notes: Warning[] = []
  /** By line. */
  readonly #harmless = new Map<number, Spot[]>()

  constructor(file: string, lines: readonly string[]) {
    this.file = file
    this.#lines = lines
  }

  /** Where connectd would do something that the author did not mean, or p2p can't do what connectd does. */
  warn(at: Spot, code: string, message: string, hint: string | null = null): void {
    this.#notes.push({ severity: 'warning', code, message, hint, at })
  }

  /** Why nothing can be made of the text. */
  refuse(at: Spot, code: string, message: string, hint: string | null = null): void {
    this.#notes.push({ severity: 'error', code, message, hint, at })
  }

  /** Says that this part of a line is no secret and may be shown. */
  show(at: Spot): void {
    const line = this.#harmless.get(at.line)
    if (line === undefined) this.#harmless.set(at.line, [at])
    else line.push(at)
  }

  get refused(): boolean {
    return this.#notes.some(({ severity }) => severity === 'error')
  }

  /** In the order of the lines. */
  list(): Warning[] {
    return [...this.#notes].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  }

  diagnostics(): Diagnostic[] {
    return this.list().map(({ severity, code, message, hint, at }) => ({
      severity,
      code,
      message,
      path: [],
      place: this.#place(at),
      hint,
      related: [],
    }))
  }

  /** Says what another text's notes say, at one place of this one: that text is held by a word of this one. */
  adopt(inner: Warnings, at: Spot, where: string): void {
    for (const { severity, code, message, hint, at: spot } of inner.list()) {
      this.#notes.push({ severity, code, message: `line ${spot.line} of ${where}: ${message}`, hint, at })
    }
  }

  #place({ line, column, length }: Spot): Place {
    const shown = this.#excerpt({ line, column, length })
    return { file: this.file, line, column, length: shown === null ? 1 : shown.length, text: shown?.text ?? null }
  }

  /**
   * The line with all that may be a secret as `***`. Null where a mask would stand before what is marked: it would move the
   * mark, and one of the same length would tell how long the secret is.
   */
  #excerpt({ line, column, length }: Spot): { text: string; length: number } | null {
    const text = this.#lines[line - 1] ?? ''
    const start = column - 1
    const hidden = hiddenRuns(text, this.#harmless.get(line) ?? [])
    if (hidden.some(({ from }) => from < start)) return null
    const [first] = hidden
    if (first === undefined) return { text, length: Math.max(1, Math.min(length, text.length - start)) }
    // What follows the first hidden part is left out as a whole: how much there is tells something, too.
    return {
      text: `${text.slice(0, first.from)}${mask}`,
      length: Math.max(1, Math.min(length, first.from + mask.length - start)),
    }
  }
}

const mask = '***'

function hiddenRuns(text: string, harmless: readonly Spot[]): { from: number }[] {
  const open = new Array<boolean>(text.length).fill(false)
  for (const { column, length } of harmless) open.fill(true, column - 1, column - 1 + length)
  const runs: { from: number }[] = []
  for (let at = 0; at < text.length; at += 1) {
    // Quotes and signs around a value tell nothing.
    if (open[at] === true || /[ \t"'`\\&;|=:]/.test(text.charAt(at))) continue
    runs.push({ from: at })
    while (at < text.length && open[at] !== true) at += 1
  }
  return runs
}
