/** Reads a file that others append to, through rotation (by rename, or copied and truncated). */
import { openRegular } from './read-file.ts'
import { closeSync, fstatSync, readSync, statSync } from '../machine.ts'

const chunkBytes = 32 * 1024
/** Of a line that lies across chunks. */
const longestCounted = chunkBytes

/** At most so much is passed on at once: the reader may be slow. */
const mostAtOnce = 16 * chunkBytes

export interface Part {
  /** Only the last lines of it; null: all. */
  tail: number | null
  /** Whether a line (Latin-1) counts as one of them; absent: each does. */
  counts?: ((line: string) => boolean) | undefined
  /** Nothing before the line that has this offset. */
  since?: number | undefined
  /** Not the line that has this offset, nor what follows; absent: also what is still to come. */
  until?: number | undefined
}

/** The open descriptor stays with the file when it is renamed. `write` gets every piece, in order, with its offset. */
export class Tail {
  readonly #path: string
  readonly #write: (chunk: Uint8Array, offset: number) => void
  #descriptor: number | null = null
  #inode = 0
  #offset = 0
  #end = Infinity

  constructor(path: string, write: (chunk: Uint8Array, offset: number) => void) {
    this.#path = path
    this.#write = write
  }

  /** Goes to the beginning of that part. The file may not exist yet. */
  begin({ tail, counts, since = 0, until }: Part): void {
    this.#open()
    if (this.#descriptor === null) return
    const { size } = fstatSync(this.#descriptor)
    if (until !== undefined) this.#end = startOfLine(this.#descriptor, until)
    if (tail !== null) this.#offset = startOfLastLines(this.#descriptor, tail, counts, Math.min(size, this.#end))
    if (since > 0 && since <= size) this.#offset = Math.max(this.#offset, startOfLine(this.#descriptor, since))
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
    const size = Math.min(fstatSync(this.#descriptor).size, this.#end)
    // Truncated in place (rotation of a running tunnel's log): start again.
    if (size < this.#offset) this.#offset = 0
    const end = Math.min(size, this.#offset + mostAtOnce)
    while (this.#offset < end) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, end - this.#offset))
      const length = readSync(this.#descriptor, chunk, 0, chunk.length, this.#offset)
      if (length === 0) return false
      this.#offset += length
      this.#write(chunk.subarray(0, length), this.#offset - length)
    }
    return end < size
  }
}

function startOfLine(descriptor: number, offset: number): number {
  return startOfLastLines(descriptor, 1, undefined, offset + 1)
}

/** Offset of the last `count` lines that count, of the first `size` bytes, found by reading backwards. */
function startOfLastLines(descriptor: number, count: number, counts: Part['counts'], size: number): number {
  if (count === 0) return size
  const chunk = Buffer.alloc(chunkBytes)
  let found = 0
  // The rest of a line that begins in an earlier chunk.
  let rest = ''
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunkBytes)
    const text = chunk.toString('latin1', 0, readSync(descriptor, chunk, 0, end - start, start))
    let before = text.length
    for (let newline = text.lastIndexOf('\n'); newline >= 0; newline = text.lastIndexOf('\n', newline - 1)) {
      const lineStart = start + newline + 1
      const isLine = lineStart < size && counts?.(text.slice(newline + 1, before) + rest) !== false
      if (isLine && ++found === count) return lineStart
      before = newline
      rest = ''
      if (newline === 0) break
    }
    rest = (text.slice(0, before) + rest).slice(0, longestCounted)
    end = start
  }
  return 0
}
