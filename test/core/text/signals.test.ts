import { expect, test } from 'vitest'
import { readStatus } from '../../../src/core/text/signals.ts'

test.each([
  [0, 0, null],
  [1, 1, null],
  [128, 128, null],
  [129, null, 'HUP'],
  [137, null, 'KILL'],
  [143, null, 'TERM'],
  [192, null, '64'],
  [193, 193, null],
  // What ssh ends with, whatever went wrong.
  [255, 255, null],
])('status %i is exit code %s, signal %s', (status, exitCode, signal) => {
  expect(readStatus(status)).toEqual({ exitCode, signal })
})
