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
    ['0.0004s', 0],
    ['1.0006s', 1001],
    ['123456789012345ms', 123_456_789_012_345],
    ['0.123456789h', 444_444],
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
    'x1s',
    '1sx',
    '1ms1s',
    '1.s',
    '1.1234567891s',
    '1234567890123456ms',
    '999999999999999h',
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
    expect([0, 500, 90_000, 3_600_000, 90_000_500, 0.4, 999.6, -5].map(formatDuration)).toEqual([
      '0s',
      '500ms',
      '1m30s',
      '1h',
      '25h500ms',
      '0s',
      '1s',
      '0s',
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
    ['0B', 0],
    ['0.3b', 0],
    ['1.9b', 2],
    ['1 B', 1],
    ['1Kb', 1024],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  test.each(['', '10', '-1MB', 'MB', '10MiB', '10XB', '1MB2KB', '99999999999999TB', 'x1MB', '1MBx', '1  MB', '1.MB'])(
    '%j is no size',
    (text) => {
      expect(parseSize(text)).toBeNull()
    },
  )

  test('the largest unit that leaves no fraction is taken, up to the terabyte', () => {
    const sizes = [
      0,
      1,
      1023,
      1024,
      1500,
      1536,
      10 * 1024 ** 2,
      1025 * 1024,
      3 * 1024 ** 3,
      1024 ** 4,
      1024 ** 5,
      -1,
      2.4,
    ]
    expect(sizes.map(formatSize)).toEqual(
      ['0B', '1B', '1023B', '1KB', '1500B', '1536B', '10MB', '1025KB', '3GB', '1TB', '1024TB', '0B', '2B'], //
    )
  })

  test('what is formatted reads back as the same number of bytes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes)
      }),
    )
  })
})
