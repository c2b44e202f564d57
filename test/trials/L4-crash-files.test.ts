import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { takeLock } from '../../src/runtime/state/lock.ts'
import { thisSystem } from '../../src/runtime/machine.ts'
import { Rig } from '../support/rig.ts'

test('the next holder of the lock removes what crashes left between open and rename', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const folder = dirname(rig.files('state').find((file) => file.endsWith('/state.json')) ?? '')
  const snapshot = rig.files('run').find((file) => /env-.*json$/.test(file)) ?? ''
  const left = [
    ...['state.json.', 'specs.json.', 'desired.json.', 'project.json.', 'lock-', 'sup-'].map((name) =>
      join(folder, `${name}0123456789ab.tmp`),
    ),
    `${snapshot}.0123456789ab.tmp`,
  ]
  for (const path of left) writeFileSync(path, 'half')
  writeFileSync(join(folder, 'mine.tmp'), 'kept')
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.p2p('down')).status).toBe(0)
  expect(left.filter((path) => existsSync(path))).toEqual([])
  expect(existsSync(join(folder, 'mine.tmp'))).toBe(true)
})

test('many who want the lock at once remove nothing of each other', async () => {
  const rig = new Rig()
  const place = { folder: rig.project, prefix: 'lock', system: await thisSystem(), command: 'test' }
  let holders = 0
  const one = async (): Promise<void> => {
    const lock = await takeLock(place, 60_000, new AbortController().signal)
    expect((holders += 1)).toBe(1)
    holders -= 1
    lock.release()
  }
  await Promise.all(Array.from({ length: 20 }, one))
})
