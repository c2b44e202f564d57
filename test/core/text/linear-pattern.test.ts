import { describe, expect, test } from 'vitest'
import { isPattern, linearPattern } from '../../../src/core/text/linear-pattern.ts'

describe('what a far end may be searched for', () => {
  test.each([
    ['^login as (?<user>\\w+)$', 'login as me', true],
    ['refused', 'Connection refused.', true],
    ['refused', 'granted', false],
    ['a+b*[c-e]{2}', 'xaacd', true],
    ['(ab)+', 'abab', true],
    ['(a)(b)*', 'ab', true],
    ['(a+)b', 'aab', true],
    ['[(+)]+', '(+)', true],
    [String.raw`\(a+\)+`, '(aa)', true],
    [String.raw`[\]+)]+`, ']', true],
    ['', 'anything', true],
  ])('%j in %j: %s', (pattern, text, found) => {
    expect(linearPattern(pattern)?.test(text)).toBe(found)
  })

  test.each([
    ['look ahead', '(?=a)a'],
    ['look behind', '(?<=a)b'],
    ['a back reference', String.raw`(a)\1`],
    ['nested repeats', '(a+)+'],
    ['nested repeats with a star', '(a*)*'],
    ['nested repeats in two groups', '((a+))+'],
    ['nested repeats with text behind', '(a+b)*'],
    ['a count without an end around a repeat', '(a+){2,}'],
    ['a repeat around a count', '(a{2})+'],
    ['a large count', '(a{1000}){1000}'],
    ['nothing that is a pattern', '('],
    ['a bracket that is never closed', '[a'],
  ])('%s takes too long, or is none: %j', (_what, pattern) => {
    expect(linearPattern(pattern)).toBeNull()
  })

  test('it names what it found', () => {
    expect(linearPattern('as (?<user>\\w+)')?.exec('login as me')?.groups).toEqual({ user: 'me' })
  })

  test('it takes no longer for a text that others would try in every way', () => {
    const started = process.cpuUsage()
    expect(linearPattern('(x|x)*y|(a|a|b)*c')?.test('x'.repeat(4096))).toBe(false)
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(10_000)
  })
})

test.each([
  ['(?<=a)b', true],
  ['', true],
  ['(', false],
  ['[z-a]', false],
  ['*', false],
])('%j is a regular expression: %s', (text, expected) => {
  expect(isPattern(text)).toBe(expected)
})
