import { expect, test } from 'vitest'
import { exitStatusOfResult } from '../../../src/core/decide/exit-status.ts'
import type { TunnelEvent } from '../../../src/core/events.ts'

const resultOf = (events: (TunnelEvent['type'] | { open: boolean })[], interrupted = false) => ({
  interrupted,
  tunnels: new Map(
    events.map((event, index): [string, TunnelEvent] => [
      String(index),
      (typeof event === 'string' ? { type: event } : { type: 'kept', ...event }) as TunnelEvent,
    ]),
  ),
})

test.each<[TunnelEvent['type'] | { open: boolean }, waited: number, notWaited: number]>([
  ['open', 0, 0],
  ['stopped', 0, 0],
  ['nothing', 0, 0],
  [{ open: true }, 0, 0],
  [{ open: false }, 1, 0],
  ['left', 1, 0],
  ['launched', 1, 0],
  ['waiting', 1, 0],
  ['starting', 1, 0],
  ['failed', 1, 1],
  ['skipped', 1, 1],
  ['survived', 1, 1],
  ['exited', 1, 1],
  ['stopping', 1, 1],
])('a tunnel that came to %j exits with %i, or %i where nobody waits', (event, waited, notWaited) => {
  expect([exitStatusOfResult(resultOf([event]), true), exitStatusOfResult(resultOf([event]), false)]).toEqual([
    waited,
    notWaited,
  ])
  expect(exitStatusOfResult(resultOf(['open', event, 'nothing']), true)).toBe(waited)
})

test('nothing to do is as asked, and an interrupt says so whatever became of the tunnels', () => {
  expect(exitStatusOfResult(resultOf([]), true)).toBe(0)
  expect(exitStatusOfResult(resultOf(['open'], true), true)).toBe(130)
  expect(exitStatusOfResult(resultOf(['failed'], true), false)).toBe(130)
})
