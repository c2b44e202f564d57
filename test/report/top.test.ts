/** One screen of `p2p top` from made-up figures, and the rates in it. */
import { describe, expect, test } from 'vitest'
import type { Row, State, Traffic } from '../../src/core/model.ts'
import { topFrame, type TopView } from '../../src/report/top/frame.ts'
import { Rates, sparkline } from '../../src/report/top/rates.ts'
import { now } from '../support/context.ts'
import { closedRow, makeRow } from '../support/tunnel.ts'

const nothing: Traffic = {
  connections: null,
  bytesIn: null,
  bytesOut: null,
  bytesMoved: null,
  lastTrafficAt: null,
  roundTripMs: null,
}

function rowWith(traffic: Partial<Traffic>, attempt = 'a'): Row {
  const row = makeRow('db')
  if (row.observed !== null) row.observed.record.attempt = attempt
  return { ...row, traffic: { ...nothing, ...traffic } }
}

describe('rates', () => {
  const last = (rates: Rates): unknown[] => {
    const { in: into, out, both } = rates.of('db')
    return [into.at(-1), out.at(-1), both.at(-1)]
  }

  test('are taken over three seconds, by the time that went by', () => {
    const rates = new Rates()
    for (const [at, bytesIn] of [
      [0, 0],
      [1000, 1000],
      [2000, 1000],
      [4000, 5000],
    ] as const)
      rates.add([rowWith({ bytesIn, bytesOut: 0, bytesMoved: bytesIn })], at)
    expect(rates.of('db').in).toEqual([1000, 500, 1250])
    rates.add([rowWith({ bytesIn: 5000, bytesOut: 300, bytesMoved: 5300 })], 5000)
    expect(last(rates)).toEqual([1000, 75, 1075])
  })

  test('are unknown at first, of another attempt, and after a count or the clock went back', () => {
    const rates = new Rates()
    const add = (at: number, bytesMoved: number | null, attempt?: string): unknown => {
      rates.add([rowWith({ bytesMoved }, attempt)], at)
      return last(rates)
    }
    expect(add(0, 10)).toEqual([undefined, undefined, undefined])
    expect(add(1000, 20)).toEqual([null, null, 10])
    // A change of the state between two looks is no time to measure in.
    expect(add(1010, 30)).toEqual([null, null, 10])
    expect(add(2000, 0, 'b')).toEqual([undefined, undefined, undefined])
    expect(add(3000, 50, 'b')).toEqual([null, null, 50])
    expect(add(4000, 40, 'b')).toEqual([undefined, undefined, undefined])
    add(5000, 60, 'b')
    expect(add(100, 70, 'b')).toEqual([undefined, undefined, undefined])
    expect(add(1100, null, 'b')).toEqual([null, null, null])
  })

  test('are drawn to the largest of them', () => {
    expect(sparkline([0, 50, null, 100], 6)).toBe('  ▁▅ █')
    expect(sparkline([0, 0], 2)).toBe('▁▁')
    expect(sparkline([1, 2, 3], 2)).toBe('▆█')
  })
})

describe('a frame', () => {
  const rows = [
    rowWith({ connections: 2, bytesIn: 0, bytesOut: 0, bytesMoved: 0, roundTripMs: 12.3 }),
    closedRow('web'),
  ]
  const view: TopView = {
    project: 'lab',
    rows,
    counts: new Map<State, number>([
      ['open', 1],
      ['closed', 1],
    ]),
    flowOf: (name) =>
      name === 'db' ? { in: [100, 2000], out: [0, 50], both: [100, 2050] } : { in: [], out: [], both: [] },
    selected: 'db',
    filter: { text: '', typing: false },
    pane: null,
    message: null,
    connectionsAgeMs: 0,
    now,
  }
  const frame = async (more: Partial<TopView>, columns = 80, height = 10, colour = false): Promise<string[]> =>
    (await topFrame({ ...view, ...more }, { columns, rows: height, colour, masks: ['hunter22'] }))
      .split('\n')
      .slice(0, -1)

  test('has the figures, what is selected and the keys', async () => {
    expect(await frame({})).toEqual([
      'p2p top  lab  1 closed, 1 open',
      '  NAME  STATUS  CONNS  IN/S           OUT/S          RTT   RESTARTS  UPTIME',
      '> db    open    2      2.0KB      ▂█  50B        ▁█  12ms  0         1h00m',
      '  web   closed  -      -              -              -     0         -',
      '',
      '',
      '',
      '',
      'db  open  127.0.0.1:33000 -> 10.0.0.5:6379',
      'u up  d down  r restart  o open  l logs  w why  / filter  ? help  q quit',
    ])
  })

  test.each([1, 2, 3, 5, 6, 24, 100])('of %d lines fills them, and shows what is selected', async (height) => {
    for (const columns of [10, 40, 80, 200]) {
      const pane = { title: 'logs db', lines: Array<string>(50).fill('x'), end: true }
      for (const lines of [await frame({}, columns, height), await frame({ pane }, columns, height)]) {
        expect(lines).toHaveLength(height)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
        expect(lines.some((line) => line.startsWith('> db'))).toBe(true)
      }
    }
  })

  test('shows no secret and nothing that a terminal would obey, whoever said it', async () => {
    const evil = 'a\x1b]0;b\x07 hunter22'
    const lines = await frame({
      project: evil,
      message: { text: evil, tone: 'bad' },
      pane: { title: evil, lines: [], end: false },
      rows: [{ ...closedRow('web'), status: { ...closedRow('web').status, reason: evil } }],
    })
    expect(lines.join('\n')).not.toMatch(/[\x00-\x09\x0b-\x1f]|hunter22/)
    expect(lines.join('\n')).toContain('***')
  })

  test('means the same without colour', async () => {
    const plain = (lines: string[]): string[] => lines.map((line) => line.replace(/\x1b\[\d+m/g, ''))
    const coloured = await frame({ message: { text: 'done', tone: 'good' } }, 80, 10, true)
    expect(coloured.join('')).toContain('\x1b[32m')
    expect(plain(coloured)).toEqual(await frame({ message: { text: 'done', tone: 'good' } }))
  })
})
