import { describe, expect, test } from 'vitest'
import { matcher, selectNames, selectOne, selectToOpen } from '../../../src/core/decide/select.ts'
import { P2pError } from '../../../src/core/errors.ts'
import { makeSpec, projectOf } from '../../support/tunnel.ts'

const names = ['web', 'web-2', 'db', 'db.main', 'a+b', 'x^y', '[odd]']

const refusal = (action: () => unknown): Pick<P2pError, 'code' | 'message' | 'hint'> => {
  try {
    action()
  } catch (error) {
    if (error instanceof P2pError) return { code: error.code, message: error.message, hint: error.hint }
    throw error
  }
  throw new Error('it was accepted')
}

describe('patterns', () => {
  test.each([
    [['web'], ['web']],
    [
      ['db', 'web'],
      ['web', 'db'],
    ],
    [['web', 'web'], ['web']],
    [['web*'], ['web', 'web-2']],
    [['*'], names],
    [['?b'], ['db']],
    [['*b'], ['web', 'db', 'a+b']],
    [['[dw]*'], ['web', 'web-2', 'db', 'db.main']],
    [['web-[0-9]'], ['web-2']],
    [['db.main'], ['db.main']],
    [['a+b'], ['a+b']],
    [['x^y'], ['x^y']],
  ])('%j mean %j', (patterns, expected) => {
    expect(selectNames(patterns, names)).toEqual(expected)
  })

  test.each(['dbXmain', 'we', 'eb', 'aab', 'WEB', 'web-?2', 'x[y', '[!]'])('%s means none of them', (pattern) => {
    expect(refusal(() => selectNames(['web', pattern], names)).code).toBe('tunnel.unknown')
  })

  test('a name is one of several patterns, or none', () => {
    const isMeant = matcher(['web*', 'db'])
    expect(['web', 'web\n2', 'db', 'db.main', 'xweb'].map(isMeant)).toEqual([true, true, true, false, false])
    expect(matcher([])('web')).toBe(false)
    expect(matcher(['a?c'])('a\nc')).toBe(true)
  })
})

describe('a name that nobody knows', () => {
  const many = Array.from({ length: 13 }, (_, index) => `t${index}`)

  test.each([
    ['a typo', 'webb', names, 'no tunnel is named webb', 'did you mean web?'],
    ['a word', 'frobnicate', ['web', 'db'], 'no tunnel is named frobnicate', 'tunnels: web, db'],
    ['a pattern', 'wep*', ['web', 'db'], 'no tunnel matches wep*', 'tunnels: web, db'],
    ['another', 'we?', ['web-2'], 'no tunnel matches we?', 'tunnels: web-2'],
    ['brackets', '[x]eb', ['web'], 'no tunnel matches [x]eb', 'tunnels: web'],
    ['one of none', 'web', [], 'no tunnel is named web', 'there are no tunnels'],
    [
      'one of twelve',
      'frobnicate',
      many.slice(0, 12),
      'no tunnel is named frobnicate',
      `tunnels: ${many.slice(0, 12).join(', ')}`,
    ],
    [
      'one of more',
      'frobnicate',
      many,
      'no tunnel is named frobnicate',
      `tunnels: ${many.slice(0, 12).join(', ')} and 1 more`,
    ],
  ])('%s', (_what, pattern, available, message, hint) => {
    expect(refusal(() => selectNames([pattern], available))).toEqual({ code: 'tunnel.unknown', message, hint })
  })
})

describe('one tunnel', () => {
  test('is taken by its whole name', () => {
    expect(selectOne('db', names, 'why')).toBe('db')
    expect(refusal(() => selectOne('d*', names, 'why'))).toMatchObject({ message: 'no tunnel matches d*' })
  })

  test('has to be named', () => {
    expect(refusal(() => selectOne(null, names, 'why'))).toEqual({
      code: 'usage',
      message: 'which tunnel?',
      hint: 'p2p why NAME',
    })
  })
})

describe('to open', () => {
  const needs = (...of: string[]) => of.map((name) => ({ name, condition: 'open', restart: false }) as const)
  const tunnels = [
    makeSpec('web', { needs: needs('api') }),
    makeSpec('api', { needs: needs('db') }),
    makeSpec('db'),
    makeSpec('off'),
  ]
  const project = { ...projectOf('/nowhere', tunnels), active: ['web'] }

  test.each([
    ['the active ones with all they need', [], true, ['web', 'api', 'db']],
    ['the active ones alone', [], false, ['web']],
    ['a named one, active or not', ['off'], true, ['off']],
    ['a named one with what it needs', ['api'], true, ['api', 'db']],
    ['named ones in declared order', ['off', 'api'], false, ['api', 'off']],
  ])('%s', (_what, patterns, withNeeds, expected) => {
    expect(selectToOpen(project, patterns, withNeeds)).toEqual(expected)
  })
})
