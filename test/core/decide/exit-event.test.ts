import { expect, test } from 'vitest'
import { exitEvent } from '../../../src/core/decide/exit-event.ts'
import type { Observed, RunRecord } from '../../../src/core/model.ts'
import { joinRows } from '../../../src/core/decide/ps-rows.ts'
import { now } from '../../support/context.ts'
import { makeRecord, makeSpec } from '../../support/tunnel.ts'

const spec = makeSpec('a')
const ended = (status: number | null, record: Partial<RunRecord> = {}, more: Partial<Observed> = {}): Observed => ({
  record: makeRecord(spec, record),
  launched: spec,
  process: { kind: 'gone', status, endedAt: status === null ? null : now - 1000, lastLines: [] },
  listener: { kind: 'unchecked' },
  readied: true,
  readiedAt: now - 5000,
  ...more,
})

test('an end goes on record with when it was and what it means', () => {
  expect(exitEvent(ended(4), 'boot', now)).toEqual({
    at: now - 1000,
    attempt: '0'.repeat(32),
    type: 'exited',
    name: 'a',
    reason: 'exited with status 4',
    code: 'run.exited',
    exitCode: 4,
    exitSignal: null,
  })
  expect(exitEvent(ended(139), 'boot', now)).toMatchObject({ exitCode: null, exitSignal: 'SEGV' })
})

test('the time of files has fractions, events have none', () => {
  const process: Observed['process'] = { kind: 'gone', status: 4, endedAt: now - 1000.4, lastLines: [] }
  expect(exitEvent(ended(4, {}, { process }), 'boot', now)?.at).toBe(now - 1000)
})

test('where nobody knows when it ended, the time is when it was found', () => {
  expect(exitEvent(ended(null), 'boot', now)).toMatchObject({
    at: now,
    code: 'run.killed',
    exitCode: null,
    exitSignal: null,
  })
})

test.each([
  ['runs', ended(0, {}, { process: { kind: 'running', launcher: 2, program: 3, members: [], stopped: false } })],
  ['left processes behind', ended(0, {}, { process: { kind: 'leftover', members: [3], status: 0 } })],
  ['was never launched', ended(null, { pids: { launcher: null, program: null }, verdict: problem() })],
  ['p2p itself closed', ended(143, { stoppingAt: now - 1100 })],
])('nothing ended by itself of a tunnel that %s', (_, observed) => {
  expect(exitEvent(observed, 'boot', now)).toBeNull()
})

test('a tunnel that p2p began to close after it had ended did end by itself', () => {
  expect(exitEvent(ended(4, { stoppingAt: now - 500 }), 'boot', now)).toMatchObject({ code: 'run.exited' })
})

const stateOf = (observed: Observed, supervised: boolean): unknown[] =>
  joinRows(
    { name: 'lab', declared: null },
    {
      tunnels: new Map([['a', observed]]),
      now,
      bootId: 'boot',
      supervised,
      wanted: () => new Map([['a', { spec, claimed: false }]]),
    },
    () => '/log',
  ).map(({ status }) => [status.state, status.reason])

test('what has just ended is retrying before the supervisor has said when', () => {
  expect(stateOf(ended(4), true)).toEqual([['retrying', 'exited with status 4']])
  expect(stateOf(ended(4), false)).toEqual([['failed', 'exited with status 4']])
  expect(stateOf(ended(143), true)).toEqual([['closed', 'stopped by kill (TERM)']])
})

test('what p2p closed to reopen was not stopped by a person', () => {
  expect(stateOf(ended(143, { stoppingAt: now - 1100 }), true)).toEqual([['retrying', 'closed by p2p']])
  expect(stateOf(ended(143, { stoppingAt: now - 1100 }), false)).toEqual([['closed', null]])
})

function problem(): NonNullable<RunRecord['verdict']> {
  return { code: 'port.taken', reason: 'port 1 is already in use by x', hint: null, heals: true }
}
