import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ApplyResult, TunnelEvent } from '../../src/core/events.ts'
import type { Action, Plan } from '../../src/core/plan.ts'
import { openProgress } from '../../src/report/progress/progress.ts'
import { fakeContext, now } from '../support/context.ts'
import { makeRecord, makeSpec } from '../support/tunnel.ts'

const spec = makeSpec('db')
const actions: Action[] = [
  {
    do: 'keep',
    name: 'web-pi',
    cause: 'already open',
    after: [],
    record: makeRecord(makeSpec('web-pi')),
    spec: null,
    awaits: false,
  },
  { do: 'start', name: 'db', cause: 'not running', after: [], spec },
]
const plan: Plan = { actions, notices: ['old runs and is no longer declared'] }

const events: TunnelEvent[] = [
  { type: 'kept', name: 'web-pi', pid: 1, endpoints: spec.endpoints, target: 'x:1', cause: 'already open', open: true },
  { type: 'starting', name: 'db', cause: 'not running' },
  { type: 'launched', name: 'db', pid: 7 },
  { type: 'waiting', name: 'db', for: 'its own listener on port 33000', ms: 1200 },
  { type: 'open', name: 'db', pid: 7, endpoints: spec.endpoints, target: spec.target, ms: 2500 },
]
const outcomes: ApplyResult = { tunnels: new Map(events.map((event) => [event.name, event])), interrupted: false }

describe('plain', () => {
  test('is one line for each event that changes something, then the summary, all on stderr', async () => {
    const ctx = fakeContext()
    const progress = openProgress(ctx, 'up', plan)
    events.forEach(progress.event)
    await progress.finish(outcomes)
    expect(ctx.said.stdout).toBe('')
    expect(ctx.said.stderr).toBe(`db      opening: not running
db      launched, PID 7
db      waiting for its own listener on port 33000 (1s)
db      open on 127.0.0.1:33000 -> 10.0.0.5:6379, PID 7, after 2.5s
= web-pi  127.0.0.1:33000  -> x:1            PID 1  already open
+ db      127.0.0.1:33000  -> 10.0.0.5:6379  PID 7  open after 2.5s
note: old runs and is no longer declared
1 opened, 1 already open; close them with: p2p down
`)
  })

  test('is what a dumb terminal gets', () => {
    const ctx = fakeContext({}, { env: { TERM: 'dumb' } })
    ctx.stderr.isTTY = true
    openProgress(ctx, 'up', plan).event({ type: 'starting', name: 'db', cause: 'not running' })
    expect(ctx.said.stderr).toBe('db      opening: not running\n')
  })

  describe('in a long wait', () => {
    beforeEach(() => {
      vi.useFakeTimers()
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    test('says again what is waited for, ever more rarely', () => {
      const ctx = fakeContext()
      const progress = openProgress(ctx, 'up', plan)
      progress.event({ type: 'waiting', name: 'db', for: 'Proxy started.', ms: 500 })
      vi.advanceTimersByTime(70_500)
      expect(ctx.said.stderr.split('\n').slice(1, -1)).toEqual([
        'db      still waiting for Proxy started. (10s)',
        'db      still waiting for Proxy started. (30s)',
        'db      still waiting for Proxy started. (1m10s)',
      ])
    })

    test('falls silent once it is over', async () => {
      const ctx = fakeContext()
      const progress = openProgress(ctx, 'up', plan)
      events.slice(0, 4).forEach(progress.event)
      events.slice(4).forEach(progress.event)
      const said = ctx.said.stderr
      vi.advanceTimersByTime(100_000)
      expect(ctx.said.stderr).toBe(said)
      progress.event({ type: 'waiting', name: 'db', for: 'x', ms: 0 })
      await progress.stop()
      expect(vi.getTimerCount()).toBe(0)
    })
  })
})

test('json is one object for each event and nothing else', async () => {
  const ctx = fakeContext({ progress: 'json', quiet: true })
  ctx.masks.push('hunter22')
  const progress = openProgress(ctx, 'up', plan)
  events.forEach(progress.event)
  progress.event({ type: 'skipped', name: 'x', cause: 'hunter22 \x9b' })
  await progress.finish(outcomes)
  const at = new Date(now).toISOString()
  expect(
    ctx.said.stderr
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    { at, type: 'notice', message: 'old runs and is no longer declared' },
    ...events.map((event) => ({ at, ...event, ...(event.type === 'skipped' ? { next: null } : {}) })),
    { at, type: 'skipped', name: 'x', cause: '*** \x9b', next: null },
  ])
  expect(ctx.said.stderr).not.toContain('\x9b')
})

test.each([{ quiet: true }, { progress: 'quiet' as const }])('%j says nothing when all went well', async (globals) => {
  const ctx = fakeContext(globals)
  const progress = openProgress(ctx, 'up', plan)
  events.forEach(progress.event)
  await progress.finish(outcomes)
  expect(ctx.said).toMatchObject({ stdout: '', stderr: '' })
})

test('stop may be called again, and before anything happened', async () => {
  for (const progress of ['plain', 'tty', 'json', 'quiet'] as const) {
    const view = openProgress(fakeContext({ progress }), 'up', plan)
    await view.stop()
    await view.stop()
  }
})
