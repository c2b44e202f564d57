import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { literally } from '../../../src/core/text/literally.ts'
import { formatRunBorder, runBorder } from '../../../src/core/text/run-border.ts'
import { shellWord } from '../../../src/core/text/shell-word.ts'
import { shortened } from '../../../src/core/text/shortened.ts'

describe('a pattern for one text', () => {
  test('matches it and nothing else', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('.*+?^${}()|[]\\/-ab1 ')) })
    fc.assert(
      fc.property(text, text, (wanted, other) => {
        const pattern = new RegExp(`^${literally(wanted)}$`)
        expect(pattern.test(wanted)).toBe(true)
        expect(pattern.test(other)).toBe(other === wanted)
        // With the flag `u` an escape that is not needed would be an error.
        expect(new RegExp(`^${literally(wanted)}$`, 'u').test(wanted)).toBe(true)
      }),
    )
    expect(literally('a.b')).toBe(String.raw`a\.b`)
  })
})

describe('a word for a shell', () => {
  test.each([
    ['plain-1.2/x@y%z+a=b:c,d_e', 'plain-1.2/x@y%z+a=b:c,d_e'],
    ['', "''"],
    ['a b', "'a b'"],
    ['$HOME', "'$HOME'"],
    ['~', "'~'"],
    ['a;b', "'a;b'"],
    ["it's", String.raw`'it'\''s'`],
    ["''", String.raw`''\'''\'''`],
    ['a\nb', "'a\nb'"],
    ['x y', "'x y'"],
    ['é', "'é'"],
  ])('%j is written %s', (word, written) => {
    expect(shellWord(word)).toBe(written)
  })

  test('what is plain may be told', () => {
    expect([shellWord('a b', /^[a-z ]+$/), shellWord('a-b', /^[a-z ]+$/)]).toEqual(['a b', "'a-b'"])
  })
})

describe('a message of any length', () => {
  test.each([
    ['short enough', 'x'.repeat(299), 'x'.repeat(299)],
    ['one word that is not', `a ${'b'.repeat(300)} c`, `a ${'b'.repeat(60)}…${'b'.repeat(20)} c`],
    [
      'where the end of a word tells more',
      `/${'x'.repeat(400)}/the/end/of/a/path`,
      `/${'x'.repeat(59)}…xx/the/end/of/a/path`,
    ],
    [
      'each of several',
      `${'a'.repeat(300)} ${'b'.repeat(300)}`,
      `${'a'.repeat(60)}…${'a'.repeat(20)} ${'b'.repeat(60)}…${'b'.repeat(20)}`,
    ],
    ['many words', 'ab '.repeat(666) + 'ab', 'ab '.repeat(666) + 'ab'],
    ['too many words', 'ab '.repeat(667), 'ab '.repeat(666) + 'ab…'],
  ])('%s', (_what, message, shown) => {
    expect(shortened(message)).toBe(shown)
  })
})

describe('the line before each run', () => {
  test('is read as it is written', () => {
    const at = '2026-03-01T12:00:00.000Z'
    expect(formatRunBorder(at)).toBe(`--- run of ${at} ---`)
    expect(runBorder.exec(formatRunBorder(at))?.groups).toEqual({ at })
  })

  test.each([
    'x--- run of 2026-03-01T12:00:00.000Z ---',
    '--- run of 2026-03-01T12:00:00.000Z --- ',
    '--- run of 2026-03-01 ---',
    '--- run of 2026-3-01T12:00:00.000Z ---',
    '--- run of 12026-03-01T12:00:00.000Z ---',
    '--- run of 2026-03-1T12:00:00.000Z ---',
    '--- run of 2026-03-01TZ ---',
    '--- run of 2026-03-01Tx ---',
    '--- run of yesterday ---',
  ])('a program that prints %j begins none', (line) => {
    expect(runBorder.test(line)).toBe(false)
  })
})
