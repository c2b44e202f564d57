/** Atomic writes: a reader sees the old text or the new one, also after a crash or on a full disk. */
import { dirname } from 'node:path'
import { systemCode } from '../../core/errors.ts'
import { unusable } from './folders.ts'
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  randomBytes,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from '../machine.ts'

/** `durable` false: no fsync, for files that may be lost. @throws P2pError 'state.unusable', the old file intact. */
export function writeAtomic(path: string, text: string, durable = true): void {
  try {
    replaceWhole(path, text, { durable })
    if (durable) syncFolder(dirname(path))
  } catch (error) {
    throw unusable(path, error)
  }
}

/** As above without the folder's fsync; throws the system's error. `mode`: independent of the umask. */
export function replaceWhole(
  path: string,
  text: string,
  { durable = true, mode }: { durable?: boolean; mode?: number },
): void {
  const temp = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const descriptor = openSync(temp, 'wx', 0o600)
    try {
      writeAll(descriptor, text)
      if (mode !== undefined) fchmodSync(descriptor, mode)
      if (durable) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temp, path)
  } catch (error) {
    rmSync(temp, { force: true })
    throw error
  }
}

/** Of a file that may be absent: one call to the system, where rmSync makes three. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw unusable(path, error)
  }
}

/** Runs a write whose failure must not prevent closing a tunnel. Returns whether it succeeded. */
export function tolerating({ despiteWriteErrors }: { despiteWriteErrors: boolean }, write: () => void): boolean {
  try {
    write()
    return true
  } catch (error) {
    if (!despiteWriteErrors) throw error
    return false
  }
}

/** Loops: a single write may stop short, for example on a full disk. */
export function writeAll(descriptor: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  let done = 0
  while (done < bytes.length) done += writeSync(descriptor, bytes, done)
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
