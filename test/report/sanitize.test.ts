import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestForm, redact } from '../../src/core/text/redact.ts'
import { sanitize, sanitizeJson, sanitizeLine } from '../../src/report/text/sanitize.ts'

const obeyed = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/u

/** Any string, lone surrogates and control characters included. */
const anyText = fc.string({ unit: 'binary', maxLength: 60 })
/** Without `*`, which the mask itself is made of. */
const secret = fc.string({ unit: 'binary', minLength: 3, maxLength: 40 }).filter((text) => !text.includes('*'))

test('a terminal obeys nothing that went through safe()', () => {
  fc.assert(
    fc.property(anyText, fc.array(secret, { maxLength: 3 }), (text, masks) => {
      expect(sanitize(text, masks)).not.toMatch(obeyed)
    }),
  )
})

test.each([
  ['raw', (value: string) => value],
  ['base64', (value: string) => Buffer.from(value).toString('base64')],
  ['base64 without padding', (value: string) => Buffer.from(value).toString('base64').replace(/=+$/, '')],
  ['base64url', (value: string) => Buffer.from(value).toString('base64url')],
  ['URL-encoded', (value: string) => encodeURIComponent(Buffer.from(value).toString())],
  ['URL-encoded in small letters', (value: string) => lowerEscapes(encodeURIComponent(Buffer.from(value).toString()))],
  ['form-encoded', (value: string) => encodeURIComponent(Buffer.from(value).toString()).replace(/%20/g, '+')],
  ['JSON', (value: string) => JSON.stringify(value)],
])('no %s secret comes through, wherever it stands', (_, write) => {
  fc.assert(
    fc.property(anyText, secret, anyText, fc.array(secret, { maxLength: 2 }), (before, value, after, others) => {
      const written = write(value)
      const masks = [...others, value]
      const shown = redact(`${before}${written}${after}`, masks)
      expect(shown).toContain('***')
      expect(sanitize(`${before}${written}${after}`, masks)).not.toContain(value)
      if (written.length >= 3 && !written.includes('*')) expect(shown).not.toContain(written)
    }),
  )
})

test('a secret within a longer base64 text is hidden, wherever its bytes fall', () => {
  const password = 'correct horse battery'
  for (const user of ['', 'u', 'us', 'use', 'user']) {
    const header = Buffer.from(`${user}:${password}!`).toString('base64')
    const shown = sanitize(`Authorization: Basic ${header}`, [password])
    const rest = shown.replace('Authorization: Basic ', '').split('***').join('')
    expect(Buffer.from(rest, 'base64').toString(), user).not.toContain('horse')
    expect(shown).toContain('***')
  }
})

test('secrets that overlap leave nothing of either', () => {
  expect(sanitize('xabcdefy', ['abcd', 'cdef'])).toBe('x***y')
  expect(sanitize('xabcdefy', ['abc', 'abcdef'])).toBe('x***y')
  expect(sanitize('aaaaaa', ['aaa'])).toBe('***')
})

test('each line of a key is a secret of its own', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----'
  expect(sanitize('read hkiG9w0BAQEFAASC from file', [key])).toBe('read *** from file')
})

test('one or two characters are no secret: hiding them would spell them out', () => {
  expect(sanitize('a cat', ['a', 'at'])).toBe('a cat')
})

test('a secret that is added later is hidden from then on', () => {
  const masks: string[] = []
  expect(redact('hunter22', masks)).toBe('hunter22')
  masks.push('hunter22')
  expect(redact('hunter22', masks)).toBe('***')
})

describe('control characters', () => {
  test.each([
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['bell\x07 back\x08 return\r', 'bell\\x07 back\\x08 return\\x0d'],
    ['C1 \x9b31m', 'C1 \\x9b31m'],
    ['evil\u202etxt.exe', 'evil\\u202etxt.exe'],
    ['tab\tand\nnewline', 'tab\tand\nnewline'],
    ['日本 é 😀', '日本 é 😀'],
    ['half \ud83d', 'half \\ud83d'],
  ])('%j', (text, shown) => {
    expect(sanitize(text, [])).toBe(shown)
  })

  test('on one line there is no newline and no tab', () => {
    expect(sanitizeLine('a\n\tb\nc', [])).toBe('a b c')
  })
})

test('JSON reads back to the same data, secrets hidden and nothing obeyed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = sanitizeJson(value, [])
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(text).not.toMatch(obeyed)
    }),
  )
  expect(sanitizeJson({ a: ['x hunter22 y'], b: '\x9b\u202e' }, ['hunter22'])).toBe(
    '{"a":["x *** y"],"b":"\\u009b\\u202e"}',
  )
})

test('the longest form is what a stream must hold back', () => {
  expect(longestForm([])).toBe(0)
  expect(longestForm(['häschen wald'])).toBe(Buffer.from('häschen wald').toString('base64').length)
})

function lowerEscapes(text: string): string {
  return text.replace(/%../g, (escape) => escape.toLowerCase())
}
