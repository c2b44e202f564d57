/** Reads p2p's own files and folders, which may be absent, and parts of growing files. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs'
import { systemCode } from '../../core/errors.ts'
import { unusable } from './folders.ts'

/** The file's text, or null if there is none. @throws P2pError 'state.unusable'. */
export function readOptional(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw unusable(path, error)
  }
}

/** Names in a folder; none if it does not exist. @throws P2pError 'state.unusable'. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw unusable(folder, error)
  }
}

/** Text from `start(size)` on, or '' without a file. */
export function readFrom(path: string, start: (size: number) => number, limit = Infinity): string {
  return readBytesFrom(path, start, limit).toString('utf8')
}

/** Bytes from `start(size)` on, none without a file. Never follows a symbolic link. */
export function readBytesFrom(path: string, start: (size: number) => number, limit = Infinity): Buffer {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw unusable(path, error)
  }
  try {
    const { size } = fstatSync(descriptor)
    const from = start(size)
    return readRange(descriptor, from, Math.max(0, Math.min(size - from, limit)))
  } finally {
    closeSync(descriptor)
  }
}

/** Loops: a single read may return less. Fewer bytes only at the end of the file. */
export function readRange(descriptor: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let done = 0
  for (let read = -1; read !== 0 && done < length; done += read) {
    read = readSync(descriptor, bytes, done, length - done, from + done)
  }
  return bytes.subarray(0, done)
}
