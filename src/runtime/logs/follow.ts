/** Reads tunnels' logs and follows them through rotation and truncation. */
import { statSync } from 'node:fs'
import { namesIn } from '../files/read-file.ts'
import { Tail } from '../files/tail.ts'
import { watchFolders } from '../files/watch.ts'
import { noiseFilter, type NoiseFilter } from './noise-filter.ts'
import type { World } from '../state/world.ts'

interface FollowOptions {
  /** Last lines of each log to show first, without noise (LogPolicy); null: all. */
  tail: number | null
  follow: boolean
  write: (name: string, chunk: Uint8Array) => void
}

/** Fallback for lost watches (network folders, inotify limits). */
const lookEveryMs = 500

export async function followLogs(world: World, names: readonly string[], options: FollowOptions): Promise<void> {
  const desired = world.store.readDesired()
  const logs = names.map((name) => {
    const { noise } = desired.get(name)?.spec.logs ?? {}
    return new Log(world.store.logOf(name), noise === undefined ? null : new RegExp(noise), (chunk) => {
      options.write(name, chunk)
    })
  })
  for (const log of logs) log.begin(options.tail)
  if (options.follow) {
    const look = (): number => {
      for (const log of logs) log.readNew()
      return lookEveryMs
    }
    const folders = names.map((name) => world.store.tunnelFolder(name))
    await watchFolders(folders, world.ctx.interrupted, look)
    look()
  }
  for (const log of logs) log.close()
}

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

export function recordedLogs(world: World): string[] {
  return namesIn(`${world.store.folder}/t`)
    .filter((name) => statSync(world.store.logOf(name), { throwIfNoEntry: false }) !== undefined)
    .sort()
}
