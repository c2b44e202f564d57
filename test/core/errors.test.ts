import { expect, test } from 'vitest'
import { exitStatusOf, P2pError, systemCode, type ErrorCode } from '../../src/core/errors.ts'
import { isUnopened, type TunnelEvent } from '../../src/core/events.ts'
import { unreachable } from '../../src/core/text/unreachable.ts'

test('scripts rely on what each kind of error exits with', () => {
  expect(exitStatusOf).toEqual({
    usage: 2,
    'tunnel.unknown': 2,
    'project.ambiguous': 2,
    'config.invalid': 4,
    'config.missing': 4,
    'config.unreadable': 4,
    'project.busy': 5,
    'state.refused': 6,
    'state.unusable': 6,
    'state.version': 6,
    'system.missing': 6,
    interrupted: 130,
    terminated: 143,
  })
  for (const code of Object.keys(exitStatusOf) as ErrorCode[])
    expect(new P2pError(code, '').exitStatus).toBe(exitStatusOf[code])
})

test('an error says what failed, what to try and what was behind it', () => {
  const cause = new Error('deeper')
  const error = new P2pError('usage', 'no such flag', { hint: 'see p2p help', cause })
  expect(error).toMatchObject({
    name: 'P2pError',
    code: 'usage',
    message: 'no such flag',
    hint: 'see p2p help',
    details: [],
  })
  expect(error.cause).toBe(cause)
  const bare = new P2pError('usage', 'x'.repeat(400))
  expect(bare).toMatchObject({ hint: null, details: [], message: `${'x'.repeat(60)}…${'x'.repeat(20)}` })
  expect('cause' in bare).toBe(false)
  expect(new P2pError('usage', '', { hint: 'y'.repeat(400) }).hint).toBe(`${'y'.repeat(60)}…${'y'.repeat(20)}`)
})

test('only errors of the system have a code', () => {
  const system = Object.assign(new Error('open'), { code: 'ENOENT' })
  const others = [
    new Error('x'),
    Object.assign(new Error('x'), { code: 5 }),
    { code: 'ENOENT' },
    'ENOENT',
    null,
    undefined,
  ]
  expect([system, ...others].map(systemCode)).toEqual(['ENOENT', null, null, null, null, null, null])
})

test('three events end a start without an open tunnel', () => {
  const types: TunnelEvent['type'][] = ['open', 'kept', 'failed', 'skipped', 'left', 'nothing', 'launched']
  expect(types.filter((type) => isUnopened({ type } as TunnelEvent))).toEqual(['failed', 'skipped', 'left'])
})

test('a case that nobody knows is a bug with its value', () => {
  expect(() => unreachable({ kind: 'new' } as never)).toThrow('unreachable case: {"kind":"new"}')
})
