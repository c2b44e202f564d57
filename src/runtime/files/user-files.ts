/** The user's own files that commands read and write, never p2p's state. Nothing is overwritten by accident. */
import { dirname, join } from 'node:path'
import { P2pError, systemCode, systemWords } from '../../core/errors.ts'
import { readRange } from './read-file.ts'
import { replaceWhole, writeAll } from './write-file.ts'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from '../machine.ts'

const largest = 4 * 1024 * 1024

/** The bytes of a regular file; null if there is none. Never blocks on a pipe or a device. @throws P2pError */
export function readBytes(path: string): Uint8Array | null {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw unreadable(path, error)
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new P2pError('config.unreadable', `${path} is not a regular file`)
    return readRange(descriptor, 0, Math.min(stat.size, largest))
  } catch (error) {
    throw error instanceof P2pError ? error : unreadable(path, error)
  } finally {
    closeSync(descriptor)
  }
}

/** The text with its byte order mark; null without a file. @throws P2pError */
export function readUserText(path: string): string | null {
  const bytes = readBytes(path)
  return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Sorted names of the regular files in a folder; null without a folder. @throws P2pError */
export function filesIn(folder: string): string[] | null {
  try {
    const names = readdirSync(folder).sort()
    return names.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null
    throw unreadable(folder, error)
  }
}

export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Whether the name exists, even as a broken link. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Creates a file and its folders. @throws P2pError 'usage' if it exists, even as a broken link; 'state.unusable'. */
export function createFile(path: string, text: string, mode: number): void {
  let descriptor: number
  try {
    mkdirSync(dirname(path), { recursive: true })
    descriptor = openSync(path, 'wx', mode)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw unwritable(path, error)
    throw new P2pError('usage', `${path} already exists; not changed`)
  }
  try {
    writeAll(descriptor, text)
    fsyncSync(descriptor)
  } catch (error) {
    // A full disk leaves a partial file.
    rmSync(path, { force: true })
    throw unwritable(path, error)
  } finally {
    closeSync(descriptor)
  }
}

/** Atomic, also through a link. `mode` null: keeps it. @throws P2pError 'state.unusable', the old file intact. */
export function replaceFile(link: string, text: string, mode: number | null): void {
  const path = realPath(link)
  try {
    replaceWhole(path, text, { mode: mode ?? statSync(path).mode & 0o777 })
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Atomic, new or not, for other users to read: a collector often runs as another one. @throws P2pError 'state.unusable' */
export function writePublicFile(path: string, text: string): void {
  try {
    // A pipe or a device must not be replaced by a file.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
      throw new P2pError('state.unusable', `${path} can't be written: it is not a regular file`)
    replaceWhole(realPath(path), text, { durable: false, mode: 0o644 })
  } catch (error) {
    throw error instanceof P2pError ? error : unwritable(path, error)
  }
}

/** @throws P2pError 'state.unusable' */
export function removeFile(path: string): void {
  try {
    rmSync(path)
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Creates a folder of mode 0700; false, and no change, if it exists. @throws P2pError */
export function makePrivateFolder(path: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true })
    mkdirSync(path, { mode: 0o700 })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw unwritable(path, error)
  }
}

const inTheWay = { ENOENT: 'its folder does not exist', EISDIR: 'it is a folder', ENXIO: 'it is a pipe or a socket' }

function unreadable(path: string, error: unknown): P2pError {
  return new P2pError('config.unreadable', `${path} can't be read: ${systemWords(error, inTheWay)}`, { cause: error })
}

function unwritable(path: string, error: unknown): P2pError {
  return new P2pError('state.unusable', `${path} can't be written: ${systemWords(error, inTheWay)}`, { cause: error })
}
