import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { stopTunnels, type StopResult } from '../../../src/runtime/tunnel/stop.ts'
import type { StopPolicy } from '../../../src/core/model.ts'
import { makeRecord, makeSpec } from '../../support/tunnel.ts'
import { table, type Row, type Table } from './process-table.ts'

const clock = vi.hoisted(() => ({ ms: 0, later: [] as { at: number; what: () => void }[] }))

// Time passes only while somebody waits for it.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => {
    clock.ms += ms
    for (const due of clock.later.filter(({ at }) => at <= clock.ms)) due.what()
    clock.later = clock.later.filter(({ at }) => at > clock.ms)
    return Promise.resolve()
  },
}))

let sent: string[] = []
let lab: Table

/** Instead of a signal: what it would have reached is recorded, and ends in the table. */
function record(target: number, signal: string): true {
  sent.push(`${clock.ms < 1 ? '' : `${Math.round(clock.ms)} ms `}${signal} ${target}`)
  const reached = [...lab.rows.values()].filter(({ pid, pgid = pid }) => pid === target || pgid === -target)
  if (reached.length === 0) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' })
  for (const { pid, diesOf = ['SIGTERM', 'SIGINT', 'SIGKILL'] } of reached)
    if (diesOf.includes(signal)) lab.rows.delete(pid)
  return true
}

