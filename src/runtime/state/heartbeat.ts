// A sign of life that a process writes over every few seconds, for others to read: a process can be there and do nothing.
// Times are of the monotonic clock (clock_gettime(2), CLOCK_MONOTONIC), which stands still while a Linux machine sleeps,
// and which no change of the date moves. No fsync: what matters is what was written in this boot.
import { openRegular, readOptional } from '../files/read-file.ts'
import { clearInterval, closeSync, constants, performance, process, setInterval, writeSync } from '../machine.ts'

const beatEveryMs = 10_000
/** Three beats missed. */
export const silenceMs = 30_000
/** One turn of a loop may take so long: it waits for the project's lock up to 60 s. */
const longestTurnMs = 90_000

export class Heartbeat {
  readonly #descriptor: number | null
  readonly #timer: NodeJS.Timeout
  #turnAt = performance.now()

  constructor(path: string) {
    this.#descriptor = openOrNull(path)
    this.#beat()
    this.#timer = setInterval(() => {
      if (performance.now() - this.#turnAt < longestTurnMs) this.#beat()
    }, beatEveryMs)
  }

  /** The loop has come round again: where it no longer does, the beat ends. */
  turn(): void {
    this.#turnAt = performance.now()
  }

  end(): void {
    clearInterval(this.#timer)
    if (this.#descriptor !== null) closeSync(this.#descriptor)
  }

  #beat(): void {
    if (this.#descriptor === null) return
    try {
      writeSync(this.#descriptor, `${process.pid} ${process.hrtime.bigint()}`.padEnd(textLength), 0)
    } catch {
      // A full disk: silence is better than an end.
    }
  }
}

/** Milliseconds since the last beat of that process; null: it has none (an older build's), or not yet. */
export function silenceOf(path: string, pid: number): number | null {
  let text: string
  try {
    text = readOptional(path) ?? ''
  } catch {
    return null
  }
  const [, owner, at] = /^(\d+) (\d+) *$/.exec(text) ?? []
  return Number(owner) === pid && at !== undefined ? Number(process.hrtime.bigint() - BigInt(at)) / 1e6 : null
}

const textLength = 40

function openOrNull(path: string): number | null {
  try {
    return openRegular(path, constants.O_WRONLY | constants.O_CREAT)
  } catch {
    return null
  }
}
