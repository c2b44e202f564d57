import { expect, test, vi } from 'vitest'
import type { StoredEvent } from '../../src/core/events.ts'
import { changeLine, eventLine } from '../../src/report/lines.ts'
import { lsJson, lsTable, type LsEntry } from '../../src/report/ls.ts'
import { now } from '../support/context.ts'
import { makeRow, makeStatus } from '../support/tunnel.ts'

vi.stubEnv('TZ', 'UTC')

const look = { json: false, names: 8, colour: false, masks: [] }
const about = { at: now, attempt: 'f00d', name: 'web' }

test.each<[StoredEvent, string]>([
  [
    { ...about, type: 'exited', reason: 'peer timed out', code: 'connectd.peer', exitCode: 20, exitSignal: null },
    'ended: peer timed out',
  ],
  [
    { ...about, type: 'retrying', inMs: 4100, waitsFor: null, tries: 3, reason: 'peer timed out' },
    'retrying in 4.1s (3rd time): peer timed out',
  ],
  [
    { ...about, type: 'retrying', inMs: null, waitsFor: 'db', tries: 1, reason: 'db is not open' },
    'opens when db is open: db is not open',
  ],
  [{ ...about, type: 'starting', cause: 'not running' }, 'opening: not running'],
])('%j is a line', (event, words) => {
  expect(eventLine(event, look)).toBe(`2026-03-01 12:00:00  web       ${words}\n`)
})

test('as JSON an event has its time and nothing that is only for p2p', () => {
  const event: StoredEvent = { ...about, type: 'starting', cause: 'say hunter2\x1b' }
  const line = eventLine(event, { ...look, json: true, masks: ['hunter2'] })
  expect(line.endsWith('}\n')).toBe(true)
  expect(JSON.parse(line)).toEqual({
    at: '2026-03-01T12:00:00.000Z',
    name: 'web',
    type: 'starting',
    cause: 'say ***\x1b',
  })
  expect(line).not.toContain('\x1b')
})

test('a line is harmless and hides secrets', () => {
  const event: StoredEvent = { ...about, type: 'starting', cause: 'say hunter2\x1b[2J' }
  expect(eventLine(event, { ...look, masks: ['hunter2'] })).toContain('opening: say ***\\x1b[2J\n')
})

test('a change of state stands in the columns of log lines', () => {
  const failed = makeRow('web', { status: makeStatus('failed', 'wrong password') })
  expect(changeLine(failed, { width: 6, now, colour: false, masks: [] })).toBe('web    * failed: wrong password\n')
})

const states = { open: 0, opening: 0, unhealthy: 0, retrying: 0, closing: 0, failed: 0, unknown: 0, closed: 0 }
const entry = (name: string, more: Partial<LsEntry>): LsEntry => ({
  name,
  folder: `/home/me/${name}`,
  states: { ...states },
  supervised: false,
  problem: null,
  ...more,
})

test('projects are a table with counts per state; a damaged one is told by a word', async () => {
  const entries = [
    entry('lab', { states: { ...states, open: 3, failed: 1, closed: 2 } }),
    entry('old', {}),
    entry('torn', { folder: null, problem: 'state.json is damaged' }),
  ]
  expect(await lsTable(entries, { columns: null, colour: false, masks: [] })).toBe(
    `NAME  TUNNELS                         FOLDER
lab   3 open, 1 failed, 2 closed      /home/me/lab
old   none                            /home/me/old
torn  damaged: state.json is damaged  -
`,
  )
})

test('no project is an empty list', async () => {
  expect(await lsTable([], { columns: null, colour: false, masks: [] })).toBe('NAME  TUNNELS  FOLDER\n')
  expect(lsJson([], [])).toBe('[]\n')
})