beforeEach(() => {
  sent = []
  clock.ms = 0
  clock.later = []
  vi.spyOn(process, 'kill').mockImplementation(record as never)
  vi.spyOn(performance, 'now').mockImplementation(() => 1e6 + clock.ms)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const nonce = 'a'.repeat(32)

/** A launcher, its program, and what else is said. */
function running(...more: Row[]): void {
  lab = table(
    { pid: 100, nonce, isLauncher: true },
    { pid: 101, ppid: 100, pgid: 100, nonce },
    { pid: 900, ppid: 1 },
    ...more,
  )
  lab.runFile(nonce, 'l 100\np 101\n')
}

async function stop(policy: Partial<StopPolicy> = {}, name = 'web'): Promise<StopResult | undefined> {
  const request = {
    record: makeRecord(makeSpec(name), { attempt: nonce }),
    policy: { signal: 'TERM', graceMs: 10_000, ...policy } as const,
  }
  return (await stopTunnels(lab.world, [request])).get(name)
}

function set(pid: number, more: Partial<Row>): void {
  lab.rows.set(pid, { pid, ...lab.rows.get(pid), ...more })
}

describe('who is signalled', () => {
  test('the group of the launcher at once, and a stopped process is continued to take it', async () => {
    running()
    expect(await stop()).toMatchObject({ survivors: [], killed: false })
    expect(sent).toEqual(['SIGTERM -100', 'SIGCONT -100'])
    expect([...lab.rows.keys()]).toEqual([900])
  })

  test('with the signal of its policy', async () => {
    running()
    set(101, { diesOf: [] })
    set(100, { diesOf: ['SIGINT'] })
    clock.later.push({ at: 50, what: () => lab.rows.delete(101) })
    await stop({ signal: 'INT' })
    expect(sent.slice(0, 2)).toEqual(['SIGINT -100', 'SIGCONT -100'])
  })

  test('KILL alone where the policy says so', async () => {
    running()
    expect(await stop({ signal: 'KILL' })).toMatchObject({ survivors: [], killed: true })
    expect(sent).toEqual(['SIGKILL -100'])
  })

  test('who left the group, one by one, and nobody in it', async () => {
    running({ pid: 200, ppid: 101, pgid: 200 }, { pid: 300, ppid: 1, pgid: 300, nonce })
    await stop()
    expect(sent.filter((line) => line.startsWith('SIGTERM'))).toEqual(['SIGTERM -100', 'SIGTERM 300', 'SIGTERM 200'])
    expect([...lab.rows.keys()]).toEqual([900])
  })

  test('the rest one by one, once the launcher is gone: its number may be the group of somebody else', async () => {
    running()
    lab.rows.delete(100)
    expect(await stop()).toMatchObject({ survivors: [] })
    expect(sent).toEqual(['SIGTERM 101', 'SIGCONT 101'])
  })

  test('nobody of another user, another attempt, or with a number alone', async () => {
    running({ pid: 400, nonce, uid: 0 }, { pid: 500, nonce: 'b'.repeat(32) })
    lab.rows.delete(101)
    lab.runFile(nonce, 'l 100\np 900\n')
    await stop()
    expect([...lab.rows.keys()]).toEqual([900, 400, 500])
  })

  test('not p2p itself, though it was started from inside of the tunnel', async () => {
    running({ pid: process.pid, ppid: 1, nonce })
    expect(await stop()).toMatchObject({ survivors: [] })
    expect(sent.join()).not.toContain(`${process.pid}`)
    expect(lab.rows.has(process.pid)).toBe(true)
  })

  test.each([
    [1, undefined],
    [1, true],
    [0, true],
  ] as const)('never PID %i, whatever it carries', async (pid, isLauncher) => {
    running({ pid, nonce, diesOf: [], ...(isLauncher ? { isLauncher } : {}) })
    if (isLauncher) lab.rows.delete(100)
    if (isLauncher) lab.runFile(nonce, '')
    await stop({ graceMs: 10 })
    const targets = sent.map((line) => Number(line.split(' ').at(-1)))
    expect(targets.filter((target) => Math.abs(target) <= 1)).toEqual([])
    expect(targets).toContain(isLauncher ? 101 : -100)
  })
})

describe('what does not end', () => {
  test('is killed after its grace', async () => {
    running()
    set(101, { diesOf: ['SIGKILL'] })
    const result = await stop({ graceMs: 1000 })
    expect(result).toMatchObject({ survivors: [], killed: true })
    expect(sent.filter((line) => line.includes('KILL'))).toEqual([
      expect.stringMatching(/^10[0-9][0-9] ms SIGKILL 101$/),
    ])
    expect(result?.ms).toBeGreaterThanOrEqual(1000)
    expect(result?.ms).toBeLessThan(1100)
  })

  test('is named two seconds after KILL', async () => {
    running()
    set(101, { diesOf: [] })
    const result = await stop({ graceMs: 1000 })
    expect(result).toMatchObject({ survivors: [101], killed: true })
    expect(result?.ms).toBeGreaterThanOrEqual(3000)
    expect(result?.ms).toBeLessThan(3200)
    expect(sent.filter((line) => line.includes('KILL'))).toHaveLength(1)
  })

  test('two seconds after the KILL of its policy, whatever the grace', async () => {
    running()
    set(101, { diesOf: [] })
    expect((await stop({ signal: 'KILL', graceMs: 60_000 }))?.ms).toBeLessThan(2200)
  })

  test('is looked for anew before it is killed: it may have left its group', async () => {
    running()
    set(101, { diesOf: ['SIGKILL'] })
    set(100, { diesOf: ['SIGKILL'] })
    clock.later.push({
      at: 500,
      what: () => {
        lab.add({ pid: 201, ppid: 101, pgid: 201, diesOf: ['SIGKILL'] })
      },
    })
    expect(await stop({ graceMs: 1000 })).toMatchObject({ survivors: [] })
    expect(sent.filter((line) => line.includes('KILL')).map((line) => line.replace(/^\d+ ms /, ''))).toEqual([
      'SIGKILL -100',
      'SIGKILL 201',
    ])
  })

  test('a process that appears when all seemed gone is stopped, too', async () => {
    running()
    let looks = 0
    lab.onLook = () => {
      // Forked by the program just before it ended.
      if (lab.rows.size === 1 && ++looks === 1) lab.add({ pid: 700, nonce })
    }
    expect(await stop()).toMatchObject({ survivors: [], killed: false })
    expect(sent.some((line) => line.endsWith('SIGTERM 700'))).toBe(true)
    expect(lab.rows.has(700)).toBe(false)
  })

  test('and is waited for', async () => {
    running()
    lab.onLook = () => {
      if (lab.rows.size > 1 || clock.later.length > 0 || clock.ms > 0) return
      lab.add({ pid: 700, nonce, diesOf: [] })
      clock.later.push({ at: 300, what: () => lab.rows.delete(700) })
    }
    const result = await stop()
    expect(result).toMatchObject({ survivors: [], killed: false })
    expect(result?.ms).toBeGreaterThanOrEqual(300)
    expect(result?.ms).toBeLessThan(400)
  })

  test('one that appears after KILL gets KILL', async () => {
    running()
    let isAdded = false
    lab.onLook = () => {
      if (lab.rows.size === 1 && !isAdded) lab.add({ pid: 700, nonce, diesOf: ['SIGKILL'] })
      isAdded ||= lab.rows.has(700)
    }
    expect(await stop({ signal: 'KILL' })).toMatchObject({ survivors: [] })
    expect(sent.filter((line) => line.endsWith(' 700')).map((line) => line.replace(/^\d+ ms /, ''))).toEqual([
      'SIGKILL 700',
    ])
  })
})

describe('several at once', () => {
  test('each has its own time and its own result, and none waits for the grace of another', async () => {
    const second = 'b'.repeat(32)
    running({ pid: 200, nonce: second, isLauncher: true, diesOf: [] })
    lab.runFile(second, 'l 200\np 200\n')
    const requests = [
      {
        record: makeRecord(makeSpec('quick'), { attempt: nonce }),
        policy: { signal: 'TERM', graceMs: 10_000 } as const,
      },
      { record: makeRecord(makeSpec('stuck'), { attempt: second }), policy: { signal: 'TERM', graceMs: 500 } as const },
    ]
    const results = await stopTunnels(lab.world, requests)
    expect(results.get('quick')).toMatchObject({ survivors: [], killed: false })
    expect(results.get('quick')?.ms).toBeLessThan(100)
    expect(results.get('stuck')).toMatchObject({ survivors: [200], killed: true })
    expect(results.get('stuck')?.ms).toBeGreaterThanOrEqual(2500)
  })

  test('nothing to stop takes no time', async () => {
    running()
    expect((await stopTunnels(lab.world, [])).size).toBe(0)
    expect([sent, clock.ms]).toEqual([[], 0])
  })
})

describe('an attempt that has not reported', () => {
  test('is voided where nobody has claimed it, and is over', async () => {
    lab = table({ pid: 900 })
    expect(await stop()).toEqual({ survivors: [], killed: false, ms: 0 })
    expect(readFileSync(lab.world.store.runFile(nonce), 'utf8')).toBe('')
    expect([sent, clock.ms]).toEqual([[], 0])
  })

  test('has time until its program is on record: a TERM before that may be lost', async () => {
    running()
    lab.runFile(nonce, 'l 100\n')
    clock.later.push({
      at: 1000,
      what: () => {
        lab.runFile(nonce, 'l 100\np 101\n')
      },
    })
    expect(await stop()).toMatchObject({ survivors: [] })
    expect(sent[0]).toMatch(/^10[0-4][0-9] ms SIGTERM -100$/)
  })

  test('has five seconds, not more', async () => {
    running()
    lab.runFile(nonce, 'l 100\n')
    await stop()
    expect(sent[0]).toMatch(/^50[0-4][0-9] ms SIGTERM -100$/)
  })

  test.each([
    ['ended before its program was there', 'l 100\nx 125\n'],
    ['has its program on record', 'l 100\np 101\n'],
    ['has a file that nobody can read', 'nonsense\n'],
  ])('is not waited for where it %s', async (_what, text) => {
    running()
    lab.runFile(nonce, text)
    await stop()
    expect(sent[0]).toBe('SIGTERM -100')
  })

  test('is not waited for where its launcher is gone', async () => {
    running()
    lab.rows.delete(100)
    lab.runFile(nonce, 'l 100\n')
    await stop()
    expect(sent[0]).toBe('SIGTERM 101')
  })

  test('is waited for between its claim and its first line, as long as there is a launcher', async () => {
    running()
    lab.runFile(nonce, '')
    await stop()
    expect(sent[0]).toMatch(/^50[0-4][0-9] ms SIGTERM -100$/)
    running()
    sent = []
    clock.ms = 0
    lab.rows.delete(100)
    lab.runFile(nonce, '')
    await stop()
    expect(sent[0]).toBe('SIGTERM 101')
  })
})
