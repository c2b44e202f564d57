/** Reads a growing log piece by piece, each line once. */
import { stripVTControlCharacters } from 'node:util'
import { hookLine } from '../../core/text/run-border.ts'
import { readBytesFrom } from '../files/read-file.ts'

/** What is read at once: of a flood, only the newest lines. */
const mostBytes = 4 * 1024 * 1024

export class LineReader {
  readonly #path: string
  #offset: number
  #rest = ''

  constructor(path: string, offset: number) {
    this.#path = path
    this.#offset = offset
  }

  /** Lines since the last call; the last one may be unfinished, and comes again with its rest. */
  read(): string[] {
    const fresh = readBytesFrom(this.#path, (size) => {
      // Truncated by rotation: start again.
      if (size < this.#offset) this.#offset = 0
      this.#offset = Math.max(this.#offset, size - mostBytes)
      return this.#offset
    })
    if (fresh.length === 0) return []
    this.#offset += fresh.length
    const lines = (this.#rest + fresh.toString('utf8')).split('\n')
    this.#rest = (lines.at(-1) ?? '').slice(0, 4096)
    return lines.filter((line) => !hookLine.test(line)).map(stripVTControlCharacters)
  }
}
