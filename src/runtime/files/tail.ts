/** Reads a file that others append to, through rotation (by rename, or copied and truncated). */
import { openRegular } from './read-file.ts'
import { closeSync, fstatSync, readSync, statSync } from '../machine.ts'

const chunkBytes = 32 * 1024
/** Patterns see no more of a line than this. */
const longestMatched = 4096

/** At most so much is passed on at once: the reader may be slow. */
const mostAtOnce = 16 * chunkBytes

/** The open descriptor stays with the file when it is renamed. `write` gets every piece, in order. */
export class Tail {
  readonly #path: string
  readonly #write: (chunk: Uint8Array) => void
  #descriptor: number | null = null
  #inode = 0
  #offset = 0

  constructor(path: string, write: (chunk: Uint8Array) => void) {
    this.#path = path
    this.#write = write
  }

  /** Goes to the last `tail` lines, not counting `noise`, or (null) to the beginning; never before `since`. The file may not exist yet. */
  begin(tail: number | null, noise: RegExp | null = null, since = 0): void {
    this.#open()
    if (this.#descriptor === null) return
    if (tail !== null) this.#offset = startOfLastLines(this.#descriptor, tail, noise)
    if (since <= fstatSync(this.#descriptor).size) this.#offset = Math.max(this.#offset, since)
  }

  /** Whether there is more to read. */
  readNew(): boolean {
    if (this.#descriptor === null) this.#open()
    if (this.#drain()) return true
    const current = statSync(this.#path, { throwIfNoEntry: false })
    if (current !== undefined && current.ino !== this.#inode) {
      // Rotated by rename: the old file was read to its end, the new one is read from its start.
      this.close()
      this.#open()
      return this.#descriptor !== null
    }
    return false
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }

  #open(): void {
    this.#descriptor = openRegular(this.#path)
    if (this.#descriptor === null) return
    this.#inode = fstatSync(this.#descriptor).ino
    this.#offset = 0
  }

  /** Whether it stopped before the end. */
  #drain(): boolean {
    if (this.#descriptor === null) return false
    const { size } = fstatSync(this.#descriptor)
    // Truncated in place (rotation of a running tunnel's log): start again.
    if (size < this.#offset) this.#offset = 0
    const end = Math.min(size, this.#offset + mostAtOnce)
    while (this.#offset < end) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, end - this.#offset))
      const length = readSync(this.#descriptor, chunk, 0, chunk.length, this.#offset)
      if (length === 0) return false
      this.#offset += length
      this.#write(chunk.subarray(0, length))
    }
    return end < size
  }
}

/** Offset of the last `count` lines that are not noise, found by reading backwards. */
function startOfLastLines(descriptor: number, count: number, noise: RegExp | null): number {
  const { size } = fstatSync(descriptor)
  if (count === 0) return size
  const chunk = Buffer.alloc(chunkBytes)
  let found = 0
  // The rest of a line that begins in an earlier chunk, as far as patterns look.
  let rest = ''
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunkBytes)
    const text = chunk.toString('latin1', 0, readSync(descriptor, chunk, 0, end - start, start))
    let before = text.length
    for (let newline = text.lastIndexOf('\n'); newline >= 0; newline = text.lastIndexOf('\n', newline - 1)) {
      const lineStart = start + newline + 1
      const counts = lineStart < size && noise?.test(text.slice(newline + 1, before) + rest) !== true
      if (counts && ++found === count) return lineStart
      before = newline
      rest = ''
      if (newline === 0) break
    }
    rest = (text.slice(0, before) + rest).slice(0, longestMatched)
    end = start
  }
  return 0
}
