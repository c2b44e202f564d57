/** Reads tunnels' logs, and goes on reading as they grow, through rotation and truncation. */
import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { closeSync, constants, fstatSync, openSync, readSync, readdirSync, statSync } from 'node:fs'
import { systemCode } from '../core/errors.ts'
import { unusable } from './folders.ts'
import type { World } from './world.ts'

export interface FollowOptions {
  /** Lines of each log to begin with; null: all. */
  tail: number | null
  /** Go on until the context is interrupted. */
  follow: boolean
  write: (name: string, chunk: Uint8Array) => void
}

/** Watches may be lost (network folders, limits of inotify): a slow look makes up for it. */
const lookEveryMs = 500

export async function followLogs(world: World, names: readonly string[], options: FollowOptions): Promise<void> {
  const logs = names.map((name) => new Log(name, world.store.logOf(name)))
  for (const log of logs) log.begin(options.tail, options.write)
  if (!options.follow) {
    for (const log of logs) log.close()
    return
  }
  const { interrupted } = world.ctx
  await new Promise<void>((resolve) => {
    const look = (): void => {
      for (const log of logs) log.readNew(options.write)
    }
    const watchers = names.flatMap((name) => watchFolder(world.store.tunnelFolder(name), look))
    const timer = setInterval(look, lookEveryMs)
    const end = (): void => {
      clearInterval(timer)
      for (const watcher of watchers) watcher.close()
      look()
      for (const log of logs) log.close()
      resolve()
    }
    if (interrupted.aborted) end()
    else interrupted.addEventListener('abort', end, { once: true })
  })
}

/** Names of all tunnels that have a log, closed ones included. */
export function recordedLogs(world: World): string[] {
  try {
    return readdirSync(`${world.store.folder}/t`)
      .filter((name) => statSync(world.store.logOf(name), { throwIfNoEntry: false }) !== undefined)
      .sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw unusable(`${world.store.folder}/t`, error)
  }
}

function watchFolder(path: string, look: () => void): FSWatcher[] {
  try {
    const watcher = watch(path, { persistent: true }, look)
    watcher.on('error', () => {
      watcher.close()
    })
    return [watcher]
  } catch {
    return []
  }
}

const chunkBytes = 64 * 1024

/** One log file as it is read: the open descriptor stays with the file when it is renamed. */
class Log {
  readonly #name: string
  readonly #path: string
  #descriptor: number | null = null
  #inode = 0
  #offset = 0

  constructor(name: string, path: string) {
    this.#name = name
    this.#path = path
  }

  begin(tail: number | null, write: FollowOptions['write']): void {
    this.#open()
    if (this.#descriptor !== null && tail !== null) this.#offset = startOfLastLines(this.#descriptor, tail)
    this.readNew(write)
  }

  readNew(write: FollowOptions['write']): void {
    if (this.#descriptor === null) this.#open()
    this.#drain(write)
    const current = statSync(this.#path, { throwIfNoEntry: false })
    if (current !== undefined && current.ino !== this.#inode) {
      // Rotated by rename: the old file is read to its end, the new one from its beginning.
      this.close()
      this.#open()
      this.#drain(write)
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
  }

  #open(): void {
    try {
      this.#descriptor = openSync(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return
      throw unusable(this.#path, error)
    }
    this.#inode = fstatSync(this.#descriptor).ino
    this.#offset = 0
  }

  #drain(write: FollowOptions['write']): void {
    if (this.#descriptor === null) return
    const { size } = fstatSync(this.#descriptor)
    // Truncated in place (rotation of a running tunnel's log): begin again.
    if (size < this.#offset) this.#offset = 0
    while (this.#offset < size) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, size - this.#offset))
      const length = readSync(this.#descriptor, chunk, 0, chunk.length, this.#offset)
      if (length === 0) return
      this.#offset += length
      write(this.#name, chunk.subarray(0, length))
    }
  }
}

/** Offset of the last `count` lines, found by reading backwards. */
function startOfLastLines(descriptor: number, count: number): number {
  const { size } = fstatSync(descriptor)
  if (count === 0) return size
  const chunk = Buffer.alloc(chunkBytes)
  let found = 0
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunkBytes)
    const length = readSync(descriptor, chunk, 0, end - start, start)
    for (let index = length - 1; index >= 0; index--) {
      // The newline that ends the file ends its last line: it begins none.
      if (chunk[index] !== 0x0a || start + index === size - 1) continue
      if (++found === count) return start + index + 1
    }
    end = start
  }
  return 0
}
