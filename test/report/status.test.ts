import { expect, test } from 'vitest'
import { statusText } from '../../src/report/lines.ts'
import { ordinal, shortSpan, wholeSpan } from '../../src/report/text/time.ts'
import { now } from '../support/context.ts'
import { makeStatus } from '../support/tunnel.ts'

test.each([
  [makeStatus('open'), null, 'open'],
  [makeStatus('closed'), null, 'closed'],
  [makeStatus('closed', 'stopped by kill (TERM)'), null, 'closed: stopped by kill (TERM)'],
  [makeStatus('unhealthy', 'no answer through the tunnel'), null, 'unhealthy: no answer through the tunnel'],
  [makeStatus('failed', 'wrong password'), null, 'failed: wrong password'],
  [
    makeStatus('retrying', 'peer timed out'),
    { nextAt: now + 3100, tries: 2 },
    'retrying in 4s (3rd time): peer timed out',
  ],
  [makeStatus('retrying', 'peer timed out'), { nextAt: now - 10, tries: 0 }, 'retrying now (1st time): peer timed out'],
  [makeStatus('retrying'), { nextAt: null, tries: 0 }, 'retrying'],
])('%j', (status, record, words) => {
  expect(statusText(status, record, now)).toBe(words)
})

test.each([
  [-5, '0ms', '0s'],
  [12.4, '12ms', '0s'],
  [95, '0.1s', '0s'],
  [449, '0.4s', '0s'],
  [9_949, '9.9s', '9s'],
  [9_950, '10s', '9s'],
  [59_499, '59s', '59s'],
  [59_999, '1m00s', '59s'],
  [60_000, '1m00s', '1m00s'],
  [200_000, '3m20s', '3m20s'],
  [14_700_000, '4h05m', '4h05m'],
  [183_600_000, '2d3h', '2d3h'],
])('%i ms', (ms, short, whole) => {
  expect([shortSpan(ms), wholeSpan(ms)]).toEqual([short, whole])
})

test('ordinals', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111, 112].map(ordinal).join(' ')).toBe(
    '1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 103rd 111th 112th',
  )
})
