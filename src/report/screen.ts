/** A view over the whole terminal, as in top; only changed lines are sent. */
import type { Output } from '../core/context.ts'

/** xterm control sequences (ctlseqs, DEC private modes 7, 25, 1049). */
const enter = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J'
const leave = '\x1b[?7h\x1b[?25h\x1b[?1049l'
const clear = '\x1b[2J'

export class Screen {
  readonly #output: Output
  #shown: string[] = []
  #size = ''

  /** `end` restores the terminal. */
  constructor(output: Output) {
    this.#output = output
    output.write(enter)
  }

  /** Lines that do not fit are counted in the last one. */
  draw(text: string): void {
    const rows = Math.max(1, this.#output.rows ?? 24)
    const size = `${this.#output.columns ?? 80}x${rows}`
    const lines = fitted(text.replace(/\n$/, '').split('\n'), rows)
    let sent = ''
    // A resize may have changed anything on the terminal.
    if (size !== this.#size) {
      sent += clear
      this.#shown = []
      this.#size = size
    }
    for (const [index, line] of lines.entries()) {
      // Cleared before: behind a full line the cursor stays on its last column, which would be cleared.
      if (line !== this.#shown[index]) sent += `\x1b[${index + 1};1H\x1b[K${line}`
    }
    if (lines.length < this.#shown.length) sent += `\x1b[${lines.length + 1};1H\x1b[J`
    this.#shown = lines
    if (sent !== '') this.#output.write(sent)
  }

  end(): void {
    this.#output.write(leave)
  }
}

function fitted(lines: readonly string[], rows: number): string[] {
  if (lines.length <= rows) return [...lines]
  return [...lines.slice(0, rows - 1), `... and ${lines.length - rows + 1} more lines`]
}
