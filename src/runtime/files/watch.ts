/** Waits for changes in folders: by watching them, with a slow poll as a fallback. */
import { clearTimeout, type FSWatcher, performance, setTimeout, timeOfDay, watch } from '../machine.ts'

/** Changes come in bursts (a run file gets three lines): one look for all of them. */
const settleMs = 20

/** Calls `look` now, on change, and after the milliseconds it returned, until 'done' or interrupted. */
export async function watchFolders(
  folders: readonly string[],
  interrupted: AbortSignal,
  look: () => number | 'done' | Promise<number | 'done'>,
): Promise<void> {
  const bell = new Bell()
  const ring = (): void => {
    bell.ring()
  }
  const watches = new Watches(folders, ring)
  interrupted.addEventListener('abort', ring)
  try {
    while (!interrupted.aborted) {
      // Before the look: a change in between rings for the next one.
      watches.begin()
      const waitMs = await look()
      if (waitMs === 'done') return
      await bell.wait(waitMs)
    }
  } finally {
    interrupted.removeEventListener('abort', ring)
    watches.end()
  }
}

/** Watches on folders that may not exist yet. */
export class Watches {
  readonly #watchers: Map<string, FSWatcher | null>
  readonly #changed: () => void

  constructor(folders: readonly string[], changed: () => void) {
    this.#watchers = new Map(folders.map((folder) => [folder, null]))
    this.#changed = changed
  }

  /** Opens missing watches; returns the folders that can't be watched: absent, or over the inotify limit. */
  begin(): string[] {
    for (const [folder, watcher] of this.#watchers) if (watcher === null) this.#watchers.set(folder, this.#open(folder))
    return [...this.#watchers].flatMap(([folder, watcher]) => (watcher === null ? [folder] : []))
  }

  end(): void {
    for (const watcher of this.#watchers.values()) watcher?.close()
  }

  #open(folder: string): FSWatcher | null {
    try {
      const watcher = watch(folder, this.#changed)
      watcher.on('error', () => {
        watcher.close()
        this.#watchers.set(folder, null)
      })
      return watcher
    } catch {
      return null
    }
  }
}

/** Wakes a waiter, early when rung. */
export class Bell {
  #rung = false
  #rungAt = performance.now()
  #wake: (() => void) | null = null

  quietMs(): number {
    return performance.now() - this.#rungAt
  }

  ring(): void {
    this.#rung = true
    this.#rungAt = performance.now()
    this.#wake?.()
  }

  /** Waits for that time or until `afterRing` after a ring; returns how late it is by the wall clock, which counts sleep. */
  async wait(ms: number, afterRing = settleMs): Promise<number> {
    let expected = timeOfDay() + ms
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = null
        setTimeout(resolve, afterRing)
        expected = Math.min(expected, timeOfDay() + afterRing)
      }
      if (this.#rung) this.#wake()
    })
    this.#wake = null
    this.#rung = false
    return timeOfDay() - expected
  }
}
