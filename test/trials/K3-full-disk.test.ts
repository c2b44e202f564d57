import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lockOwner, takeLock, tryLock } from '../../src/runtime/state/lock.ts'
import { thisSystem } from '../../src/runtime/machine.ts'
import { Rig, read, until } from '../support/rig.ts'

const canMount = spawnSync('mount', ['--version']).status === 0 && process.getuid?.() === 0

/** A disk of one megabyte, and what fills it to the last block. */
function smallDisk(): { path: string; fill: () => void; free: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'p2p-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,nr_inodes=200,mode=700', 'tmpfs', path])
  if (status !== 0) throw new Error('could not mount a tmpfs')
  onTestFinished(() => {
    spawnSync('umount', ['-l', path])
    rmSync(path, { recursive: true })
  })
  const ballast = join(path, 'ballast')
  return {
    path,
    fill: () => {
      for (let size = 65_536; size >= 1; size = Math.floor(size / 16)) {
        try {
          for (;;) writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' })
        } catch {
          // Full for pieces of this size.
        }
      }
    },
    free: () => {
      rmSync(ballast)
    },
  }
}

test.runIf(canMount)('a full disk keeps no tunnel from being closed', async () => {
  const disk = smallDisk()
  const rig = new Rig({ P2P_STATE_DIR: join(disk.path, 'state') })
  rig.write(`tunnels: { a: { command: [sleep, '1000'] }, b: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  disk.fill()
  const { status, stderr } = await rig.p2p('down')
  expect([status, stderr]).toEqual([0, expect.stringContaining('2 closed')])
  expect(rig.processes()).toEqual([])
  disk.free()
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.p2p('down')).status).toBe(0)
})

test.runIf(canMount)('a lock whose release met a full disk is free all the same', async () => {
  const disk = smallDisk()
  const place = { folder: disk.path, prefix: 'lock', system: await thisSystem(), command: 'test' }
  const lock = tryLock(place)
  if (!('release' in lock)) throw new Error('not taken')
  expect(tryLock(place)).toMatchObject({ pid: process.pid })
  // No new file at all: that is what a release would need.
  takeInodes(disk.path)
  lock.release()
  // Another process, which does not know what this one holds.
  expect(lockOwner(place)).toBeNull()
  // To a tmpfs each name of a file is one more.
  for (const count of [0, 1]) rmSync(join(disk.path, `inode-${count}`))
  const again = await takeLock(place, 1000, new AbortController().signal)
  again.release()
  expect(readdirSync(disk.path).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test.runIf(canMount)('a disk without a single free inode keeps no tunnel from being closed', async () => {
  const disk = smallDisk()
  const rig = new Rig({ P2P_STATE_DIR: join(disk.path, 'state') })
  rig.write(`tunnels: { a: { command: [sleep, '1000'] }, b: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const taken = takeInodes(disk.path)
  // One by one, so that each has to find its own room.
  for (const name of ['a', 'b']) {
    const { status, stderr } = await rig.p2p('down', name)
    expect([status, stderr]).toEqual([0, expect.stringContaining('closed')])
    takeInodes(disk.path, 'more')
  }
  expect(rig.processes()).toEqual([])
  for (const file of [...taken, ...takeInodes(disk.path, 'more')]) rmSync(file, { force: true })
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.p2p('down')).status).toBe(0)
})

test.runIf(canMount)('a supervisor outlives a full disk, and reopens once there is room', async () => {
  const disk = smallDisk()
  const rig = new Rig({ P2P_STATE_DIR: join(disk.path, 'state') })
  rig.write(`tunnels: { a: { command: [sleep, '1000'] } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const fileOf = (end: string): string => filesIn(disk.path).find((file) => file.endsWith(end)) ?? ''
  const supervisor = Number(read(fileOf('@supervisor/pid')))
  const tries = new Set<string>()
  const watcher = watch(dirname(fileOf('/state.json')), (_, name) => {
    if (name?.startsWith('state.json.') === true) tries.add(name)
  })
  onTestFinished(() => {
    watcher.close()
  })
  disk.fill()
  process.kill(await rig.pid('a'), 'SIGKILL')
  await until('it tries to record that', () => tries.size > 0)
  // Not even one more line fits into its log.
  expect(() => {
    for (;;) appendFileSync(fileOf('@supervisor/log'), '\n'.repeat(64))
  }).toThrow('ENOSPC')
  tries.clear()
  await until('it tries again, and again', () => tries.size > 1)
  disk.free()
  await rig.lineThat('a', 'is open again', ({ state, restarts }) => state === 'open' && restarts === 1)
  expect(Number(read(fileOf('@supervisor/pid')))).toBe(supervisor)
})

test.runIf(canMount)('what down could not write off on a full disk is not shown as being opened', async () => {
  const disk = smallDisk()
  const rig = new Rig({ P2P_STATE_DIR: join(disk.path, 'state') })
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  disk.fill()
  process.kill(await rig.pid('a'), 'SIGKILL')
  await rig.lineThat('a', 'has failed', ({ state }) => state === 'failed')
  expect((await rig.p2p('down')).status).toBe(0)
  disk.free()
  expect(['failed', 'closed']).toContain((await rig.line('a')).state)
})

/** Empty files, until there is room for no further one. */
function takeInodes(folder: string, prefix = 'inode'): string[] {
  const taken: string[] = []
  for (let count = 0; ; count += 1) {
    const file = join(folder, `${prefix}-${count}`)
    try {
      writeFileSync(file, '')
    } catch {
      return taken
    }
    taken.push(file)
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))
}
