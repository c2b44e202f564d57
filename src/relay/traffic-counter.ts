/** Counts the bytes of all connections of this process. */
import type { CarriedTraffic } from '../core/relay.ts'

type Counts = Omit<CarriedTraffic, 'attempt'>

export class TrafficCounter {
  readonly #publish: (counts: Counts) => boolean
  readonly #counts: Counts = { bytesIn: 0, bytesOut: 0, lastTrafficAt: null }
  #timer: NodeJS.Timeout | null = null

  /** `publish` is called now, and within a second of a change; false: it did not succeed, so it is called again. */
  constructor(publish: (counts: Counts) => boolean) {
    this.#publish = publish
    this.#tell()
  }

  carried(direction: 'bytesIn' | 'bytesOut', bytes: number): void {
    this.#counts[direction] += bytes
    this.#counts.lastTrafficAt = Date.now()
    this.#tellSoon()
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#tell()
    }, publishEveryMs).unref()
  }

  #tell(): void {
    if (!this.#publish(this.#counts)) this.#tellSoon()
  }
}

const publishEveryMs = 1000
