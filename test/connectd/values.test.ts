import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  byteLength,
  cutToBytes,
  decodeBase64,
  decodeBytes,
  isDottedQuad,
  readNumber,
  readPort,
  readUid,
} from '../../src/connectd/values.ts'

describe('numbers', () => {
  it.each([
    ['33000', 33000],
    ['99999', 34463],
    ['T33300', 0],
    ['65536', 0],
    ['33000tcp', 33000],
    ['', 0],
    ['-1', 65535],
    ['+80', 80],
    ['0x50', 0],
    ['080', 80],
    ['99999999999999999999999', 65535],
  ])('a port %j is taken as %i', (text, port) => {
    expect(readPort(text)).toBe(port)
  })

  it('every 32-bit number is itself, whatever follows it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('', ' ', 'x', '.5', '-'), (number, rest) => {
        expect(readNumber(`${number}${rest}`)).toBe(number)
      }),
    )
  })
})

describe('UIDs', () => {
  it.each([
    ['80:00:00:00:01:00:0A:C2', '80:00:00:00:01:00:0a:c2', true],
    ['80:0:0:0:1:0:A:C2', '80:00:00:00:01:00:0a:c2', true],
    ['80:00:00:00:01:00:0A', '00:00:00:00:00:00:00:00', false],
    ['80:00:00:00:01:00:0A:ZZ', '00:00:00:00:00:00:00:00', false],
    ['800000000100AC2', 'ff:00:00:00:00:00:00:00', false],
    ['', 'ff:00:00:00:00:00:00:00', false],
  ])('%j is taken as %s', (written, uid, valid) => {
    expect(readUid(written)).toEqual({ written, uid, valid })
  })
})

describe('addresses', () => {
  it.each([
    ['127.0.0.1', true],
    ['0.0.0.0', true],
    ['256.0.0.1', false],
    ['127.1', false],
    ['localhost', false],
    ['::1', false],
    ['127.0.0.1 ', false],
  ])('%j is a dotted quad: %s', (text, is) => {
    expect(isDottedQuad(text)).toBe(is)
  })
})

describe('base64', () => {
  it('gives back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(decodeBase64(Buffer.from(text).toString('base64'))).toBe(text)
      }),
    )
  })

  it('keeps a newline inside, which is what breaks logins', () => {
    expect(decodeBase64('eW91Cg==')).toBe('you\n')
  })

  it.each(['not base64!', 'abcde', '', 'a=b='])('%j is none', (text) => {
    expect(decodeBase64(text)).toBeNull()
  })
})

describe('bytes', () => {
  it('that are no UTF-8 become one character each, so that nothing is lost', () => {
    expect(decodeBytes(Uint8Array.of(0x61, 0xe9, 0x62))).toBe('a\u00e9b')
    expect(decodeBytes(new TextEncoder().encode('\uFEFFé'))).toBe('\uFEFFé')
  })

  it('are cut between characters and never exceed the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, max) => {
        const cut = cutToBytes(text, max)
        expect(byteLength(cut)).toBeLessThanOrEqual(max)
        expect(text.startsWith(cut)).toBe(true)
        if (byteLength(text) <= max) expect(cut).toBe(text)
      }),
    )
  })
})
