import { expect, test } from 'vitest'
import type { Check, ReadyCondition } from '../../../src/core/model.ts'
import { checkInWords, conditionInWords, needsPort, shortCheck } from '../../../src/core/text/condition-words.ts'

test.each<[ReadyCondition & Check, awaits: string, asks: string, short: string]>([
  [{ kind: 'listen' }, 'its listener', 'its listener', 'its listener'],
  [
    { kind: 'banner', pattern: '^SSH-' },
    'a greeting through the tunnel that matches ^SSH-',
    'a greeting that matches ^SSH-',
    'greeting ^SSH-',
  ],
  [{ kind: 'http', path: '/up' }, 'an answer through the tunnel to GET /up', 'GET /up', 'GET /up'],
  [{ kind: 'tls' }, 'a TLS handshake through the tunnel', 'a TLS handshake', 'TLS handshake'],
  [{ kind: 'command', argv: ['pg_isready', '-q'] }, 'success of pg_isready', 'success of pg_isready', 'pg_isready'],
  [{ kind: 'command', argv: [] }, 'success of ', 'success of ', ''],
])('%j is awaited, asked for, and named', (condition, awaits, asks, short) => {
  expect([conditionInWords(condition), checkInWords(condition), shortCheck(condition)]).toEqual([awaits, asks, short])
})

test.each<[ReadyCondition, string]>([
  [{ kind: 'log', pattern: 'ready', means: 'its login' }, 'its login'],
  [{ kind: 'log', pattern: 'ready' }, 'output that matches ready'],
  [{ kind: 'alive', ms: 500 }, '500 ms of uptime'],
])('%j is only awaited', (condition, awaits) => {
  expect(conditionInWords(condition)).toBe(awaits)
})

test('what goes through the tunnel needs its port, what looks at the program does not', () => {
  const kinds = ['listen', 'banner', 'http', 'tls', 'log', 'alive', 'command'] as const
  expect(kinds.filter(needsPort)).toEqual(['listen', 'banner', 'http', 'tls'])
})
