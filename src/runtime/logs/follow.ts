/** Reads tunnels' logs and follows them through rotation and truncation. */
import { closeMs, type LogTimes, type Stamp } from '../../core/decide/log-times.ts'
import { runBorder } from '../../core/text/run-border.ts'
import { namesIn } from '../files/read-file.ts'
import { Tail } from '../files/tail.ts'
import { watchFolders } from '../files/watch.ts'
import { Growth, readTimes } from './growth.ts'
import { noiseFilter, type NoiseFilter } from './noise-filter.ts'
import type { World } from '../state/world.ts'
import { performance, statSync, timeOfDay } from '../machine.ts'

interface FollowOptions {
  /** Last lines of each log to show first, not counting noise (LogPolicy) and borders of runs; null: all. */
  tail: number | null
  /** Whether a line (Latin-1) counts as one of them, if not all do. */
  counts?: ((line: string) => boolean) | null
  follow: boolean
  /** Offset in the log of each tunnel before which nothing is shown. */
  from?: ReadonlyMap<string, number>
  /** Whether `write` gets the times of lines. */
  stamps?: boolean
  /** Only what may have been written then (epoch milliseconds); null: no limit. */
  since?: number | null
  until?: number | null
  write: (name: string, chunk: Uint8Array, stamp?: Stamp) => void
  /** Called once, when all there was has been written. */
  begun?: () => void
}

/** Patterns of drivers see no more of a line. */
const longestMatched = 4096

/** Fallback for lost watches (network folders, inotify limits). */
const lookEveryMs = 500

export async function followLogs(world: World, names: readonly string[], options: FollowOptions): Promise<void> {
  const desired = world.store.readDesired()
  const logs = names.map((name) => new Log(world, name, desired.get(name)?.spec.logs.noise, options))
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
    for (const log of logs) log.watch()
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
  readonly #path: string
  readonly #readTimes: () => LogTimes
  readonly #lines: NoiseFilter
  readonly #file: Tail
  /** Null: not asked for. */
  #times: LogTimes | null = null
  /** Null: what is read was there before. */
  #growth: Growth | null = null
  #size = 0
  /** When all of it had been read (performance.now()). */
  #readAt = -Infinity

  constructor(
    world: World,
    name: string,
    noise: string | undefined,
    { tail, counts, from, stamps, since = null, until = null, write }: FollowOptions,
  ) {
    this.#path = world.store.logOf(name)
    this.#readTimes = () => readTimes(this.#path, world.store.readRecords().get(name))
    const pattern = noise === undefined ? null : new RegExp(noise)
    this.#lines = noiseFilter(pattern, (chunk, stamp) => {
      write(name, chunk, stamp)
    })
    this.#file = new Tail(this.#path, (chunk, offset) => {
      this.#take(chunk, offset)
    })
    if (stamps === true) this.#times = this.#readTimes()
    const uncounted = pattern === null ? runBorder : new RegExp(`${pattern.source}|${runBorder.source}`)
    const begin = since === null ? 0 : (this.#times?.since(since) ?? null)
    this.#file.begin({
      tail: begin === null ? 0 : tail,
      counts: (line) => !uncounted.test(line.slice(0, longestMatched)) && counts?.(line) !== false,
      since: Math.max(from?.get(name) ?? 0, begin ?? 0),
      until: until === null ? undefined : (this.#times?.after(until) ?? undefined),
    })
  }

  /** What comes from now on is seen as it comes. */
  watch(): void {
    this.#growth = new Growth(this.#path)
    this.#size = this.#growth.look()
  }

  readNew(): boolean {
    const size = this.#growth?.look() ?? this.#size
    // Another run may have begun, and others may have watched it better.
    if (size !== this.#size && this.#times !== null) this.#times = this.#readTimes()
    this.#size = size
    const more = this.#file.readNew()
    if (!more) this.#readAt = performance.now()
    return more
  }

  close(): void {
    this.#file.close()
    this.#lines.end()
  }

  #take(chunk: Uint8Array, offset: number): void {
    if (this.#times === null) {
      this.#lines.take(chunk)
      return
    }
    const isFresh = this.#growth !== null && performance.now() - this.#readAt <= closeMs
    for (let done = 0; done < chunk.length;) {
      const { stamp, end } = this.#times.at(offset + done)
      const upTo = Math.min(chunk.length, end - offset)
      const seen = isFresh && !stamp.exact ? { ...stamp, time: timeOfDay(), exact: true } : stamp
      this.#lines.take(chunk.subarray(done, upTo), seen)
      done = upTo
    }
  }
}

export function recordedLogs(world: World): string[] {
  return namesIn(`${world.store.folder}/t`)
    .filter((name) => statSync(world.store.logOf(name), { throwIfNoEntry: false }) !== undefined)
    .sort()
}
