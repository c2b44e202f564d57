// The generation lock (launch-protocol.md 1.2): `lock.N` is made by link(2), so only one process creates a number; the
// highest number never disappears, so a process that read a stale lock cannot acquire it; a dead owner's lock is
// succeeded, never deleted first.
import { join } from 'node:path'
import { P2pError, systemCode } from '../../core/errors.ts'
import { namesIn, readOptional } from '../files/read-file.ts'
import { formatDuration } from '../../core/text/units.ts'
import { unusable } from '../files/folders.ts'
import { isAlive, isThisProcess, parseOwner, thisProcess, type Owner } from './owner.ts'
import type { System } from '../process/system/index.ts'
import {
  delay,
  existsSync,
  hostname,
  linkSync,
  performance,
  randomBytes,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from '../machine.ts'

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
    if (owner !== null && isAlive(owner, place.system)) {
      const file = lockFile(place, highest)
      return held.has(file) || !isThisProcess(owner, place.system) ? owner : hold(place, file)
    }
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

/** Empty: a full disk has room for that. Earlier builds wrote `free`, and take an empty file for the same. */
const freeMark = ''
const earlierFreeMark = 'free\n'

/** Locks that this process holds. One that names it and is not among them is left from a release that failed. */
const held = new Set<string>()

function claim(place: LockPlace, number: number): Lock | null {
  const { folder, prefix } = place
  const temp = tempFile(place)
  const mine = lockFile(place, number)
  try {
    writeOwner(place, temp)
    publish(place, temp, mine)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return null
    // Taken for what a crash left, by one who was faster.
    if (systemCode(error) === 'ENOENT' && existsSync(folder)) return null
    throw unusable(mine, error)
  } finally {
    rmSync(temp, { force: true })
  }
  const names = namesIn(folder)
  const numbers = numbersIn(names, prefix)
  if (numbers.some((other) => other > number)) {
    rmSync(mine, { force: true })
    return null
  }
  for (const other of numbers) if (other < number) rmSync(lockFile(place, other), { force: true })
  if (prefix === 'lock') {
    for (const name of names) if (leftByCrash.test(name)) rmSync(join(folder, name), { force: true })
  }
  return hold(place, mine)
}

/** Between open and rename; only the holder of the project's lock writes the state files. */
const leftByCrash = /^(?:[a-z]+\.json\.|lock-|sup-)[0-9a-f]{12}\.tmp$/

function hold(place: LockPlace, mine: string): Lock {
  held.add(mine)
  return {
    release: () => {
      held.delete(mine)
      setFree(place, mine)
    },
    isHeld: () => isThisProcess(parseOwner(readOptional(mine) ?? ''), place.system),
  }
}

/** Room for one owner, written while there was space: a full disk must not keep tunnels from being closed. */
const reserveBytes = 1024

function writeOwner(place: LockPlace, temp: string): void {
  const owner = JSON.stringify(thisProcess(place))
  const reserve = reserveName(place)
  try {
    writeFileSync(temp, owner, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!noSpace.has(systemCode(error))) throw error
    rmSync(temp, { force: true })
    try {
      renameSync(reserve, temp)
    } catch {
      throw error
    }
    // In place: no new block is needed. JSON allows blanks behind it.
    writeFileSync(temp, owner.padEnd(reserveBytes), { flag: 'r+' })
    return
  }
  try {
    writeFileSync(reserve, ' '.repeat(reserveBytes), { flag: 'wx', mode: 0o600 })
  } catch {
    // There is one already, or there is no room for one.
  }
}

/** Where each name of a file counts as one more (tmpfs), the spare name makes room for the lock's. */
function publish(place: LockPlace, temp: string, mine: string): void {
  try {
    linkSync(temp, mine)
  } catch (error) {
    if (!noSpace.has(systemCode(error))) throw error
    rmSync(spareName(place), { force: true })
    linkSync(temp, mine)
  }
}

function reserveName({ folder, prefix }: LockPlace): string {
  return join(folder, `${prefix}.reserve`)
}

function spareName({ folder, prefix }: LockPlace): string {
  return join(folder, `${prefix}.spare`)
}

const noSpace: ReadonlySet<string | null> = new Set(['ENOSPC', 'EDQUOT'])

/** Renames a free mark over ours: the number stays, so it can't be used a second time. */
function setFree(place: LockPlace, mine: string): void {
  const temp = tempFile(place)
  try {
    writeFileSync(temp, freeMark, { flag: 'wx', mode: 0o600 })
    // Where the reserve was taken, the block of our file is the next: freed, it would go to who writes first.
    linkUnlessThere(mine, reserveName(place))
    renameSync(temp, mine)
    linkUnlessThere(reserveName(place), spareName(place))
  } catch {
    rmSync(temp, { force: true })
    try {
      // No room for another file: in place, though the block is lost.
      truncateSync(mine)
    } catch {
      // The folder is gone or can't be written to: our death frees the lock as well, and we know that we do not hold it.
    }
  }
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    // There is one already, or there is no room for one.
  }
}

function lockFile({ folder, prefix }: Pick<LockPlace, 'folder' | 'prefix'>, number: number): string {
  return join(folder, `${prefix}.${number}`)
}

function tempFile({ folder, prefix }: LockPlace): string {
  return join(folder, `${prefix}-${randomBytes(6).toString('hex')}.tmp`)
}

function readHighest({ folder, prefix }: { folder: string; prefix: string }): {
  highest: number
  owner: Owner | null
} {
  for (;;) {
    const highest = Math.max(0, ...numbersIn(namesIn(folder), prefix))
    if (highest === 0) return { highest, owner: null }
    const text = readOptional(join(folder, `${prefix}.${highest}`))
    // Succeeded by a higher one between listing and reading.
    if (text === null) continue
    // A file that can't be read as an owner was never made by us whole (link publishes only whole files): it has no owner.
    return { highest, owner: text === earlierFreeMark ? null : parseOwner(text) }
  }
}

function numbersIn(names: readonly string[], prefix: string): number[] {
  const pattern = new RegExp(`^${prefix}\\.([1-9][0-9]{0,14})$`)
  return names.flatMap((name) => {
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
