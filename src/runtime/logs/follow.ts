/** Reads tunnels' logs, and goes on reading as they grow, through rotation and truncation. */
import { watch, readdirSync, statSync, type FSWatcher } from 'node:fs'
import { systemCode } from '../../core/errors.ts'
import { unusable } from '../files/folders.ts'
import { Tail } from '../files/tail.ts'
import { noiseFilter, type NoiseFilter } from './noise-filter.ts'
import type { World } from '../state/world.ts'

export interface FollowOptions {
  /** Lines of each log to begin with, noise (LogPolicy) not counted; null: all. */
  tail: number | null
  /** Go on until the context is interrupted. */
  follow: boolean
  write: (name: string, chunk: Uint8Array) => void
}

/** Watches may be lost (network folders, limits of inotify): a slow look makes up for it. */
const lookEveryMs = 500

/** What the tunnels said, without noise, and what they say from now on. */
export async function followLogs(world: World, names: readonly string[], options: FollowOptions): Promise<void> {
  const desired = world.store.readDesired()
  const logs = names.map((name) => {
    const { noise } = desired.get(name)?.spec.logs ?? {}
    return new Log(world.store.logOf(name), noise === undefined ? null : new RegExp(noise), (chunk) => {
      options.write(name, chunk)
    })
  })
  for (const log of logs) log.begin(options.tail)
  if (!options.follow) {
    for (const log of logs) log.close()
    return
  }
  const { interrupted } = world.ctx
  await new Promise<void>((resolve) => {
    const look = (): void => {
      for (const log of logs) log.readNew()
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

/** One tunnel's log as people read it. */
class Log {
  readonly #noise: RegExp | null
  readonly #lines: NoiseFilter
  readonly #file: Tail

  constructor(path: string, noise: RegExp | null, write: (chunk: Uint8Array) => void) {
    this.#noise = noise
    this.#lines = noiseFilter(noise, write)
    this.#file = new Tail(path, this.#lines.take)
  }

  begin(tail: number | null): void {
    this.#file.begin(tail, this.#noise)
  }

  readNew(): void {
    this.#file.readNew()
  }

  close(): void {
    this.#file.close()
    this.#lines.end()
  }
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
