import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../src/core/text/units.ts'

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1h2m3s4ms', 3_723_004],
    ['1m500ms', 60_500],
    ['1.5s', 1500],
    ['0.5h', 1_800_000],
    ['0s', 0],
    ['90m', 5_400_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([
    '',
    '10',
    '-1s',
    '1 s',
    '1s2m',
    '1s1s',
    's',
    '1d',
    '10sec',
    '1m30',
    '.5s',
    '1e3s',
    '9999999999999999s',
    '10S',
  ])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeNull()
  })

  test('what is formatted reads back as the same number of milliseconds', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })

  test('formatting leaves out what is zero', () => {
    expect([0, 500, 90_000, 3_600_000, 90_000_500].map(formatDuration)).toEqual([
      '0s',
      '500ms',
      '1m30s',
      '1h',
      '25h500ms',
    ])
  })
})

describe('sizes', () => {
  test.each([
    ['10MB', 10 * 1024 * 1024],
    ['512KB', 512 * 1024],
    ['512 kb', 512 * 1024],
    ['1g', 1024 ** 3],
    ['1T', 1024 ** 4],
    ['10b', 10],
    ['1.5k', 1536],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  test.each(['', '10', '-1MB', 'MB', '10MiB', '10XB', '1MB2KB', '99999999999999TB'])('%j is no size', (text) => {
    expect(parseSize(text)).toBeNull()
  })

  test('what is formatted reads back as the same number of bytes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes)
      }),
    )
  })
})
