/** The one module of config that touches the disk; everything else works on what it returns. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { isUtf8 } from 'node:buffer'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemCode } from '../../core/errors.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import type { BadText } from '../text/source.ts'

/** The largest text that is read. */
export const largestText = 1024 * 1024

export type TextResult =
  /** `flaw`: the first character that no text has. */
  { ok: true; text: string; flaw: BadText | null } | { ok: false; why: Unreadable }

export type Unreadable = 'missing' | 'not-allowed' | 'folder' | 'special' | 'too-large' | 'unreadable'

/** A regular file's text without its byte order mark. Never blocks: neither on a pipe nor on a device. */
export function readText(path: string): TextResult {
  let descriptor: number
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return refused(whyNotOpened(systemCode(error)))
  }
  try {
    const stat = fstatSync(descriptor)
    if (stat.isDirectory()) return refused('folder')
    if (!stat.isFile()) return refused('special')
    if (stat.size > largestText) return refused('too-large')
    // A little more than there is, in case it grows while it is read.
    const bytes = new Uint8Array(Math.min(stat.size + 4096, largestText + 1))
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null)
    }
    return toText(bytes.subarray(0, length))
  } catch {
    return refused('unreadable')
  } finally {
    closeSync(descriptor)
  }
}

/** Bytes as text: UTF-8 of at most 1 MiB, without control characters but tab and the line ends LF and CR LF. */
export function toText(bytes: Uint8Array): TextResult {
  if (bytes.length > largestText) return refused('too-large')
  const text = new TextDecoder('utf-8').decode(bytes)
  const replaced = text.indexOf('\uFFFD')
  if (replaced >= 0 && !isUtf8(bytes)) return flawed(text, replaced, 'this is not UTF-8 text')
  const control = controlCharacter.exec(text)
  if (control === null) return { ok: true, text, flaw: null }
  if (control[0] !== '\r') return flawed(text, control.index, 'a control character stands here')
  const lineEnds = 'save it with LF or CR LF at the ends of lines'
  return flawed(text, control.index, 'a carriage return stands here without a line feed', lineEnds)
}

function flawed(text: string, at: number, message: string, hint = 'save the file as UTF-8 text'): TextResult {
  return { ok: true, text, flaw: { at, message, hint } }
}

/**
 * Written as what they are: invisible ones would hide in a regular expression. YAML takes a CR alone for a line end, and the yaml
 * package does not: what a line is must be beyond doubt.
 */
const controlCharacter = new RegExp(String.raw`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)`)

/** What is wrong with a file, to follow its path in a sentence. */
export function unreadableWords(why: Unreadable): string {
  switch (why) {
    case 'missing':
      return 'does not exist'
    case 'not-allowed':
      return 'may not be read by this user'
    case 'folder':
      return 'is a folder'
    case 'special':
      return 'is no regular file'
    case 'too-large':
      return 'is larger than 1 MiB'
    case 'unreadable':
      return "can't be read"
    default:
      return unreachable(why)
  }
}

/** The real path of a folder; the path itself where the folder is gone. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Whether the name exists, be it a link that leads nowhere; false where that can not be found out. */
export function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/**
 * Writes a file that is not there yet, whole or not at all.
 * @returns why it could not be written; null when it was.
 */
export function writeNew(path: string, text: string): 'exists' | 'not-allowed' | 'failed' | null {
  try {
    // wx: neither an existing file nor what a link leads to is ever written to.
    writeFileSync(path, text, { flag: 'wx' })
    return null
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return 'exists'
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'not-allowed'
    // A full disk leaves a part of it.
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') rmSync(path, { force: true })
    return 'failed'
  }
}

/** Moves a file out of the way, to the first free name of `NAME.bak`, `NAME.bak2`, ...; null when that is not allowed. */
export function setAside(path: string): string | null {
  let aside = `${path}.bak`
  for (let count = 2; exists(aside); count += 1) aside = `${path}.bak${count}`
  try {
    renameSync(path, aside)
    return aside
  } catch {
    return null
  }
}

/** The schema that this p2p came with; null where its package is not whole. */
export function schemaPath(): string | null {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, 'schemas', 'p2p.schema.json')
    if (exists(path)) return path
    if (folder === dirname(folder)) return null
  }
}

function refused(why: Unreadable): TextResult {
  return { ok: false, why }
}

function whyNotOpened(code: string | null): Unreadable {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing'
  if (code === 'EACCES' || code === 'EPERM') return 'not-allowed'
  // A socket, or a device without a driver.
  return code === 'ENXIO' ? 'special' : 'unreadable'
}
