import { describe, expect, test } from 'vitest'
import { psTable, type TableLook } from '../../../src/report/ps/table.ts'
import { now } from '../../support/context.ts'
import { closedRow, makeRow, makeStatus } from '../../support/tunnel.ts'

const rows = [
  makeRow('ssh-pi', { spec: { driver: 'connectd', target: '80:00:00:00:01:00:0A:C2' } }),
  makeRow('web-pi', {
    spec: { endpoints: [{ host: '127.0.0.1', port: 33001 }], profiles: ['web', 'all'] },
    record: { startedAt: now - 95_000, restarts: 5, tries: 2, nextAt: now + 4000 },
    process: { kind: 'gone', status: 1, endedAt: now - 1000, lastLines: [] },
    status: makeStatus('retrying', 'peer timed out'),
  }),
  makeRow('socks', {
    spec: { endpoints: [{ host: '::1', port: 1080 }], target: 'SOCKS' },
    record: { startedAt: now - 100_000_000 },
    config: 'changed',
  }),
  closedRow('db', { endpoints: [{ host: '127.0.0.1', port: 15432 }], target: 'db.internal:5432' }),
  makeRow('hook', {
    spec: { endpoints: [], target: '0.0.0.0:9000 -> 127.0.0.1:3000' },
    record: { verdict: { code: 'ssh.auth', reason: 'wrong password', hint: null, heals: false } },
    process: { kind: 'gone', status: 255, endedAt: now, lastLines: [] },
    status: makeStatus('failed', 'wrong password'),
    config: 'orphan',
  }),
]

async function table(look: Partial<TableLook> = {}, shown = rows): Promise<string> {
  return `\n${await psTable(shown, { wide: false, columns: null, colour: false, now, masks: [], ...look })}`
}

test('a pipe gets everything', async () => {
  expect(await table()).toMatchInlineSnapshot(`
    "
    NAME    STATUS                                     LOCAL            TARGET                          PID   UPTIME  RESTARTS
    ssh-pi  open                                       127.0.0.1:33000  80:00:00:00:01:00:0A:C2         4711  1h00m   0
    web-pi  retrying in 4s (3rd time): peer timed out  127.0.0.1:33001  10.0.0.5:6379                   -     -       5
    socks   open                                       [::1]:1080       SOCKS                           4711  1d3h    0
    db      closed                                     127.0.0.1:15432  db.internal:5432                -     -       0
    hook    failed: wrong password                     -                0.0.0.0:9000 -> 127.0.0.1:3000  -     -       0
    "
  `)
})

describe('a narrow terminal drops RESTARTS, UPTIME, TARGET in that order, then cuts with an ellipsis', () => {
  test.each([130, 120, 110, 80, 60, 40, 20])('%i columns', async (columns) => {
    const drawn = await table({ columns })
    for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
    expect(drawn).toMatchSnapshot()
  })
})

test('wide adds driver, profiles, config, the last error and the log', async () => {
  expect(await table({ wide: true })).toMatchSnapshot()
})

test('colour changes no column and is not the only word for a state', async () => {
  const coloured = await table({ colour: true })
  expect(coloured).toContain('\x1b[32mopen\x1b[39m')
  expect(coloured).toContain('\x1b[31mfailed: wrong password\x1b[39m')
  expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(await table())
})

test('no tunnel gives the heading alone', async () => {
  expect(await table({}, [])).toBe('\nNAME  STATUS  LOCAL  TARGET  PID  UPTIME  RESTARTS\n')
})

test('wide characters take their two columns', async () => {
  const drawn = await table({ columns: 60 }, [
    makeRow('a', { spec: { target: '東京の機械' } }),
    makeRow('b', { spec: { target: 'tokyo' } }),
  ])
  expect(drawn).toBe(`
NAME  STATUS  LOCAL            TARGET      PID   UPTIME
a     open    127.0.0.1:33000  東京の機械  4711  1h00m
b     open    127.0.0.1:33000  tokyo       4711  1h00m
`)
})

test('text from outside cannot command the terminal, break a line or show a secret', async () => {
  const [line] = (
    await table({ masks: ['hunter22'] }, [makeRow('a', { status: makeStatus('failed', 'said \x1b[2J\nhunter22') })])
  )
    .split('\n')
    .slice(2)
  expect(line).toContain('failed: said \\x1b[2J ***')
})

test('a thousand tunnels are a thousand lines', async () => {
  const many = Array.from({ length: 1000 }, (_, index) => makeRow(`tunnel-${index}`))
  const drawn = await table({ columns: 80 }, many)
  expect(drawn.split('\n')).toHaveLength(1003)
})
