import { expect, test } from 'vitest'
import { elapsed } from '../../../src/core/text/clock.ts'

const now = 1_000_000_000

test.each([
  ['a moment ago', now - 1, 1],
  ['an hour ago', now - 3_600_000, 3_600_000],
  ['now', now, 0],
  ['ahead by what NTP corrects', now + 1, 0],
  ['ahead by a minute', now + 60_000, 0],
  ['further ahead: another clock wrote it', now + 60_001, Infinity],
])('since %s', (_what, since, ms) => {
  expect(elapsed(since, now)).toBe(ms)
})
