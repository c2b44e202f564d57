/** All disk access of config. */
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
  type BigIntStats,
} from 'node:fs'
import { isUtf8 } from 'node:buffer'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { P2pError, systemCode, systemWords } from '../../core/errors.ts'
import { mostText } from '../../core/text/template.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { isUrl, type BadText } from '../text/source.ts'

/** What the disk was asked, and an answer that differs whenever what was read differs. */
export type DiskAnswer = readonly [kind: 'text' | 'exists' | 'folder', path: string, answer: string]

/** `changedAt`: epoch nanoseconds, null where there is no such time. */
type Listener = (answer: DiskAnswer, changedAt: bigint | null) => void

let listener: Listener | null = null

/** Tells `next` of every answer until the returned function is called. */
export function onAnswer(next: Listener): () => void {
  listener = next
  return () => {
    listener = null
  }
}

/** Asks the same again, without reading a text. */
export function answerTo(kind: DiskAnswer[0], path: string): string {
  if (kind === 'exists') return String(exists(path))
  if (kind === 'folder') return realFolder(path)
  const opened = openText(path)
  if (typeof opened === 'string') return opened
  closeSync(opened.descriptor)
  return opened.identity
}

export type TextResult =
  /** `flaw`: the first character that is not text. */
  { ok: true; text: string; flaw: BadText | null } | { ok: false; why: Unreadable }

export type Unreadable =
  | 'missing'
  | 'not-allowed'
  | 'folder'
  | 'special'
  | 'too-large'
  | 'too-many-open'
  | 'interrupted'
  | 'unreadable'
  | 'url'

/** A regular file without its byte order mark. Never blocks on a pipe or device. */
export function readText(path: string): TextResult {
  const opened = openText(path)
  if (typeof opened === 'string') {
    listener?.(['text', path, opened], null)
    return refused(opened)
  }
  const { descriptor, size, identity, changedAt } = opened
  listener?.(['text', path, identity], changedAt)
  try {
    // Room for a file that grows while it is read.
    const bytes = new Uint8Array(Math.min(size + 4096, mostText + 1))
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null)
    }
    return toText(bytes.subarray(0, length))
  } catch (error) {
    return refused(whyNotOpened(systemCode(error)))
  } finally {
    closeSync(descriptor)
  }
}

interface OpenText {
  descriptor: number
  size: number
  identity: string
  changedAt: bigint
}

function openText(path: string): OpenText | Unreadable {
  if (isUrl(path)) return 'url'
  let descriptor: number
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    return whyNotOpened(systemCode(error))
  }
  let stat: BigIntStats
  try {
    // Of what was opened: a network file system is up to date only there.
    stat = fstatSync(descriptor, { bigint: true })
  } catch (error) {
    closeSync(descriptor)
    return whyNotOpened(systemCode(error))
  }
  const why = stat.isDirectory() ? 'folder' : !stat.isFile() ? 'special' : stat.size > mostText ? 'too-large' : null
  if (why !== null) {
    closeSync(descriptor)
    return why
  }
  const { dev, ino, size, mtimeNs, ctimeNs } = stat
  const changedAt = mtimeNs > ctimeNs ? mtimeNs : ctimeNs
  return { descriptor, size: Number(size), identity: [dev, ino, size, mtimeNs, ctimeNs].join(' '), changedAt }
}

/** UTF-8 of at most 1 MiB, without control characters except tab, LF and CR LF. */
export function toText(bytes: Uint8Array): TextResult {
  if (bytes.length > mostText) return refused('too-large')
  const text = new TextDecoder('utf-8').decode(bytes)
  const replaced = text.indexOf('\uFFFD')
  if (replaced >= 0 && !isUtf8(bytes)) return flawed(text, replaced, 'this is not UTF-8 text')
  const control = controlCharacter.exec(text)
  if (control === null) return { ok: true, text, flaw: null }
  if (control[0] !== '\r') return flawed(text, control.index, 'control character')
  return flawed(text, control.index, 'carriage return without a line feed', 'save it with LF or CR LF line ends')
}

function flawed(text: string, at: number, message: string, hint = 'save the file as UTF-8 text'): TextResult {
  return { ok: true, text, flaw: { at, message, hint } }
}

/** Escapes stay visible in the pattern. A lone CR ends a line for YAML, but not for the yaml package: reject it. */
const controlCharacter = new RegExp(String.raw`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)`)

/** Follows the path of a file in a sentence. */
export function unreadableWords(why: Unreadable): string {
  switch (why) {
    case 'missing':
      return 'does not exist'
    case 'not-allowed':
      return 'is not readable by this user'
    case 'folder':
      return 'is a folder'
    case 'special':
      return 'is not a regular file'
    case 'too-large':
      return 'is larger than 1 MiB'
    case 'too-many-open':
      return "can't be opened: too many files are open (ulimit -n)"
    case 'interrupted':
      return "can't be read: interrupted by a signal"
    case 'unreadable':
      return "can't be read"
    case 'url':
      return 'is a URL, and only files can be read: download it, and name the file'
    default:
      return unreachable(why)
  }
}

/** The real path of a file's folder with the file's own name: a linked p2p.yaml belongs where the link is. */
export function absolute(file: string, cwd: string): string {
  if (isUrl(file)) return file
  const path = resolve(cwd, file)
  return join(realFolder(dirname(path)), basename(path))
}

/** The real path of a folder; the path itself if the folder is gone. */
export function realFolder(path: string): string {
  const real = realpathOr(path)
  listener?.(['folder', path, real], null)
  return real
}

function realpathOr(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

/** Also true for a broken link. `hidden`: false in a folder that may not be searched. @throws P2pError where the system refuses. */
export function exists(path: string, { hidden = true }: { hidden?: boolean } = {}): boolean {
  const there = isThere(path, hidden)
  listener?.(['exists', path, String(there)], null)
  return there
}

function isThere(path: string, hidden: boolean): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    const code = systemCode(error) ?? ''
    if (['ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(code) || (hidden && code === 'EACCES')) return false
    throw new P2pError('config.unreadable', `can't look for ${path}: ${systemWords(error)}`, { cause: error })
  }
}

/** Writes a new file, whole or not at all. Returns why it failed; null on success. */
export function writeNew(path: string, text: string): 'exists' | 'not-allowed' | 'failed' | null {
  try {
    // wx: never writes to an existing file or through a link.
    writeFileSync(path, text, { flag: 'wx' })
    return null
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return 'exists'
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'not-allowed'
    // A full disk leaves a part of the file.
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') rmSync(path, { force: true })
    return 'failed'
  }
}

/** Renames a file to the first free name of `NAME.bak`, `NAME.bak2`, ...; null on failure. */
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

/** The schema in this package; null if it is missing. */
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
  if (code === 'EMFILE' || code === 'ENFILE') return 'too-many-open'
  if (code === 'EINTR') return 'interrupted'
  // A socket, or a device without a driver.
  return code === 'ENXIO' ? 'special' : 'unreadable'
}
