/** Simulated time: runs one item per loop turn in order of simulated time, so equal options print equal lines at any speed. */
export interface Clock {
  wait: (ms: number) => Promise<void>
  /** Calls `run` once after so many simulated milliseconds, unless cancelled. */
  after: (ms: number, run: () => void) => Cancel
  every: (ms: number, run: () => void) => Cancel
  /** Stops simulated time while real work is done. */
  hold: <T>(work: Promise<T>) => Promise<T>
  stop: () => void
}

type Cancel = () => void

interface Due {
  at: number
  run: () => void
}

/** `speed`: simulated milliseconds per real one. */
export function startClock(speed: number): Clock {
  const began = performance.now()
  const list: Due[] = []
  let timer: NodeJS.Timeout | null = null
  /** Simulated time of this turn; null between turns. What a turn schedules counts from there, without drift. */
  let turn: number | null = null
  let holds = 0

  /** Rounded: sums of fractions depend on their order, which would reorder simultaneous items. */
  const real = (): number => Math.round((performance.now() - began) * speed)

  function insert(due: Due): Cancel {
    const later = list.findIndex((other) => other.at > due.at)
    list.splice(later === -1 ? list.length : later, 0, due)
    arm()
    return () => {
      const index = list.indexOf(due)
      if (index !== -1) list.splice(index, 1)
    }
  }

  function arm(): void {
    if (turn !== null) return
    if (timer !== null) clearTimeout(timer)
    const next = list[0]
    timer = next === undefined ? null : setTimeout(fire, Math.max(0, Math.min((next.at - real()) / speed, longestMs)))
  }

  function fire(): void {
    timer = null
    const next = list[0]
    if (next !== undefined && next.at <= real() + roundingMs * speed) {
      list.shift()
      turn = next.at
      next.run()
    }
    endTurn()
  }

  /** Promises resolved in this turn continue before the next immediate. */
  function endTurn(): void {
    setImmediate(() => {
      if (holds > 0) return
      turn = null
      arm()
    })
  }

  const clock: Clock = {
    wait: (ms) =>
      new Promise((resolve) => {
        clock.after(ms, resolve)
      }),
    after: (ms, run) => insert({ at: (turn ?? real()) + ms, run }),
    every(ms, run) {
      let cancel = clock.after(ms, repeat)
      function repeat(): void {
        cancel = clock.after(ms, repeat)
        run()
      }
      return () => {
        cancel()
      }
    },
    async hold(work) {
      holds += 1
      turn ??= real()
      try {
        return await work
      } finally {
        holds -= 1
        endTurn()
      }
    },
    stop() {
      list.length = 0
      arm()
    },
  }
  return clock
}

/** Node's timers count milliseconds, in at most 31 bits. */
const roundingMs = 1
const longestMs = 2 ** 31 - 1
