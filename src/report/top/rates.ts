/** How much flows each second, from figures that only grow. */
import type { Row, Traffic } from '../../core/model.ts'

/** Null: not known, or not yet. The newest last. */
export interface Flow {
  in: readonly (number | null)[]
  out: readonly (number | null)[]
  /** Both directions together, for programs that do not tell them apart. */
  both: readonly (number | null)[]
}

interface Sample {
  at: number
  /** Of another attempt all begins again. */
  attempt: string
  traffic: Traffic
}

/** Samples that a rate is taken over: a relay tells its figures about once a second, not at our seconds. */
const span = 3
const shown = 8
const leastPauseMs = 900

export class Rates {
  readonly #samples = new Map<string, Sample[]>()

  add(rows: readonly Row[], at: number): void {
    for (const name of this.#samples.keys()) if (!rows.some((row) => row.name === name)) this.#samples.delete(name)
    for (const { name, observed, traffic } of rows) {
      const attempt = observed?.record.attempt
      const before = this.#samples.get(name) ?? []
      if (traffic === undefined || attempt === undefined) this.#samples.delete(name)
      else if (before.at(-1)?.attempt !== attempt || isBackwards(before.at(-1), traffic, at))
        this.#samples.set(name, [{ at, attempt, traffic }])
      else if (at - (before.at(-1)?.at ?? 0) >= leastPauseMs)
        this.#samples.set(name, [...before, { at, attempt, traffic }].slice(-(span + shown)))
    }
  }

  of(name: string): Flow {
    const samples = this.#samples.get(name) ?? []
    const rates = (figure: 'bytesIn' | 'bytesOut' | 'bytesMoved'): (number | null)[] =>
      samples.slice(1).map((sample, index) => {
        const before = samples[Math.max(0, index + 1 - span)] ?? sample
        const [from, to] = [before.traffic[figure], sample.traffic[figure]]
        return from === null || to === null ? null : ((to - from) * 1000) / (sample.at - before.at)
      })
    return { in: rates('bytesIn'), out: rates('bytesOut'), both: rates('bytesMoved') }
  }
}

/** The clock was set back, or a child that counted is gone: no rate follows from that. */
function isBackwards(before: Sample | undefined, now: Traffic, at: number): boolean {
  if (before === undefined || at < before.at) return true
  return (['bytesIn', 'bytesOut', 'bytesMoved'] as const).some(
    (figure) => (now[figure] ?? Infinity) < (before.traffic[figure] ?? 0),
  )
}

/** One character for each of the last rates, the tallest for the largest of them. */
export function sparkline(rates: readonly (number | null)[], width: number): string {
  const last = rates.slice(-width)
  const most = Math.max(1, ...last.map((rate) => rate ?? 0))
  return last
    .map((rate) => (rate === null ? ' ' : (bars[Math.ceil((rate / most) * (bars.length - 1))] ?? ' ')))
    .join('')
    .padStart(width)
}

const bars = '▁▂▃▄▅▆▇█'
