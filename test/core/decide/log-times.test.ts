import { describe, expect, test } from 'vitest'
import { formatMark, LogTimes, parseMarks, thinned, type Mark } from '../../../src/core/decide/log-times.ts'

const first = '1'.repeat(32)
const second = '2'.repeat(32)
const text = (marks: readonly Mark[]): string => marks.map(formatMark).join('')

/** Of the log as it is, last written to an hour after. */
function times(marks: readonly Mark[], size = Infinity): LogTimes {
  return new LogTimes(parseMarks(text(marks), size), 3_600_000)
}

const stampOf = (known: LogTimes, offset: number): unknown[] => {
  const { time, exact, attempt } = known.at(offset).stamp
  return [time, exact, attempt]
}

test('a line between two marks that are close has a time, any other the last one before it', () => {
  const known = times([
    { offset: 40, at: 1000, attempt: first },
    { offset: 50, at: 1500 },
    { offset: 50, at: 9000 },
    { offset: 60, at: 9000 },
    { offset: 90, at: 60_000 },
  ])
  expect(stampOf(known, 10)).toEqual([null, false, null])
  expect(stampOf(known, 40)).toEqual([1500, true, first])
  expect(stampOf(known, 50)).toEqual([9000, true, first])
  expect(stampOf(known, 60)).toEqual([9000, false, first])
  expect(stampOf(known, 1000)).toEqual([60_000, false, first])
})

test('what may have been written since, or only later', () => {
  const known = times([
    { offset: 40, at: 1000, attempt: first },
    { offset: 60, at: 10_000 },
    { offset: 90, at: 11_000 },
  ])
  expect([0, 1001, 10_001, 11_001, 3_600_001].map((at) => known.since(at))).toEqual([0, 40, 60, 90, null])
  expect([0, 999, 1000, 10_999, 11_000].map((at) => known.after(at))).toEqual([40, 40, 60, 60, null])
})

test('several watchers note in any order', () => {
  const marks = [
    { offset: 40, at: 1000, attempt: first },
    { offset: 50, at: 2000 },
    { offset: 70, at: 3000 },
    { offset: 60, at: 2500 },
    { offset: 50, at: 2400 },
  ]
  expect(parseMarks(text(marks), 70).map(({ offset, at }) => [offset, at])).toEqual([
    [40, 1000],
    [50, 2000],
    [50, 2400],
    [60, 2500],
    [70, 3000],
  ])
})

describe('marks of text that is gone are not used', () => {
  const before: Mark[] = [
    { offset: 40, at: 1000, attempt: first },
    { offset: 500, at: 2000 },
  ]

  test.each<[what: string, marks: Mark[], size: number]>([
    ['cut, as its watcher saw', [...before, { offset: 0, at: 9000, cut: true }], 900],
    ['cut since', before, 100],
  ])('%s: the run goes on', (_, marks, size) => {
    expect(stampOf(times(marks, size), 10)[2]).toBe(first)
    expect(stampOf(times(marks, size), 100)).toEqual([size === 900 ? 9000 : 1000, false, first])
  })

  test('a run in a new log', () => {
    expect(stampOf(times([...before, { offset: 40, at: 9000, attempt: second }]), 45)).toEqual([9000, false, second])
  })
})

test('lines that are torn, joined or strange say nothing', () => {
  expect(parseMarks('[1,2]\n[12[345,17]\n[3,4\n5,6]\n[7,8,"x"]\n\0\n[-1,2]\n[1e9,2]\n', 10)).toEqual([
    { offset: 1, at: 2 },
  ])
})

test('they stay few, the newest whole, each with its run', () => {
  let marks: Mark[] = [{ offset: 0, at: 0, attempt: first }]
  for (let at = 1; at < 4000; at += 1) {
    marks.push({ offset: at * 10, at: at * 1000, ...(at % 1000 === 0 ? { attempt: second } : {}) })
    if (text(marks).length > 16 * 1024) marks = thinned(marks)
    expect(text(marks).length).toBeLessThanOrEqual(16 * 1024)
  }
  const known = times(marks)
  expect(stampOf(known, 39_900)).toEqual([3_991_000, true, second])
  const oldest = marks.find(({ attempt }) => attempt === undefined)?.offset ?? 0
  expect(known.at(oldest).stamp.attempt).not.toBeNull()
})
