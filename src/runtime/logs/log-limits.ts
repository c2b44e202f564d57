/** Keeps the logs of running tunnels near their max_size, and notes how they grow. Woken by the file system: a quiet log costs nothing. */
import type { LogPolicy } from '../../core/model.ts'
import { Growth } from './growth.ts'
import { shrinkLog } from './log-file.ts'
import { clearTimeout, type FSWatcher, setTimeout, timeOfDay, watch } from '../machine.ts'

interface Logs {
  logOf: (name: string) => string
  tunnelFolder: (name: string) => string
}

type Limited = readonly { name: string; logs: LogPolicy }[]

/** From the first write to the look: two such spans are what a flood may add to twice its max_size. */
const lookAfterMs = 500

export class LogLimits {
  readonly #logs: Logs
  /** A watch ends with the first write, so that a flood wakes once for each look. */
  readonly #watches = new Map<string, FSWatcher>()
  readonly #growth = new Map<string, Growth>()
  #tunnels: Limited = []
  #timer: NodeJS.Timeout | undefined

  constructor(logs: Logs) {
    this.#logs = logs
  }

  /** Shrinks what is too large, and watches the rest. @throws P2pError 'state.unusable' */
  follow(tunnels: Limited): void {
    this.#tunnels = tunnels
    const current = new Set(tunnels.map(({ name }) => name))
    for (const name of this.#growth.keys()) {
      if (current.has(name)) continue
      this.#unwatch(name)
      this.#growth.delete(name)
    }
    for (const { name, logs } of tunnels) {
      // Watched before the look: a write in between wakes.
      if (!this.#watches.has(name)) this.#watch(name)
      const growth = this.#growthOf(name)
      const size = growth.look()
      if (growth.isBehind) this.#lookSoon()
      if (size < logs.maxBytes) continue
      shrinkLog(this.#logs.logOf(name), logs)
      growth.look()
    }
  }

  end(): void {
    clearTimeout(this.#timer)
    for (const name of this.#watches.keys()) this.#unwatch(name)
  }

  #watch(name: string): void {
    const written = (): void => {
      this.#unwatch(name)
      try {
        this.#growthOf(name).look(timeOfDay())
      } catch {
        // Seen again below.
      }
      this.#lookSoon()
    }
    try {
      this.#watches.set(name, watch(this.#logs.tunnelFolder(name), written).on('error', written))
    } catch {
      // Absent, or over the inotify limit: the supervisor's own looks remain.
    }
  }

  #growthOf(name: string): Growth {
    const growth = this.#growth.get(name) ?? new Growth(this.#logs.logOf(name))
    this.#growth.set(name, growth)
    return growth
  }

  #unwatch(name: string): void {
    this.#watches.get(name)?.close()
    this.#watches.delete(name)
  }

  #lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      try {
        this.follow(this.#tunnels)
      } catch {
        // A full disk: the supervisor's next look reports it.
      }
    }, lookAfterMs)
  }
}
