/** When the lines of a log were written, and by which run: concluded from how large the log was at known times. */

/** The log was of that size then. `attempt`: a run began there. */
export interface Mark {
  offset: number
  at: number
  attempt?: string
  /** It was cut to that size: marks before are about text that is gone. */
  cut?: true
}

/** What is known of a line. */
export interface Stamp {
  /** Exact, else the last time known before it; null: nothing is known. */
  time: number | null
  exact: boolean
  /** Null: of a run that is no longer on record. */
  attempt: string | null
}

export const noStamp: Stamp = { time: null, exact: false, attempt: null }

/** Two marks so close tell when what lies between them was written. */
export const closeMs = 2000

const mostBytes = 12 * 1024
const form = /^\[(\d{1,15}),(\d{1,15})(?:,"(cut|[0-9a-f]{32})")?\]$/

/** One line. A torn one that is joined to the next has no such form. */
export function formatMark({ offset, at, attempt, cut }: Mark): string {
  const more = cut === true ? 'cut' : attempt
  return `${JSON.stringify(more === undefined ? [offset, at] : [offset, at, more])}\n`
}

/** Those of the log as it is, which is `size` long, by offset: several watchers write them, in any order. */
export function parseMarks(text: string, size: number): Mark[] {
  let marks: Mark[] = []
  let largest = 0
  const restart = (): void => {
    // It was cut while its program ran: what is in it now was said by the same run.
    const run = marks.findLast(({ attempt }) => attempt !== undefined)
    marks = run === undefined ? [] : [{ ...run, offset: 0 }]
    largest = 0
  }
  for (const line of text.split('\n')) {
    const [, offset, at, more] = form.exec(line) ?? []
    if (offset === undefined) continue
    const mark: Mark = { offset: Number(offset), at: Number(at) }
    if (more === 'cut') mark.cut = true
    else if (more !== undefined) mark.attempt = more
    if (more === 'cut' || (more !== undefined && mark.offset < largest)) restart()
    largest = Math.max(largest, mark.offset)
    marks.push(mark)
  }
  if (largest > size) restart()
  return marks.sort((a, b) => a.offset - b.offset || a.at - b.at)
}

/** Fewer, so that they fit: the newest stay as they are, older ones get further apart, and the oldest go. */
export function thinned(marks: readonly Mark[]): Mark[] {
  const older = marks.length / 2
  const kept = marks.filter(({ attempt }, index) => index >= older || attempt !== undefined || index % 2 === 0)
  let room = mostBytes
  const gone = kept.findLastIndex((mark) => (room -= formatMark(mark).length) < 0) + 1
  // The run that the oldest of them belong to.
  const run = kept.slice(0, gone).findLast(({ attempt }) => attempt !== undefined)
  return [run ?? [], kept.slice(gone)].flat()
}

export class LogTimes {
  /** What lies between two marks. `from` and `to`: when it may have been written. */
  readonly #regions: { start: number; end: number; from: number; to: number; stamp: Stamp }[]

  /** `to`: when the log was last written to. */
  constructor(marks: readonly Mark[], to: number) {
    let attempt: string | null = null
    this.#regions = Array.from({ length: marks.length + 1 }, (_, index) => {
      const before = marks[index - 1]
      const after = marks[index]
      attempt = before?.attempt ?? attempt
      const from = before?.at ?? -Infinity
      const end = after?.at ?? to
      // Before the first mark nothing is known; after the last, only that no one watched.
      const exact = after !== undefined && Math.abs(end - from) <= closeMs
      const time = exact ? end : (before?.at ?? null)
      return {
        start: before?.offset ?? 0,
        end: after?.offset ?? Infinity,
        from: exact ? end : from,
        to: Math.max(from, end),
        stamp: { time, exact, attempt },
      }
    })
  }

  /** Of a line that ends at `offset`, and up to where the same is known. */
  at(offset: number): { stamp: Stamp; end: number } {
    return this.#regions.findLast(({ start }) => start <= offset) ?? { stamp: noStamp, end: Infinity }
  }

  /** Where that begins which may have been written since; null: nowhere. */
  since(at: number): number | null {
    return this.#regions.find(({ start, end, to }) => end > start && to >= at)?.start ?? null
  }

  /** Where that begins which was written later; null: nowhere. */
  after(at: number): number | null {
    return this.#regions.find(({ start, end, from }) => end > start && from > at)?.start ?? null
  }
}
