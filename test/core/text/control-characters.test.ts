import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeControls, hex } from '../../../src/core/text/control-characters.ts'

test.each([
  ['\x1b[31m', String.raw`\x1b[31m`],
  ['\0', String.raw`\x00`],
  ['a\rb', String.raw`a\x0db`],
  ['\x7f\x80\x9f', String.raw`\x7f\x80\x9f`],
  ['\u061c', String.raw`\u061c`],
  ['\u200e\u200f', String.raw`\u200e\u200f`],
  ['\u2028\u2029\u202a\u202e', String.raw`\u2028\u2029\u202a\u202e`],
  ['\u2066\u2069', String.raw`\u2066\u2069`],
  ['\ud800', String.raw`\ud800`],
  ['x\udfffy', String.raw`x\udfffy`],
])('%j is shown as %s', (text, shown) => {
  expect(escapeControls(text)).toBe(shown)
})

test.each(['', 'plain', 'a\tb\nc', ' ~', '\xa0ÿ', 'é 日本', '😀', '\u200d\u2027\u202f\u2065\u206a', String.raw`\x1b`])(
  '%j stays as it is',
  (text) => {
    expect(escapeControls(text)).toBe(text)
  },
)

test('whatever comes in, nothing comes out that a terminal acts on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      const shown = escapeControls(text)
      for (const character of shown) {
        const isControl = /[\p{Cc}\p{Bidi_Control}]/u.test(character) && !/[\t\n]/.test(character)
        expect(isControl || /[\u2028\u2029]/.test(character), JSON.stringify(character)).toBe(false)
      }
      expect(escapeControls(shown)).toBe(shown)
      expect(shown).not.toMatch(/\p{Surrogate}/u)
    }),
  )
})

test('hex digits are filled up with zeros', () => {
  expect([hex('\n', 2), hex('\n', 4), hex('é', 2), hex('日', 2)]).toEqual(['0a', '000a', 'e9', '65e5'])
})
