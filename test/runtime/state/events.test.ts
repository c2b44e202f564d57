import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { StoredEvent } from '../../../src/core/events.ts'
import { appendEvents, eventsPath, olderEventsPath, rotateEvents } from '../../../src/runtime/state/events-write.ts'
import { endedAttempts, followEvents, readEvents } from '../../../src/runtime/state/events-read.ts'
import { observe } from '../../../src/runtime/tunnel/observe.ts'
import { openWorld, prepareForWriting, watchProject, type World } from '../../../src/runtime/state/world.ts'
import { bench, contextIn } from '../support.ts'
import { tunnel } from '../../support/tunnel.ts'

const problem = { code: 'run.exited', reason: 'exited with status 3', hint: null, heals: true }
const starting = (at: number, name = 'a', attempt: string | null = null): StoredEvent => ({
  at,
  attempt,
  type: 'starting',
  name,
  cause: 'not running',
})
const exited = (at: number, attempt: string, name = 'a'): StoredEvent => ({
  at,
  attempt,
  type: 'exited',
  name,
  reason: 'exited with status 3',
  code: 'run.exited',
  exitCode: 3,
  exitSignal: null,
})
const failed = (at: number, attempt: string, lastLines: string[] = []): StoredEvent => ({
  at,
  attempt,
  type: 'failed',
  name: 'a',
  problem,
  lastLines,
})
const launched = (at: number, attempt: string): StoredEvent => ({ at, attempt, type: 'launched', name: 'a', pid: 7 })

async function project(): Promise<{ world: World; interrupt: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-events-'))
  const stop = new AbortController()
  onTestFinished(() => {
    stop.abort('SIGINT')
    rmSync(folder, { recursive: true, force: true })
  })
  const ctx = { ...contextIn(folder), interrupted: stop.signal }
  const world = await openWorld(ctx, { name: 'lab', folder }, 'p2p test')
  prepareForWriting(world)
  return {
    world,
    interrupt: () => {
      stop.abort('SIGINT')
    },
  }
}

const times = (events: readonly StoredEvent[]): number[] => events.map(({ at }) => at)

test('lines that lack what an event of their kind tells are left out', async () => {
  const { world } = await bench()
  prepareForWriting(world)
  const lacking = [
    { at: 1, attempt: null, type: 'open', name: 'a' },
    { at: 2, attempt: null, type: 'failed', name: 'a', problem: null },
    { at: 3, attempt: null, type: 'survived', name: 'a', problem },
    { at: 1e17, attempt: null, type: 'starting', name: 'a', cause: 'not running' },
  ]
  appendFileSync(eventsPath(world), lacking.map((line) => `${JSON.stringify(line)}\n`).join(''))
  appendEvents(world, [starting(4)])
  expect(readEvents(world)).toEqual([starting(4)])
})

test('a fact that two actors tell of one attempt is read once, the first telling', async () => {
  const { world } = await project()
  appendEvents(world, [
    launched(1, 'x'),
    exited(2, 'x'),
    failed(3, 'x'),
    launched(4, 'y'),
    launched(5, 'x'),
    exited(6, 'y'),
  ])
  expect(times(readEvents(world))).toEqual([1, 2, 4, 6])
})

test('what may happen often, or to no attempt yet, is told as often as it was', async () => {
  const { world } = await project()
  const retrying = {
    at: 3,
    attempt: 'x',
    type: 'retrying',
    name: 'a',
    inMs: 1,
    waitsFor: null,
    tries: 1,
    reason: 'r',
  } as const
  appendEvents(world, [starting(1), starting(2), retrying, { ...retrying, at: 4 }])
  expect(times(readEvents(world))).toEqual([1, 2, 3, 4])
})

test('events are read in the order in which they happened', async () => {
  const { world } = await project()
  appendEvents(world, [starting(10), exited(5, 'x'), starting(20)])
  expect(times(readEvents(world))).toEqual([5, 10, 20])
})

test('a torn line costs only itself, and what is no event is left out', async () => {
  const { world } = await project()
  appendEvents(world, [starting(1)])
  appendFileSync(eventsPath(world), '{"at":2,"attempt":null,"type":"star')
  appendEvents(world, [starting(3)])
  appendFileSync(
    eventsPath(world),
    'nonsense\n[]\n{"at":4,"type":"of a later version","name":"a"}\n{"at":5,"attempt":nu',
  )
  expect(times(readEvents(world))).toEqual([1, 3])
})

test('nothing on record is no fault', async () => {
  const { world } = await project()
  expect(readEvents(world)).toEqual([])
  expect(endedAttempts(world)).toEqual(new Set())
})

test('what a program said last stays in its log', async () => {
  const { world } = await project()
  appendEvents(world, [failed(1, 'x', ['my password is hunter2'])])
  expect(readFileSync(eventsPath(world), 'utf8')).not.toContain('hunter2')
  expect(readEvents(world)).toEqual([failed(1, 'x')])
})

