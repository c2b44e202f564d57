/**
 * The generation lock (launch-protocol.md 1.2): `lock.N` is made by link(2), so only one process creates a number; the
 * highest number never disappears, so a process that read a stale lock cannot acquire it; a dead owner's lock is
 * succeeded, never deleted first.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { P2pError, systemCode } from '../../core/errors.ts'
import { namesIn, readOptional } from '../files/read-file.ts'
import { formatDuration } from '../../core/text/units.ts'
import { unusable } from '../files/folders.ts'
import { isAlive, parseOwner, thisProcess, type Owner } from './owner.ts'
import type { System } from '../process/system/index.ts'

export interface Lock {
  release: () => void
  /** Whether its file still exists: while the owner lives it goes only with the whole folder. */
  isHeld: () => boolean
}

export interface LockPlace {
  folder: string
  /** `lock` or `sup`. */
  prefix: string
  system: System
  command: string
}

export function tryLock(place: LockPlace): Lock | Owner {
  for (;;) {
    const { highest, owner } = readHighest(place)
    if (owner !== null && isAlive(owner, place.system)) return owner
    const taken = claim(place, highest + 1)
    if (taken !== null) return taken
  }
}

/** @throws P2pError 'project.busy' after `timeoutMs`, naming the owner; 'interrupted' when `interrupted` fires. */
export async function takeLock(place: LockPlace, timeoutMs: number, interrupted: AbortSignal): Promise<Lock> {
  const deadline = performance.now() + timeoutMs
  for (let waitMs = 5; ; waitMs = Math.min(waitMs * 1.5, 100)) {
    const taken = tryLock(place)
    if ('release' in taken) return taken
    if (interrupted.aborted) throw new P2pError('interrupted', 'interrupted while waiting for another p2p command')
    if (performance.now() >= deadline) throw busy(taken, timeoutMs)
    await delay(waitMs)
  }
}

/** The live owner of the lock, or null. */
export function lockOwner(place: Omit<LockPlace, 'command'>): Owner | null {
  const { owner } = readHighest(place)
  return owner !== null && isAlive(owner, place.system) ? owner : null
}

const freeMark = 'free\n'

function claim(place: LockPlace, number: number): Lock | null {
  const { folder, prefix } = place
  const temp = join(folder, `${prefix}-${randomBytes(6).toString('hex')}.tmp`)
  const mine = join(folder, `${prefix}.${number}`)
  const owner = JSON.stringify(thisProcess(place))
  try {
    writeFileSync(temp, owner, { flag: 'wx', mode: 0o600 })
    linkSync(temp, mine)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return null
    throw unusable(mine, error)
  } finally {
    rmSync(temp, { force: true })
  }
  const numbers = listNumbers(folder, prefix)
  if (numbers.some((other) => other > number)) {
    rmSync(mine, { force: true })
    return null
  }
  for (const other of numbers) if (other < number) rmSync(join(folder, `${prefix}.${other}`), { force: true })
  return {
    release: () => {
      setFree(folder, prefix, mine)
    },
    isHeld: () => readOptional(mine) === owner,
  }
}

/** Renames a free mark over ours: the number stays, so it can't be used again. */
function setFree(folder: string, prefix: string, mine: string): void {
  const temp = join(folder, `${prefix}-${randomBytes(6).toString('hex')}.tmp`)
  try {
    writeFileSync(temp, freeMark, { flag: 'wx', mode: 0o600 })
    renameSync(temp, mine)
  } catch {
    // The disk is full or the folder is gone: our exit frees the lock as well.
    rmSync(temp, { force: true })
  }
}

function readHighest({ folder, prefix }: { folder: string; prefix: string }): {
  highest: number
  owner: Owner | null
} {
  for (;;) {
    const highest = Math.max(0, ...listNumbers(folder, prefix))
    if (highest === 0) return { highest, owner: null }
    let text: string
    try {
      text = readFileSync(join(folder, `${prefix}.${highest}`), 'utf8')
    } catch (error) {
      // Succeeded by a higher one between listing and reading.
      if (systemCode(error) === 'ENOENT') continue
      throw unusable(join(folder, `${prefix}.${highest}`), error)
    }
    // link(2) publishes only whole files, so a file that names no owner is not ours: no owner.
    return { highest, owner: text === freeMark ? null : parseOwner(text) }
  }
}

function listNumbers(folder: string, prefix: string): number[] {
  const pattern = new RegExp(`^${prefix}\\.([1-9][0-9]{0,14})$`)
  return namesIn(folder).flatMap((name) => {
    const match = pattern.exec(name)
    return match === null ? [] : [Number(match[1])]
  })
}

function busy(owner: Owner, timeoutMs: number): P2pError {
  const elsewhere = owner.host === hostname() ? '' : ` on ${owner.host}`
  return new P2pError(
    'project.busy',
    `another command is running on this project${elsewhere}: ${owner.command} (PID ${owner.pid}); timed out after ${formatDuration(timeoutMs)}`,
    { hint: 'wait for it, or raise --lock-timeout' },
  )
}
