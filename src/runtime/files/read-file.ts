/** Reads p2p's own files and folders, which may be absent, and parts of growing files. */
import { systemCode } from '../../core/errors.ts'
import { misplaced, unusable } from './folders.ts'
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Stats } from '../machine.ts'

/**
 * Opens one of p2p's own files; null if there is none. Anything may be in its place: a pipe would block for ever, a
 * link leads elsewhere. @throws P2pError 'state.unusable' with the path.
 */
export function openRegular(path: string, flags: number = constants.O_RDONLY): number | null {
  return openWithStat(path, flags)?.descriptor ?? null
}

function openWithStat(path: string, flags: number): { descriptor: number; stat: Stats } | null {
  let descriptor: number
  try {
    descriptor = openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw unusable(path, error)
  }
  try {
    const stat = fstatSync(descriptor)
    if (stat.isFile()) return { descriptor, stat }
  } catch (error) {
    closeSync(descriptor)
    throw unusable(path, error)
  }
  closeSync(descriptor)
  throw misplaced(path, 'a regular file')
}

/** The same to append to. */
export function openOrCreate(path: string): number {
  const descriptor = openRegular(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT)
  if (descriptor === null) throw unusable(path, null)
  return descriptor
}

/** The file's text, or null if there is none. @throws P2pError 'state.unusable'. */
export function readOptional(path: string): string | null {
  return readWithTime(path)?.text ?? null
}

/** With the time of its last write, in milliseconds: both are of one moment. @throws P2pError 'state.unusable'. */
export function readWithTime(path: string): { text: string; writtenAt: number } | null {
  const file = openWithStat(path, constants.O_RDONLY)
  if (file === null) return null
  try {
    return { text: readRange(file.descriptor, 0, file.stat.size).toString('utf8'), writtenAt: file.stat.mtimeMs }
  } catch (error) {
    throw unusable(path, error)
  } finally {
    closeSync(file.descriptor)
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

/** Bytes from `start(size)` on, none without a file. */
export function readBytesFrom(path: string, start: (size: number) => number, limit = Infinity): Buffer {
  const descriptor = openRegular(path)
  if (descriptor === null) return Buffer.alloc(0)
  try {
    const { size } = fstatSync(descriptor)
    const from = start(size)
    return readRange(descriptor, from, Math.max(0, Math.min(size - from, limit)))
  } catch (error) {
    throw unusable(path, error)
  } finally {
    closeSync(descriptor)
  }
}

/** Loops: a single read may return less. Fewer bytes only at the end of the file. */
export function readRange(descriptor: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let done = 0
  for (let read = -1; read !== 0 && done < length; done += read) {
    read = readSync(descriptor, bytes, done, length - done, from + done)
  }
  return bytes.subarray(0, done)
}
