import type * as fileSystem from 'node:fs'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { lockOwner, takeLock, tryLock, type Lock, type LockPlace } from '../../../src/runtime/state/lock.ts'
import { thisProcess, type Owner } from '../../../src/runtime/state/owner.ts'
import { thisSystem } from '../../../src/runtime/machine.ts'

const disk = vi.hoisted(() => ({ refuses: null as string | null, refusesReserve: false }))

/** A disk that has no block left for a new file: its name appears, its content does not. */
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof fileSystem>()
  const writeFile: typeof fs.writeFileSync = (path, data, options) => {
    const isNew = typeof options === 'object' && options?.flag === 'wx'
    if (disk.refuses === null || !isNew || data === '') {
      fs.writeFileSync(path, data, options)
      return
    }
    fs.writeFileSync(path, '', options)
    throw Object.assign(new Error('write'), { code: disk.refuses })
  }
  const rename: typeof fs.renameSync = (from, to) => {
    if (disk.refusesReserve) throw Object.assign(new Error('rename'), { code: 'ENOENT' })
    fs.renameSync(from, to)
  }
  return { ...fs, writeFileSync: writeFile, renameSync: rename }
})

beforeEach(() => {
  disk.refuses = null
  disk.refusesReserve = false
})

interface Place extends LockPlace {
  /** Called whenever somebody looks at processes: between listing the locks and making one, among others. */
  onLook: () => void
}

async function placeIn(prefix = 'lock'): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-lock-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const real = await thisSystem()
  const look = (): ReturnType<typeof real.look> => {
    place.onLook()
    return real.look()
  }
  const place: Place = { folder, prefix, command: 'p2p test', system: { ...real, look }, onLook: () => undefined }
  return place
}

function taken(lock: Lock | Owner): Lock {
  if (!('release' in lock)) throw new Error(`held by ${lock.pid}`)
  return lock
}

const files = ({ folder }: Place): string[] => readdirSync(folder).sort()
const text = ({ folder }: Place, name: string): string => readFileSync(join(folder, name), 'utf8')
const put = ({ folder }: Place, name: string, content: string): void => {
  writeFileSync(join(folder, name), content)
}
const ownerOf = (place: Place, more: Partial<Owner> = {}): string => JSON.stringify({ ...thisProcess(place), ...more })
const dead = { pid: 2 ** 22 + 1, startTime: '1' }
/** Nobody can tell whether it lives. */
const elsewhere = { bootId: 'another', host: 'elsewhere', pid: 77, command: 'p2p up' }

describe('the files of a lock', () => {
  test('one names its owner, one is kept for a full disk', async () => {
    const place = await placeIn()
    const lock = taken(tryLock(place))
    expect(files(place)).toEqual(['lock.1', 'lock.reserve'])
    expect(JSON.parse(text(place, 'lock.1'))).toEqual(thisProcess(place))
    expect(text(place, 'lock.reserve')).toBe(' '.repeat(1024))
    expect(lock.isHeld()).toBe(true)
  })

  test('released it is empty, and its number is never used again', async () => {
    const place = await placeIn()
    const first = taken(tryLock(place))
    first.release()
    expect([files(place), text(place, 'lock.1')]).toEqual([['lock.1', 'lock.reserve', 'lock.spare'], ''])
    expect(first.isHeld()).toBe(false)
    taken(tryLock(place))
    expect(files(place)).toEqual(['lock.2', 'lock.reserve', 'lock.spare'])
  })

  test('of earlier numbers nothing stays, nor of what crashed in between', async () => {
    const place = await placeIn()
    put(place, 'lock.3', ownerOf(place, dead))
    put(place, 'lock.9', ownerOf(place, dead))
    const left = ['state.json.0123456789ab.tmp', 'lock-0123456789ab.tmp', 'sup-0123456789ab.tmp']
    const others = [
      'state.json',
      'state.json.0123456789a.tmp',
      'x-state.json.0123456789ab.tmp1',
      'lock.03',
      'xlock.4',
      'lock.5x',
      'lock.0',
    ]
    for (const name of [...left, ...others]) put(place, name, '')
    taken(tryLock(place))
    expect(files(place)).toEqual([...others, 'lock.10', 'lock.reserve'].sort())
  })

  test('the lock of a supervisor clears up nothing but its own', async () => {
    const place = await placeIn('sup')
    for (const name of ['lock-0123456789ab.tmp', 'state.json.0123456789ab.tmp', 'lock.4']) put(place, name, '')
    taken(tryLock(place))
    expect(files(place)).toEqual([
      'lock-0123456789ab.tmp',
      'lock.4',
      'state.json.0123456789ab.tmp',
      'sup.1',
      'sup.reserve',
    ])
  })

  test('a folder that is not there is named', async () => {
    const place = await placeIn()
    rmSync(place.folder, { recursive: true })
    expect(() => tryLock(place)).toThrow(expect.objectContaining({ code: 'state.unusable' }) as Error)
  })
})

