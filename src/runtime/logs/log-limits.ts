/** Keeps the logs of running tunnels near their max_size. Woken by the file system: a quiet log costs nothing. */
import type { LogPolicy } from '../../core/model.ts'
import { shrinkLargeLogs } from './log-file.ts'
import { clearTimeout, type FSWatcher, setTimeout, watch } from '../machine.ts'

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
  #tunnels: Limited = []
  #timer: NodeJS.Timeout | undefined

  constructor(logs: Logs) {
    this.#logs = logs
  }

  /** Shrinks what is too large, and watches the rest. @throws P2pError 'state.unusable' */
  follow(tunnels: Limited): void {
    this.#tunnels = tunnels
    const current = new Set(tunnels.map(({ name }) => name))
    for (const name of this.#watches.keys()) if (!current.has(name)) this.#unwatch(name)
    // Watched before the look: a write in between wakes.
    for (const { name } of tunnels) if (!this.#watches.has(name)) this.#watch(name)
    shrinkLargeLogs(this.#logs, tunnels)
  }

  end(): void {
    clearTimeout(this.#timer)
    for (const name of this.#watches.keys()) this.#unwatch(name)
  }

  #watch(name: string): void {
    const written = (): void => {
      this.#unwatch(name)
      this.#timer ??= setTimeout(() => {
        this.#lookAgain()
      }, lookAfterMs)
    }
    try {
      this.#watches.set(name, watch(this.#logs.tunnelFolder(name), written).on('error', written))
    } catch {
      // Absent, or over the inotify limit: the supervisor's own looks remain.
    }
  }

  #unwatch(name: string): void {
    this.#watches.get(name)?.close()
    this.#watches.delete(name)
  }

  #lookAgain(): void {
    this.#timer = undefined
    try {
      this.follow(this.#tunnels)
    } catch {
      // A full disk: the supervisor's next look reports it.
    }
  }
}
