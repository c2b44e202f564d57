/** Wakes who waits for folders to change: by watching them, and by a slow look where watches say nothing. */
import { watch, type FSWatcher } from 'node:fs'

/** Changes come in bursts (a run file gets three lines): one look for all of them. */
const settleMs = 20

/**
 * Calls `look` at once, after every change in the folders, and at the latest after the milliseconds that it returned last
 * time; until it returns 'done' or is interrupted. Sockets and processes change without a trace on disk: that is what the
 * time is for.
 */
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
      // Before the look: what changes in between rings, and is seen by the next one.
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

/** Watches on folders that need not be there yet. */
export class Watches {
  readonly #watchers: Map<string, FSWatcher | null>
  readonly #changed: () => void

  constructor(folders: readonly string[], changed: () => void) {
    this.#watchers = new Map(folders.map((folder) => [folder, null]))
    this.#changed = changed
  }

  /** Opens those that are not open, and gives the folders that can't be watched: not there, or beyond the limits of inotify. */
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

  /** Milliseconds since it was rung last. */
  quietMs(): number {
    return performance.now() - this.#rungAt
  }

  ring(): void {
    this.#rung = true
    this.#rungAt = performance.now()
    this.#wake?.()
  }

  /**
   * Returns after that time, or soon after it was rung. Milliseconds that it came late by the wall clock, which goes on
   * while the machine sleeps.
   */
  async wait(ms: number): Promise<number> {
    let expected = Date.now() + ms
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = null
        setTimeout(resolve, settleMs)
        expected = Math.min(expected, Date.now() + settleMs)
      }
      if (this.#rung) this.#wake()
    })
    this.#wake = null
    this.#rung = false
    return Date.now() - expected
  }
}
