import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Tail } from '../../../src/runtime/files/tail.ts'
import { tailOfRun } from '../../../src/runtime/logs/log-file.ts'
import { noiseFilter } from '../../../src/runtime/logs/noise-filter.ts'

const noise = '^debug1: '

describe('noise is left out of what is handed on', () => {
  const said = 'one\r\ndebug1: two\r\n\r\nthree debug1: \ndebug1: four'

  test.each([1, 2, 3, 7, 1000])('in pieces of %i bytes', (size) => {
    expect(heard(said, size)).toBe('one\r\n\r\nthree debug1: \n')
  })

  test('and every other byte stays as it is', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    expect(heardBytes(bytes, 5)).toEqual(bytes)
  })

  test('a line too long to hold is decided by how it begins', () => {
    const long = 'x'.repeat(10_000)
    expect(heard(`debug1: ${long}\n${long}\ndebug1: ${long}`, 1000)).toBe(`${long}\n`)
  })

  test('without noise everything is handed on as it comes', () => {
    const pieces: string[] = []
    const lines = noiseFilter(null, (chunk) => pieces.push(Buffer.from(chunk).toString()))
    for (const piece of ['a', 'b\nc']) lines.take(Buffer.from(piece))
    lines.end()
    expect(pieces).toEqual(['a', 'b\nc'])
  })
})

describe('of the last lines', () => {
  // More than one block of the file is read backwards, and lines lie across its edges.
  const blocks = Array.from({ length: 3000 }, (_, index) => `debug1: ${index} ${'x'.repeat(50)}\n`).join('')

  test.each<[tail: number, from: string]>([
    [0, ''],
    [1, 'last\n'],
    [2, `second\n${blocks}last\n`],
    [3, `\nsecond\n${blocks}last\n`],
    [4, `first\n\nsecond\n${blocks}last\n`],
    [5, `first\n\nsecond\n${blocks}last\n`],
  ])('%i are counted without noise', (tail, from) => {
    expect(tailOf(`first\n\nsecond\n${blocks}last\n`, tail, new RegExp(noise))).toBe(from)
  })

  test('all are counted where there is none', () => {
    expect(tailOf('a\n\nb\nc', 3)).toBe('\nb\nc')
    expect(tailOf(`${blocks}last\n`, 2)).toBe(`debug1: 2999 ${'x'.repeat(50)}\nlast\n`)
  })

  test('an excerpt shows none of it', () => {
    const path = logWith(`debug1: one\r\ntwo\r\ndebug1: three\r\n`)
    expect(tailOfRun(path, 0, { noise })).toEqual(['two'])
    expect(tailOfRun(path, 0)).toEqual(['debug1: one', 'two', 'debug1: three'])
  })
})

function heard(text: string, size: number): string {
  return heardBytes(Buffer.from(text), size).toString()
}

/** What comes through of something that arrives in pieces of that size. */
function heardBytes(bytes: Buffer, size: number): Buffer {
  const pieces: Uint8Array[] = []
  const lines = noiseFilter(new RegExp(noise), (chunk) => pieces.push(chunk))
  for (let at = 0; at < bytes.length; at += size) lines.take(bytes.subarray(at, at + size))
  lines.end()
  return Buffer.concat(pieces)
}

function tailOf(text: string, tail: number, pattern: RegExp | null = null): string {
  const pieces: Uint8Array[] = []
  const file = new Tail(logWith(text), (chunk) => pieces.push(chunk))
  file.begin({ tail, counts: (line) => pattern?.test(line) !== true })
  while (file.readNew());
  file.close()
  return Buffer.concat(pieces).toString()
}

function logWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-log-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'log')
  writeFileSync(path, text)
  return path
}
