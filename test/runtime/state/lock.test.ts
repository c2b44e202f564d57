import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { takeLock, tryLock } from '../../../src/runtime/state/lock.ts'
import { thisSystem } from '../../../src/runtime/machine.ts'

const calm = new AbortController().signal

test('the lock is held by one, released, and taken by the next', async () => {
  const place = await placeIn(folder())
  const first = tryLock(place)
  if (!('release' in first)) throw new Error('not taken')
  expect(tryLock(place)).toMatchObject({ pid: process.pid, command: 'test' })
  first.release()
  expect('release' in tryLock(place)).toBe(true)
})

test('its owner sees that it was taken away with its folder, be there another one in its place', async () => {
  const place = await placeIn(folder())
  const lock = tryLock(place)
  if (!('release' in lock)) throw new Error('not taken')
  expect(lock.isHeld()).toBe(true)
  const mine = join(place.folder, 'lock.1')
  const text = readFileSync(mine, 'utf8')
  rmSync(mine)
  expect(lock.isHeld()).toBe(false)
  writeFileSync(mine, text.replace(`"pid":${process.pid}`, '"pid":77'))
  expect(lock.isHeld()).toBe(false)
})

test('who waits too long is told who holds it', async () => {
  const place = await placeIn(folder())
  tryLock(place)
  await expect(takeLock(place, 30, calm)).rejects.toMatchObject({
    code: 'project.busy',
    message: expect.stringContaining(`test (PID ${process.pid})`) as string,
  })
})

test('a dead owner is succeeded, one on another machine is not', async () => {
  const place = await placeIn(folder())
  const dead = {
    pid: 2 ** 22 + 1,
    startTime: '1',
    bootId: place.system.bootId,
    pidNamespace: place.system.pidNamespace,
    host: hostname(),
    command: 'x',
  }
  writeFileSync(join(place.folder, 'lock.7'), JSON.stringify(dead))
  const lock = tryLock(place)
  expect('release' in lock).toBe(true)
  expect(readdirSync(place.folder)).toEqual(['lock.8', 'lock.reserve'])

  const other = await placeIn(folder())
  writeFileSync(join(other.folder, 'lock.7'), JSON.stringify({ ...dead, bootId: 'another', host: 'elsewhere' }))
  expect(tryLock(other)).toMatchObject({ host: 'elsewhere' })
})

test('a reused PID is not its dead owner', async () => {
  const place = await placeIn(folder())
  const reused = {
    pid: process.pid,
    startTime: 'long ago',
    bootId: place.system.bootId,
    pidNamespace: place.system.pidNamespace,
    host: hostname(),
    command: 'x',
  }
  writeFileSync(join(place.folder, 'lock.1'), JSON.stringify(reused))
  expect('release' in tryLock(place)).toBe(true)
})

test('many processes that die while holding it never hold it at once', async () => {
  const where = folder()
  const program = join(where, 'contender.mjs')
  await build({
    stdin: { contents: contender, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  })
  const shared = join(where, 'locks')
  const journal = join(where, 'journal')
  const ran = await Promise.all(
    Array.from({ length: 8 }, () => exitOf(spawn(process.execPath, [program, shared, journal], { stdio: 'inherit' }))),
  )
  expect(ran.every((code) => code === 0 || code === null)).toBe(true)
  // Every line was written inside the lock: `in PID` is followed by `out PID` of the same one, unless that one was killed.
  const lines = readFileSync(journal, 'utf8').trim().split('\n')
  const killed = new Set(lines.filter((line) => line.startsWith('dying')).map((line) => line.split(' ')[1]))
  let inside: string | null = null
  for (const line of lines) {
    const [what, who = ''] = line.split(' ')
    if (what === 'in') {
      expect(inside === null || killed.has(inside)).toBe(true)
      inside = who
    } else if (what === 'out') {
      expect(inside).toBe(who)
      inside = null
    }
  }
  expect(lines.filter((line) => line.startsWith('in')).length).toBeGreaterThan(50)
})

// Takes the lock 20 times; now and then kills itself while holding it.
const contender = `
import { appendFileSync, mkdirSync } from 'node:fs'
import { takeLock } from './src/runtime/state/lock.ts'
import { thisSystem } from './src/runtime/machine.ts'
const [folder, journal] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const place = { folder, prefix: 'lock', system: await thisSystem(), command: 'contender' }
for (let i = 0; i < 20; i++) {
  const lock = await takeLock(place, 30000, new AbortController().signal)
  appendFileSync(journal, 'in ' + process.pid + '\\n')
  if (i > 5 && Math.random() < 0.05) {
    appendFileSync(journal, 'dying ' + process.pid + '\\n')
    process.kill(process.pid, 'SIGKILL')
  }
  appendFileSync(journal, 'out ' + process.pid + '\\n')
  lock.release()
}
`

async function placeIn(
  path: string,
): Promise<{ folder: string; prefix: string; system: Awaited<ReturnType<typeof thisSystem>>; command: string }> {
  return { folder: path, prefix: 'lock', system: await thisSystem(), command: 'test' }
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'p2p-lock-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

function exitOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve))
}
