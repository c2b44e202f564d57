import { expect, test } from 'vitest'
import { parseSince } from '../../../src/core/text/since.ts'

const now = Date.parse('2026-03-01T12:00:00Z')

test.each([
  ['10m', '2026-03-01T11:50:00.000Z'],
  ['1h30m', '2026-03-01T10:30:00.000Z'],
  ['0s', '2026-03-01T12:00:00.000Z'],
  ['2026-02-28T23:59:59Z', '2026-02-28T23:59:59.000Z'],
  ['2026-02-28T23:59:59.5+01:00', '2026-02-28T22:59:59.500Z'],
  ['2026-02-28t23:59z', '2026-02-28T23:59:00.000Z'],
  ['2026-02-28T23:59:59.123456789Z', '2026-02-28T23:59:59.123Z'],
  ['2026-02-28 23:59:59-00:30', '2026-03-01T00:29:59.000Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(parseSince(text, now) ?? NaN).toISOString()).toBe(expected)
})

test.each([
  ['2026-02-28', new Date(2026, 1, 28)],
  ['2026-02-28 07:30', new Date(2026, 1, 28, 7, 30)],
  ['2026-02-28T07:30:15', new Date(2026, 1, 28, 7, 30, 15)],
])('without a zone %s is local', (text, expected) => {
  expect(parseSince(text, now)).toBe(expected.getTime())
})

test.each([
  '',
  'x2026-02-28',
  '2026-02-28T12:00Zx',
  '2026-02-28T12:00:00.1234567890Z',
  '2026-02-28Z',
  'yesterday',
  '10',
  '-10m',
  '2026',
  '2026-13-01',
  '2026-02-28T25:00',
  '12:00',
  '2026-02-28T12:00 Z',
])('nobody can tell when %o is', (text) => {
  expect(parseSince(text, now)).toBeNull()
})
