/** Removes secrets from a tunnel's logs before p2p forgets a value, since it can then no longer mask what a program printed. */
import { join } from 'node:path'
import { encodingsOf } from '../../core/text/secret-encodings.ts'
import { unusable } from '../files/folders.ts'
import { namesIn, openRegular } from '../files/read-file.ts'
import { closeSync, constants, readSync, writeSync } from '../machine.ts'

/** Overwrites every encoding of the values in place: it needs no space. @throws P2pError 'state.unusable' */
export function redactLogs(folder: string, values: readonly string[]): void {
  const needles = [...new Set(values.flatMap(encodingsOf))].map((text) => Buffer.from(text))
  if (needles.length === 0) return
  for (const name of namesIn(folder)) {
    if (!/^log(?:\.\d+)?$/.test(name)) continue
    const path = join(folder, name)
    try {
      maskFile(path, needles)
    } catch (error) {
      throw unusable(path, error)
    }
  }
}

const chunkBytes = 1024 * 1024

function maskFile(path: string, needles: readonly Buffer[]): void {
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1
  const descriptor = openRegular(path, constants.O_RDWR)
  if (descriptor === null) return
  try {
    const chunk = Buffer.alloc(overlap + chunkBytes)
    // The overlap is kept unmasked: one encoding may begin in the middle of another.
    let carried = 0
    for (let offset = 0; ;) {
      const length = readSync(descriptor, chunk, carried, chunkBytes, offset)
      if (length === 0) return
      offset += length
      const text = chunk.subarray(0, carried + length)
      for (const needle of needles) {
        for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
          writeSync(descriptor, Buffer.alloc(needle.length, '*'), 0, needle.length, offset - text.length + at)
        }
      }
      carried = Math.min(overlap, text.length)
      text.copyWithin(0, text.length - carried)
    }
  } finally {
    closeSync(descriptor)
  }
}
