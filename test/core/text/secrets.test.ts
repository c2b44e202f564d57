import fc from 'fast-check'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { encodingsOf } from '../../../src/core/text/secret-encodings.ts'
import { Secret } from '../../../src/core/text/secret.ts'

test('a secret is seen by nobody who does not open it', () => {
  const secret = new Secret('hunter2')
  const seen = [String(secret), JSON.stringify({ secret }), inspect(secret), inspect({ a: [secret] })]
  expect(seen).toEqual(['***', '{"secret":"***"}', '***', '{ a: [ *** ] }'])
  expect(Object.keys(secret)).toEqual([])
  expect(secret.open()).toBe('hunter2')
})

describe('the ways to write a secret', () => {
  test.each([
    ['as it is', 'pass word', 'pass word'],
    ['escaped for a terminal', 'a\x1bbc', String.raw`a\x1bbc`],
    ['in JSON', 'say "hi"\n', String.raw`say \"hi\"\n`],
    ['in a URL', 'pä ss/1', 'p%C3%A4%20ss%2F1'],
    ['in a URL with small digits', 'pä ss/1', 'p%c3%a4%20ss%2f1'],
    ['in a form', 'pä ss/1', 'p%C3%A4+ss%2F1'],
    ['in a URL of somebody strict', "a'b(c)*!", 'a%27b%28c%29%2A%21'],
    ['in a URL of somebody strict with small digits', "a'b(c)*!", 'a%27b%28c%29%2a%21'],
    ['in base64', 'hunter2!', Buffer.from('hunter2!').toString('base64')],
    ['in base64 without its end', 'hunter2!', 'aHVudGVyMiE'],
    ['in base64 for URLs', '>>>???>>>???', Buffer.from('>>>???>>>???').toString('base64url')],
    ['one line of several', 'first line of it\nsecond\r\nthe third one', 'first line of it'],
    ['the line after it', 'first line of it\nsecond\r\nthe third one', 'the third one'],
  ])('%s: %j', (_what, secret, written) => {
    expect(encodingsOf(secret)).toContain(written)
  })

  test('short lines of it may be anything', () => {
    expect(encodingsOf('-----BEGIN-----\n1234567\n12345678')).toContain('12345678')
    expect(encodingsOf('-----BEGIN-----\n1234567\n12345678')).not.toContain('1234567')
  })

  test.each(['', 'a', 'ab', '\x1b', 'é'])('%j is too short to be told from other text', (secret) => {
    expect(encodingsOf(secret)).toEqual([])
  })

  test('three letters are not', () => {
    expect(encodingsOf('abc')).toEqual(['abc', 'YWJj'])
  })

  test('each is listed once, and none is shorter than three letters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, unit: 'binary' }), (secret) => {
        const found = encodingsOf(secret)
        expect(new Set(found).size).toBe(found.length)
        expect(found.filter(({ length }) => length < 3)).toEqual([])
        expect(found[0]).toBe(secret)
      }),
    )
  })

  test('nothing of it is seen where it stands in the middle of something encoded', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 9 }), fc.string(), fc.string(), (secret, before, after) => {
        const whole = Buffer.from(before + secret + after)
        const found = encodingsOf(secret)
        for (const encoding of ['base64', 'base64url'] as const)
          expect(found.some((text) => whole.toString(encoding).includes(text))).toBe(true)
      }),
    )
  })

  test('what a neighbour changes is not part of it', () => {
    // Eight letters of base64 that are certain are the least.
    const cores = encodingsOf('secret').filter((text) => Buffer.from('xxsecret').toString('base64').includes(text))
    expect(cores).toEqual([])
    expect(encodingsOf('secrets').filter((text) => Buffer.from('xsecretsx').toString('base64').includes(text))).toEqual(
      ['NlY3JldH'],
    )
  })
})