test('what is only said while somebody watches is not kept', async () => {
  const { world } = await project()
  appendEvents(world, [{ at: 1, attempt: null, type: 'waiting', name: 'a', for: 'x', ms: 0 }])
  expect(existsSync(eventsPath(world))).toBe(false)
})

test('the log is bounded: a full one is put aside, and the one before it goes', async () => {
  const { world } = await project()
  const batch = Array.from({ length: 4000 }, (_, index) =>
    starting(index, 'a-tunnel-with-quite-a-long-name-of-its-own'),
  )
  for (let round = 0; round < 12; round++) {
    rotateEvents(world)
    appendEvents(world, batch)
  }
  const sizes = [eventsPath(world), olderEventsPath(world)].map((path) => statSync(path).size)
  expect(Math.max(...sizes)).toBeLessThan(2 * 1024 * 1024)
  expect(statSync(eventsPath(world)).mode & 0o777).toBe(0o600)
})

test('a symbolic link in the place of the log is not followed', async () => {
  const { world } = await project()
  const elsewhere = join(world.root, 'elsewhere')
  writeFileSync(elsewhere, '')
  symlinkSync(elsewhere, eventsPath(world))
  appendEvents(world, [starting(1)])
  expect(readFileSync(elsewhere, 'utf8')).toBe('')
})

test('whoever follows sees what was there and what comes, through rotation and torn writes, each fact once', async () => {
  const { world, interrupt } = await project()
  appendEvents(world, [launched(1, 'x')])
  const seen: StoredEvent[] = []
  const arrived = waiter(() => seen.length)
  const following = followEvents(world, (event) => {
    seen.push(event)
    arrived.check()
  })
  await arrived.count(1)
  appendEvents(world, [launched(2, 'x'), exited(3, 'x')])
  await arrived.count(2)
  renameSync(eventsPath(world), olderEventsPath(world))
  appendEvents(world, [failed(4, 'x'), starting(5)])
  await arrived.count(3)
  const line = `${JSON.stringify(starting(6, 'täl'))}\n`
  const bytes = Buffer.from(line)
  const middle = bytes.indexOf(0xc3) + 1
  appendFileSync(eventsPath(world), bytes.subarray(0, middle))
  appendFileSync(eventsPath(world), bytes.subarray(middle))
  await arrived.count(4)
  interrupt()
  await following
  expect(times(seen)).toEqual([1, 3, 5, 6])
  expect(seen.at(-1)?.name).toBe('täl')
})

test('whoever follows before anything was ever opened sees the first event', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-events-'))
  const stop = new AbortController()
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const world = await openWorld({ ...contextIn(folder), interrupted: stop.signal }, { name: 'lab', folder }, 'p2p test')
  const seen: StoredEvent[] = []
  const following = followEvents(world, (event) => {
    seen.push(event)
    stop.abort('SIGINT')
  })
  prepareForWriting(world)
  appendEvents(world, [starting(1)])
  await following
  expect(times(seen)).toEqual([1])
})

test('up and down put on record what they do, with the attempt it is about', async () => {
  const lab = await bench()
  await lab.up([tunnel('one', ['sleep', '1000'])])
  await lab.down(['one'])
  const events = readEvents(lab.world)
  expect(events.map(({ type }) => type)).toEqual(['starting', 'launched', 'open', 'stopping', 'stopped'])
  const [, { attempt } = { attempt: null }] = events
  expect(attempt).toMatch(/^[0-9a-f]{32}$/)
  expect(events.slice(1).map((event) => event.attempt)).toEqual([attempt, attempt, attempt, attempt])
  expect(events[0]?.attempt).toBeNull()
})

test.each(['up', 'down'] as const)('an end that nobody saw is put on record by the next %s', async (next) => {
  const lab = await bench()
  const marker = join(lab.folder, 'go')
  const dies = tunnel('dies', ['sh', '-c', `while [ ! -e ${marker} ]; do sleep 0.01; done; exit 4`])
  await lab.up([dies])
  writeFileSync(marker, '')
  await ended(lab.world)
  if (next === 'up') await lab.up([dies])
  else await lab.down(['dies'])
  const found = readEvents(lab.world).filter(({ type }) => type === 'exited')
  expect(found).toMatchObject([{ name: 'dies', code: 'run.exited', exitCode: 4 }])
  const [first] = found
  expect(endedAttempts(lab.world)).toContain(first?.attempt)
})

/** Waits until the only run of a project has ended. */
async function ended(world: World): Promise<void> {
  await watchProject(world, () => {
    const [only] = observe(world).tunnels.values()
    return only?.process.kind === 'gone' ? 'done' : 50
  })
}

interface Waiter {
  check: () => void
  count: (least: number) => Promise<void>
}

/** Resolves when something that is counted has become so many. */
function waiter(current: () => number): Waiter {
  const waiting = new Set<() => void>()
  return {
    check() {
      for (const look of waiting) look()
    },
    count: (least) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (current() < least) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}
