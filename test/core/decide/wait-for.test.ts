import { expect, test } from 'vitest'
import type { Health, State } from '../../../src/core/model.ts'
import { outlookOf } from '../../../src/core/decide/wait-for.ts'
import { closedRow, makeRow, makeStatus } from '../../support/tunnel.ts'

const health: Health = { check: { kind: 'http', path: '/' }, intervalMs: 30_000, timeoutMs: 5000, retries: 3 }

const outlooks: Record<State, [open: string, closed: string, healthy: string]> = {
  open: ['holds', 'pending', 'holds'],
  opening: ['pending', 'pending', 'pending'],
  unhealthy: ['pending', 'pending', 'pending'],
  retrying: ['pending', 'pending', 'pending'],
  closing: ['pending', 'pending', 'pending'],
  closed: ['pending', 'holds', 'pending'],
  failed: ['never', 'holds', 'never'],
  unknown: ['pending', 'pending', 'pending'],
}

test.each(Object.entries(outlooks))('of a tunnel that is %s', (state, expected) => {
  const row = makeRow('a', { spec: { health }, status: makeStatus(state as State, 'because') })
  const kinds = (['open', 'closed', 'healthy'] as const).map((wanted) => outlookOf(row, wanted, () => true).kind)
  expect(kinds).toEqual(expected)
})

test('what is missing is said with its reason', () => {
  expect(outlookOf(makeRow('a', { status: makeStatus('failed', 'wrong password') }), 'open', () => true)).toEqual({
    kind: 'never',
    because: 'it is failed: wrong password',
  })
  expect(outlookOf(closedRow('a'), 'open', () => true)).toEqual({ kind: 'pending', because: 'it is closed' })
})

test('a tunnel without a healthcheck never becomes healthy', () => {
  expect(outlookOf(makeRow('a'), 'healthy', () => true)).toEqual({ kind: 'never', because: 'it has no healthcheck' })
})

test('an open tunnel is healthy once it has answered, and not before', () => {
  const row = makeRow('a', { spec: { health } })
  const because = 'it has not answered its healthcheck yet'
  expect(outlookOf(row, 'healthy', () => false)).toEqual({ kind: 'pending', because })
  expect(outlookOf(row, 'open', () => false)).toEqual({ kind: 'holds' })
})

test('what is blocked by its need never opens, and counts as closed', () => {
  const row = { ...closedRow('a', { health }), next: { what: 'blocked', at: null, on: 'db' } as const }
  const kinds = (['open', 'closed', 'healthy'] as const).map((wanted) => outlookOf(row, wanted, () => true).kind)
  expect(kinds).toEqual(['never', 'holds', 'never'])
})

test.each([
  ['opens', 'pending'],
  ['retries', 'pending'],
  ['none', 'holds'],
] as const)('what is closed and %s: whether it is closed is %s', (what, kind) => {
  expect(outlookOf({ ...closedRow('a'), next: { what, at: null, on: null } }, 'closed', () => true).kind).toBe(kind)
})

test('its healthcheck is the one that it was launched with, else the declared one', () => {
  const launched = makeRow('a', { spec: { health } })
  const kind = (row: typeof launched) => outlookOf(row, 'healthy', () => true).kind
  expect(kind({ ...launched, spec: makeRow('a').spec })).toBe('holds')
  expect(kind({ ...makeRow('a'), spec: launched.spec })).toBe('never')
  expect(kind({ ...launched, observed: null, status: makeStatus('closed') })).toBe('pending')
  expect(kind({ ...makeRow('a'), spec: null })).toBe('holds')
})
