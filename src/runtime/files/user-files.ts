/** Files of the user's own that commands read and write: never p2p's state. Nothing is overwritten by accident. */
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
} from 'node:fs'
import { dirname, join } from 'node:path'
import { P2pError, systemCode } from '../../core/errors.ts'
import { systemWords } from './folders.ts'
import { readRange } from './read-file.ts'
import { replaceWhole, writeAll } from './write-file.ts'

/** A file that is larger is no text that anybody wrote. */
const largest = 4 * 1024 * 1024

/** The bytes of a regular file; null where there is none. Never blocks on a pipe or a device. @throws P2pError */
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
    if (!stat.isFile()) throw new P2pError('config.unreadable', `${path} is no regular file`)
    return readRange(descriptor, 0, Math.min(stat.size, largest))
  } catch (error) {
    throw error instanceof P2pError ? error : unreadable(path, error)
  } finally {
    closeSync(descriptor)
  }
}

/** The text of a file, its byte order mark included; null where there is none. @throws P2pError */
export function readUserText(path: string): string | null {
  const bytes = readBytes(path)
  return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Names of the regular files in a folder, sorted; null: there is no such folder. @throws P2pError */
export function filesIn(folder: string): string[] | null {
  try {
    const names = readdirSync(folder).sort()
    return names.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null
    throw unreadable(folder, error)
  }
}

/** The real path; the path itself where nothing is there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Whether the name is taken, if only by a broken link. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/**
 * Writes a file that is not there yet, and its folders. @throws P2pError 'usage' where it is there, be it a link that
 * leads nowhere; 'state.unusable' where the disk or the rights refuse.
 */
export function createFile(path: string, text: string, mode: number): void {
  let descriptor: number
  try {
    mkdirSync(dirname(path), { recursive: true })
    descriptor = openSync(path, 'wx', mode)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw unwritable(path, error)
    throw new P2pError('usage', `${path} is there already, and it stays as it is`)
  }
  try {
    writeAll(descriptor, text)
    fsyncSync(descriptor)
  } catch (error) {
    // A full disk leaves a part of it.
    rmSync(path, { force: true })
    throw unwritable(path, error)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Replaces a file's text at once: a reader sees the old one or the new one, also after a crash. A link stays a link. `mode`
 * null: its mode stays as it is. @throws P2pError 'state.unusable', the old file intact.
 */
export function replaceFile(link: string, text: string, mode: number | null): void {
  const path = realPath(link)
  try {
    replaceWhole(path, text, { mode: mode ?? statSync(path).mode & 0o777 })
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** Makes a folder that only its owner may enter. Says whether it was made; one that is there stays as it is. @throws P2pError */
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

function unreadable(path: string, error: unknown): P2pError {
  return new P2pError('config.unreadable', `${path} can't be read: ${systemWords(error)}`, { cause: error })
}

function unwritable(path: string, error: unknown): P2pError {
  return new P2pError('state.unusable', `${path} can't be written: ${systemWords(error)}`, { cause: error })
}
