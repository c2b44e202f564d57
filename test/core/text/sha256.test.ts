import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '../../../src/core/text/sha256.ts'

const expected = (text: string): string => createHash('sha256').update(text).digest('hex')

test('it is the hash that everybody else makes, for every length around its blocks', () => {
  for (let length = 0; length < 200; length += 1) {
    const text = 'x'.repeat(length)
    expect(sha256(text), `${length} letters`).toBe(expected(text))
  }
})

test('of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(expected(text))
    }),
  )
})
