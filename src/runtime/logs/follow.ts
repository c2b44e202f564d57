/** Reads tunnels' logs and follows them through rotation and truncation. */
import { runBorder } from '../../core/text/run-border.ts'
import { namesIn } from '../files/read-file.ts'
import { Tail } from '../files/tail.ts'
import { watchFolders } from '../files/watch.ts'
import { noiseFilter, type NoiseFilter } from './noise-filter.ts'
import type { World } from '../state/world.ts'
import { statSync } from '../machine.ts'

interface FollowOptions {
  /** Last lines of each log to show first, not counting noise (LogPolicy) and borders of runs; null: all. */
  tail: number | null
  follow: boolean
  /** Offset in the log of a tunnel before which nothing is shown. */
  since?: (name: string) => number
  write: (name: string, chunk: Uint8Array) => void
  /** Called once, when all there was has been written. */
  begun?: () => void
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
  for (const [index, log] of logs.entries()) log.begin(options.tail, options.since?.(names[index] ?? ''))
  const { stdout, interrupted } = world.ctx
  const readAll = async (): Promise<void> => {
    for (const log of logs) {
      for (let more = true; more && !interrupted.aborted;) {
        more = log.readNew()
        await stdout.drained?.()
      }
    }
  }
  await readAll()
  options.begun?.()
  if (options.follow) {
    const look = async (): Promise<number> => {
      await readAll()
      return lookEveryMs
    }
    const folders = names.map((name) => world.store.tunnelFolder(name))
    await watchFolders(folders, interrupted, look)
    for (const log of logs) log.readNew()
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

  begin(tail: number | null, since?: number): void {
    const uncounted = this.#noise === null ? runBorder : new RegExp(`${this.#noise.source}|${runBorder.source}`)
    this.#file.begin(tail, uncounted, since)
  }

  readNew(): boolean {
    return this.#file.readNew()
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
