import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { redactLogs } from '../../../src/runtime/secrets/redact-logs.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'p2p-log-masks-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true })
  })
  return path
}

function masked(text: string, values: string[]): string {
  const log = join(folder(), 'log')
  writeFileSync(log, text, 'latin1')
  redactLogs(join(log, '..'), values)
  return readFileSync(log, 'latin1')
}

const mebibyte = 1024 * 1024

test.each([
  ['as it is', 'a sekret-1 b', 'a ******** b'],
  ['twice in a row', 'sekret-1sekret-1', '****************'],
  ['at both ends', 'sekret-1\nsekret-1', '********\n********'],
  ['in base64', 'c2VrcmV0LTE=', '************'],
  ['inside a longer base64 text', Buffer.from('user:sekret-1').toString('base64'), 'dXNlcjp**********Q=='],
  [
    'where the file is cut for reading',
    `${'x'.repeat(mebibyte - 3)}sekret-1 y`,
    `${'x'.repeat(mebibyte - 3)}******** y`,
  ],
  ['beside bytes that are no text', '\xff\xfesekret-1\x00', '\xff\xfe********\x00'],
])('a value goes %s, and nothing else changes', (_where, before, after) => {
  expect(masked(before, ['sekret-1'])).toBe(after)
})

test('values that overlap go as a whole, also where the file is cut for reading', () => {
  const front = 'x'.repeat(mebibyte - 5)
  expect(masked(`${front}one-two-three!`, ['one-two', 'two-three'])).toBe(`${front}*************!`)
})

test('a value too short to be told from other words stays', () => {
  expect(masked('ab abc', ['ab', ''])).toBe('ab abc')
})

test('rotated logs are masked as well, other files are not, and no log is no fault', () => {
  const here = folder()
  for (const name of ['log', 'log.1', 'log.12', 'pid', 'log.txt']) writeFileSync(join(here, name), 'sekret-1')
  redactLogs(here, ['sekret-1'])
  const left = ['log', 'log.1', 'log.12', 'pid', 'log.txt'].map((name) => readFileSync(join(here, name), 'utf8'))
  expect(left).toEqual(['********', '********', '********', 'sekret-1', 'sekret-1'])
  redactLogs(join(here, 'nowhere'), ['sekret-1'])
})

test('a symbolic link in place of a log is refused, and what it points to stays', () => {
  const here = folder()
  const other = join(folder(), 'other')
  writeFileSync(other, 'sekret-1')
  symlinkSync(other, join(here, 'log'))
  expect(() => {
    redactLogs(here, ['sekret-1'])
  }).toThrow(expect.objectContaining({ code: 'state.unusable' }) as Error)
  expect(readFileSync(other, 'utf8')).toBe('sekret-1')
})
