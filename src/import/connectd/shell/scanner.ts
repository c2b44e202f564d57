/** A place in a text that moves on. Offsets are UTF-16 units. */
import type { Spot } from '../../warnings.ts'

export class Scanner {
  readonly text: string
  at = 0
  readonly #lineStarts: readonly number[]

  /** `lineStarts`: those of the whole text, where this is a part of one. */
  constructor(text: string, lineStarts: readonly number[] = startsOf(text)) {
    this.text = text
    this.#lineStarts = lineStarts
  }

  /** The same place in a text that ends at an offset; places count as in the whole. */
  upTo(end: number): Scanner {
    const part = new Scanner(this.text.slice(0, end), this.#lineStarts)
    part.at = this.at
    return part
  }

  get done(): boolean {
    return this.at >= this.text.length
  }

  /** The next character, empty at the end. */
  get next(): string {
    return this.text.charAt(this.at)
  }

  startsWith(word: string): boolean {
    return this.text.startsWith(word, this.at)
  }

  /** What a sticky pattern matches here, and moves behind it; null: nothing. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? null
    if (found !== null) this.at += found.length
    return found
  }

  spot(from: number, to = this.at): Spot {
    const line = this.lineOf(from)
    const start = this.#lineStarts[line - 1] ?? 0
    return { line, column: from - start + 1, length: Math.max(1, to - from) }
  }

  lineOf(offset: number): number {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? Infinity) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  /** Whether only blanks stand before an offset on its line. */
  beginsLine(offset: number): boolean {
    return /^[ \t]*$/.test(this.text.slice(this.#lineStarts[this.lineOf(offset) - 1], offset))
  }
}

function startsOf(text: string): number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), ({ index, 0: end }) => index + end.length)]
}
