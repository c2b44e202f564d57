import { expect, test } from 'vitest'
import { readStatus } from '../../../src/core/text/signals.ts'

test.each([
  [0, 0, null],
  [1, 1, null],
  [128, 128, null],
  [129, null, 'HUP'],
  [130, null, 'INT'],
  [131, null, 'QUIT'],
  [132, null, 'ILL'],
  [133, null, 'TRAP'],
  [134, null, 'ABRT'],
  [135, null, 'BUS'],
  [136, null, 'FPE'],
  [137, null, 'KILL'],
  [138, null, 'USR1'],
  [139, null, 'SEGV'],
  [140, null, 'USR2'],
  [141, null, 'PIPE'],
  [142, null, 'ALRM'],
  [143, null, 'TERM'],
  [144, null, '16'],
  [152, null, 'XCPU'],
  [153, null, 'XFSZ'],
  [192, null, '64'],
  [193, 193, null],
  // What ssh ends with, whatever went wrong.
  [255, 255, null],
])('status %i is exit code %s, signal %s', (status, exitCode, signal) => {
  expect(readStatus(status)).toEqual({ exitCode, signal })
})