describe('who holds it', () => {
  test.each([
    ['nobody, where there is no file', null],
    ['nobody, after a release', ''],
    ['nobody, after a release by an earlier build', 'free\n'],
    ['nobody, where no owner can be read', '{"torn'],
  ])('%s', async (_what, content) => {
    const place = await placeIn()
    if (content !== null) put(place, 'lock.1', content)
    expect(lockOwner(place)).toBeNull()
    taken(tryLock(place))
  })

  test('a living owner is named, a dead one is not', async () => {
    const place = await placeIn()
    put(place, 'lock.1', ownerOf(place, elsewhere))
    expect(lockOwner(place)).toMatchObject(elsewhere)
    expect(tryLock(place)).toMatchObject(elsewhere)
    put(place, 'lock.2', ownerOf(place, dead))
    expect(lockOwner(place)).toBeNull()
  })

  test('the highest number counts, as a number', async () => {
    const place = await placeIn()
    put(place, 'lock.9', ownerOf(place, elsewhere))
    put(place, 'lock.10', '')
    expect(lockOwner(place)).toBeNull()
    taken(tryLock(place))
    expect(files(place)).toContain('lock.11')
  })

  test('this process, which did not know it: its last release failed', async () => {
    const place = await placeIn()
    put(place, 'lock.4', ownerOf(place))
    taken(tryLock(place))
    expect(files(place)).toEqual(['lock.4'])
    expect(tryLock(place)).toMatchObject({ pid: process.pid })
  })
})

describe('between listing the locks and making one', () => {
  test('somebody makes the same number: he is looked at', async () => {
    const place = await placeIn()
    place.onLook = () => {
      place.onLook = () => undefined
      put(place, 'lock.1', ownerOf(place, elsewhere))
    }
    expect(tryLock(place)).toMatchObject(elsewhere)
    expect(files(place)).toEqual(['lock.1', 'lock.reserve'])
  })

  test('somebody makes a higher number: ours is taken back', async () => {
    const place = await placeIn()
    place.onLook = () => {
      place.onLook = () => undefined
      put(place, 'lock.7', ownerOf(place, elsewhere))
    }
    expect(tryLock(place)).toMatchObject(elsewhere)
    expect(files(place)).toEqual(['lock.7', 'lock.reserve'])
  })

  test('and one who took it and is gone is succeeded', async () => {
    const place = await placeIn()
    place.onLook = () => {
      place.onLook = () => undefined
      put(place, 'lock.1', '')
    }
    taken(tryLock(place))
    expect(files(place)).toEqual(['lock.2', 'lock.reserve'])
  })
})

describe('waiting', () => {
  const calm = new AbortController().signal

  test('ends when it is released', async () => {
    const place = await placeIn()
    const first = taken(tryLock(place))
    const second = takeLock(place, 60_000, calm)
    first.release()
    expect((await second).isHeld()).toBe(true)
    expect(files(place)).toContain('lock.2')
  })

  test('ends at once on an interrupt, but not where it is free', async () => {
    const place = await placeIn()
    const lock = await takeLock(place, 60_000, AbortSignal.abort())
    await expect(takeLock(place, 60_000, AbortSignal.abort())).rejects.toMatchObject({
      code: 'interrupted',
      message: 'interrupted while waiting for another p2p command',
    })
    lock.release()
  })

  test('is over after its time, and says who holds it and where', async () => {
    const place = await placeIn()
    put(place, 'lock.1', ownerOf(place, elsewhere))
    await expect(takeLock(place, 20, calm)).rejects.toMatchObject({
      code: 'project.busy',
      message: 'another command is running on this project on elsewhere: p2p up (PID 77); timed out after 20ms',
    })
    put(place, 'lock.1', '')
    taken(tryLock(place))
    await expect(takeLock(place, 0, calm)).rejects.toMatchObject({
      message: `another command is running on this project: p2p test (PID ${process.pid}); timed out after 0s`,
      hint: 'wait for it, or raise --lock-timeout',
    })
  })
})

describe('on a full disk', () => {
  test.each(['ENOSPC', 'EDQUOT'])(
    '%s: what was kept becomes the lock, and is kept again at its release',
    async (code) => {
      const place = await placeIn()
      taken(tryLock(place)).release()
      disk.refuses = code
      const lock = taken(tryLock(place))
      expect(files(place)).toEqual(['lock.2', 'lock.spare'])
      expect(text(place, 'lock.2')).toHaveLength(1024)
      expect(JSON.parse(text(place, 'lock.2'))).toEqual(thisProcess(place))
      lock.release()
      expect([files(place), text(place, 'lock.2')]).toEqual([['lock.2', 'lock.reserve', 'lock.spare'], ''])
      taken(tryLock(place))
    },
  )

  test('without anything kept it is refused, and leaves nothing', async () => {
    const place = await placeIn()
    disk.refuses = 'ENOSPC'
    expect(() => tryLock(place)).toThrow(expect.objectContaining({ code: 'state.unusable' }) as Error)
    expect(files(place)).toEqual([])
  })

  test('another error takes nothing of what is kept', async () => {
    const place = await placeIn()
    taken(tryLock(place)).release()
    disk.refuses = 'EIO'
    expect(() => tryLock(place)).toThrow(expect.objectContaining({ code: 'state.unusable' }) as Error)
    expect(files(place)).toEqual(['lock.1', 'lock.reserve', 'lock.spare'])
  })

  test('where no other file can be made, ours is emptied in place', async () => {
    const place = await placeIn()
    const lock = taken(tryLock(place))
    disk.refusesReserve = true
    lock.release()
    expect([files(place), text(place, 'lock.1')]).toEqual([['lock.1', 'lock.reserve'], ''])
    disk.refusesReserve = false
    taken(tryLock(place))
  })

  test('a release in a folder that is gone is silent', async () => {
    const place = await placeIn()
    const lock = taken(tryLock(place))
    rmSync(place.folder, { recursive: true })
    lock.release()
    expect(lock.isHeld()).toBe(false)
  })
})
