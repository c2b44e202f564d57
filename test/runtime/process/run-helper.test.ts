import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runHelper } from '../../../src/runtime/process/run-helper.ts'
import { isAlive, pidOf } from '../../support/rig.ts'

test('a helper that ended, and whose child goes on holding its output, is late, and nobody else is ended for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-helper-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const script = 'sleep 60 & echo $! > child; echo pw'
  const env = { PATH: process.env['PATH'] ?? '' }
  const result = await runHelper({ argv: ['sh', '-c', script], cwd: folder, env, timeoutMs: 300, capture: true })
  expect(result).toEqual({ kind: 'late' })
  const child = pidOf(Number(readFileSync(join(folder, 'child'), 'utf8')))
  // Throws if it were gone: it is no process of ours to end.
  expect(process.kill(child, 'SIGTERM')).toBe(true)
})

test('a helper that takes too long is ended with its children', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-helper-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const script = 'sleep 60 & echo $! > child; wait'
  const env = { PATH: process.env['PATH'] ?? '' }
  const result = await runHelper({ argv: ['sh', '-c', script], cwd: folder, env, timeoutMs: 500, capture: true })
  expect(result).toEqual({ kind: 'late' })
  const child = pidOf(Number(readFileSync(join(folder, 'child'), 'utf8')))
  await expect.poll(() => isAlive(child)).toBe(false)
})

test('a helper that prints too much is ended with its children', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-helper-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const script = 'sleep 60 & echo $! > child; yes | head -c 100000; wait'
  const env = { PATH: process.env['PATH'] ?? '' }
  const result = await runHelper({ argv: ['sh', '-c', script], cwd: folder, env, timeoutMs: 30_000, capture: true })
  expect(result).toMatchObject({ kind: 'failed' })
  const child = pidOf(Number(readFileSync(join(folder, 'child'), 'utf8')))
  await expect.poll(() => isAlive(child)).toBe(false)
})

test('a helper that the system can not start has failed', async () => {
  const argv = ['sh', '-c', `: ${'x'.repeat(200_000)}`]
  const env = { PATH: process.env['PATH'] ?? '' }
  const result = await runHelper({ argv, cwd: tmpdir(), env, timeoutMs: 30_000, capture: true })
  expect(result).toMatchObject({ kind: 'failed', status: null })
})
