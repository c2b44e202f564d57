/** Wakes whoever waits for a project to change: by watching its folder, and by a slow look where watches say nothing. */
import { watch, type FSWatcher } from 'node:fs'
import type { World } from '../state/world.ts'

/** Changes come in bursts (a run file gets three lines): one look for all of them. */
const settleMs = 20

/**
 * Calls `look` at once, after every change of what is recorded, and at the latest after the milliseconds that it returned
 * last time; until it returns 'done' or the context is interrupted. Sockets and processes change without a trace on disk:
 * that is what the time is for.
 */
export async function watchProject(
  world: World,
  look: () => number | 'done' | Promise<number | 'done'>,
): Promise<void> {
  const { interrupted } = world.ctx
  const bell = new Bell()
  const watches = new Watches([world.store.folder, world.store.runs], () => {
    bell.ring()
  })
  const stop = (): void => {
    bell.ring()
  }
  interrupted.addEventListener('abort', stop)
  try {
    while (!interrupted.aborted) {
      // Before the look: what changes in between rings, and is seen by the next one.
      watches.begin()
      const waitMs = await look()
      if (waitMs === 'done') return
      await bell.wait(waitMs)
    }
  } finally {
    interrupted.removeEventListener('abort', stop)
    watches.end()
  }
}

/** Watches on folders that need not be there yet. */
class Watches {
  readonly #watchers = new Map<string, FSWatcher | null>()
  readonly #changed: () => void

  constructor(folders: readonly string[], changed: () => void) {
    for (const folder of folders) this.#watchers.set(folder, null)
    this.#changed = changed
  }

  begin(): void {
    for (const [folder, watcher] of this.#watchers) if (watcher === null) this.#watchers.set(folder, this.#open(folder))
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
      // Not there yet, or no watch to be had (limits): the slow look has to do.
      return null
    }
  }
}

class Bell {
  #rung = false
  #wake: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Returns after that time, or soon after it was rung. */
  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = null
        setTimeout(resolve, settleMs)
      }
      if (this.#rung) this.#wake()
    })
    this.#wake = null
    this.#rung = false
  }
}
