import { describe, expect, test } from 'vitest'
import {
  endLines,
  exitWords,
  ranFor,
  readExitMeaning,
  readOutputMeaning,
  type ExitFacts,
} from '../../../src/core/decide/exit-meaning.ts'
import type { ExitRule } from '../../../src/core/model.ts'

const facts = (more: Partial<ExitFacts> = {}): ExitFacts => ({
  status: 1,
  lastLines: [],
  ranMs: 100,
  opened: false,
  rebooted: false,
  ...more,
})

const row = (code: string, when: ExitRule['when'], more: Partial<ExitRule> = {}): ExitRule => ({
  when,
  means: 'failed',
  code,
  reason: code,
  hint: null,
  heals: true,
  ...more,
})

const endpoints = [{ host: '127.0.0.1', port: 33000 }]
const tunnel = (...outcomes: ExitRule[]) => ({ name: 'web', endpoints, outcomes })
const code = (rows: ExitRule[], more: Partial<ExitFacts>): string => readExitMeaning(facts(more), tunnel(...rows)).code

describe('without a table', () => {
  test.each<[string, Partial<ExitFacts>, object]>([
    [
      'a reboot',
      { status: null, rebooted: true },
      { code: 'run.rebooted', reason: 'the machine was restarted', hint: 'p2p up opens it again', heals: true },
    ],
    [
      'no status',
      { status: null },
      {
        code: 'run.killed',
        reason: 'killed together with its launcher, exit status unknown',
        hint: 'p2p up opens it again',
        heals: true,
      },
    ],
    [
      'TERM',
      { status: 143 },
      {
        means: 'stopped',
        code: 'run.stopped',
        reason: 'stopped by kill (TERM)',
        hint: 'p2p up opens it again',
        heals: true,
      },
    ],
    ['INT', { status: 130 }, { means: 'stopped', code: 'run.stopped', reason: 'stopped by kill (INT)', heals: true }],
    [
      'a missing program',
      { status: 127 },
      {
        code: 'program.missing',
        reason: 'its program was not found (status 127)',
        hint: 'check the program name and PATH',
        heals: false,
      },
    ],
    [
      'a program that can not be run',
      { status: 126 },
      {
        code: 'program.not-executable',
        reason: 'its program is not executable (status 126)',
        hint: 'check that the file is executable and built for this system',
        heals: false,
      },
    ],
    [
      'a signal',
      { status: 139 },
      { code: 'run.signalled', reason: 'killed by signal SEGV', hint: 'p2p logs shows its output', heals: true },
    ],
    [
      'status 0',
      { status: 0 },
      {
        code: 'run.ended',
        reason: 'its program exited by itself (status 0)',
        hint: 'a tunnel program must stay in the foreground',
        heals: true,
      },
    ],
    [
      'any other status',
      { status: 7 },
      { code: 'run.exited', reason: 'exited with status 7', hint: 'p2p logs shows its output', heals: true },
    ],
  ])('%s', (_what, more, expected) => {
    const meaning = { means: 'failed', ...expected }
    expect(readExitMeaning(facts(more), null)).toMatchObject(meaning)
    expect(readExitMeaning(facts(more), tunnel(row('other', { status: 99 })))).toMatchObject(meaning)
  })
})

describe('when a row counts', () => {
  test.each<[string, ExitRule['when'], Partial<ExitFacts>, boolean]>([
    ['its status', { status: 1 }, {}, true],
    ['another status', { status: 2 }, {}, false],
    ['a status that is not known', { status: 1 }, { status: null }, false],
    ['early', { withinMs: 100 }, { ranMs: 100 }, true],
    ['late', { withinMs: 100 }, { ranMs: 101 }, false],
    ['nobody knows when', { withinMs: 100 }, { ranMs: null }, false],
    ['opened', { opened: true }, { opened: true }, true],
    ['not opened', { opened: true }, {}, false],
    ['never opened', { opened: false }, {}, true],
    ['opened though', { opened: false }, { opened: true }, false],
    ['the first try', { firstTry: true }, { tries: 0 }, true],
    ['the first try, by an earlier build', { firstTry: true }, {}, true],
    ['not the first try', { firstTry: true }, { tries: 1 }, false],
    ['a later try', { firstTry: false }, { tries: 1 }, true],
    ['no later try', { firstTry: false }, { tries: 0 }, false],
    ['its words', { log: '^refused' }, { lastLines: ['x', 'refused by it'] }, true],
    ['other words', { log: '^refused' }, { lastLines: ['not refused'] }, false],
    ['its words and another line', { log: 'refused', also: 'login' }, { lastLines: ['login', 'refused'] }, true],
    ['its words without the other line', { log: 'refused', also: 'login' }, { lastLines: ['refused'] }, false],
    ['the other line alone', { log: 'refused', also: 'login' }, { lastLines: ['login'] }, false],
    ['its words with another status', { log: 'refused', status: 2 }, { lastLines: ['refused'] }, false],
  ])('%s', (_what, when, more, counts) => {
    expect(code([row('row', when)], more) === 'row').toBe(counts)
  })

  test('its pattern may look around, unlike one for a program that runs', () => {
    const when = { log: '(?<=not )refused' }
    expect(code([row('row', when)], { lastLines: ['not refused'] })).toBe('row')
    expect(code([row('row', when, { living: true })], { lastLines: ['not refused'] })).toBe('run.exited')
  })

  test('words count within the last lines, and in the first part of each', () => {
    const said = (before: number) => ({ lastLines: ['refused', ...Array<string>(before).fill('trace')] })
    const rows = [row('row', { log: 'refused' })]
    expect([code(rows, said(endLines - 1)), code(rows, said(endLines))]).toEqual(['row', 'run.exited'])
    const after = (letters: number) => ({ lastLines: ['x'.repeat(letters) + 'refused'] })
    expect([code(rows, after(4096 - 7)), code(rows, after(4096 - 6))]).toEqual(['row', 'run.exited'])
  })
})

describe('of several rows', () => {
  const refused = row('refused', { log: 'refused' })
  const timeout = row('timeout', { log: 'timed out' })
  const closed = row('closed', { log: 'closed' }, { weak: true })
  const status = row('status', { status: 1 })

  test.each<[string, ExitRule[], string[], string]>([
    ['the latest line', [refused, timeout], ['refused', 'timed out'], 'timeout'],
    ['the latest line, whatever the order of rows', [timeout, refused], ['refused', 'timed out'], 'timeout'],
    ['for one line the first row', [row('a', { log: 'x' }), row('b', { log: 'x' })], ['x'], 'a'],
    ['words before a status', [status, refused], ['refused'], 'refused'],
    ['words of the first line before weak ones of the last', [closed, refused], ['refused', 'closed'], 'refused'],
    ['weak words before a status', [status, closed], ['closed'], 'closed'],
    ['the first of weak words', [closed, row('other', { log: 'end' }, { weak: true })], ['closed', 'end'], 'closed'],
    ['the first status', [status, row('other', { status: 1 })], [], 'status'],
  ])('%s', (_what, rows, lastLines, expected) => {
    expect(code(rows, { lastLines })).toBe(expected)
  })
})

describe('the words of a row', () => {
  const said = (reason: string, more: Partial<ExitFacts> = {}, log = 'on (?<host>\\S+)', also?: string): string => {
    const when = also === undefined ? { log } : { log, also }
    return readExitMeaning(facts({ lastLines: ['as me', 'on bastion'], ...more }), tunnel(row('x', when, { reason })))
      .reason
  }

  test.each([
    ['{name} at {port}', 'web at 33000'],
    ['{host}', 'bastion'],
    ['{holder}', 'a program that has exited since'],
    ['{unknown} stays, {toString} too', '{unknown} stays, {toString} too'],
    ['{port.api} {port.}', '{port.api} 33000'],
  ])('%s: %s', (reason, filled) => {
    expect(said(reason)).toBe(filled)
  })

  test('of a line that leaves one out it stays as it is written', () => {
    expect(said('{maybe}', {}, 'on (?:x(?<maybe>y))?')).toBe('{maybe}')
  })

  test('of its second line count as well, those of its first line more', () => {
    expect(said('{user} {host}', {}, 'on (?<host>\\S+)', 'as (?<user>\\S+)')).toBe('me bastion')
    expect(said('{host}', {}, 'on (?<host>\\S+)', 'as (?<host>\\S+)')).toBe('bastion')
  })

  test('a holder is named, and each named port', () => {
    const named = {
      name: 'web',
      endpoints: [
        { host: '::1', port: 1, name: 'api' },
        { host: '::1', port: 2, name: 'db' },
      ],
    }
    const rows = [
      row('x', { status: 1 }, { reason: '{port} {port.api} {port.db} {host} {holder}', hint: 'close {holder}' }),
    ]
    expect(readExitMeaning(facts({ holder: 'nginx' }), { ...named, outcomes: rows })).toMatchObject({
      reason: '1 1 2 ::1 nginx',
      hint: 'close nginx',
    })
    expect(readExitMeaning(facts(), { name: 'web', endpoints: [], outcomes: rows }).reason).toBe(
      '{port} {port.api} {port.db} {host} a program that has exited since',
    )
  })

  test('what frees a port is better known than the table knows it, of a port alone', () => {
    const taken = row('port.taken', { status: 1 }, { hint: 'see ss -ltnp' })
    const hint = (rule: ExitRule, toFree: string | null) => readExitMeaning(facts({ toFree }), tunnel(rule)).hint
    expect([hint(taken, 'p2p down db'), hint(taken, null)]).toEqual(['p2p down db', 'see ss -ltnp'])
    expect(hint({ ...taken, code: 'other' }, 'p2p down db')).toBe('see ss -ltnp')
  })

  test('a meaning is that of its row, whole', () => {
    const rule = row('x', { status: 1 }, { means: 'stopped', heals: false, hint: 'do {name}' })
    expect(readExitMeaning(facts(), tunnel(rule))).toEqual({
      means: 'stopped',
      code: 'x',
      reason: 'x',
      hint: 'do web',
      heals: false,
    })
  })

  test('the groups that decide are told', () => {
    const rule = row('x', { log: 'port (?<taken>\\d+)' })
    const lastLines = ['port 80', 'the end']
    expect(exitWords(facts({ lastLines }), tunnel(rule))).toEqual({ taken: '80' })
    expect(exitWords(facts({ lastLines: [] }), tunnel(rule))).toEqual({})
    expect(exitWords(facts({ lastLines }), null)).toEqual({})
    expect(exitWords(facts(), tunnel(row('x', { status: 1 })))).toEqual({})
  })
})

describe('while it runs', () => {
  const living = row('fatal', { log: 'fatal' }, { living: true })

  test('only rows for that count', () => {
    expect(readOutputMeaning(['fatal'], tunnel(living))?.code).toBe('fatal')
    expect(readOutputMeaning(['fatal'], tunnel(row('fatal', { log: 'fatal' })))).toBeNull()
    expect(readOutputMeaning(['fatal'], tunnel())).toBeNull()
    expect(readOutputMeaning(['fine'], tunnel(living))).toBeNull()
    expect(readOutputMeaning(['fatal', 'other'], tunnel(row('other', { log: 'other' }), living))?.code).toBe('fatal')
  })

  test('it counts as open, and has no status', () => {
    const opened = { ...living, when: { log: 'fatal', opened: true } }
    expect(readOutputMeaning(['fatal'], tunnel(opened))?.code).toBe('fatal')
    expect(readOutputMeaning(['fatal'], tunnel({ ...living, when: { log: 'fatal', status: 1 } }))).toBeNull()
  })

  test('every line counts, not only the last ones', () => {
    const lines = ['fatal', ...Array<string>(100).fill('trace')]
    expect(readOutputMeaning(lines, tunnel(living))?.code).toBe('fatal')
    expect(code([living], { lastLines: lines })).toBe('fatal')
  })

  test('a pattern that could take long finds nothing', () => {
    expect(readOutputMeaning(['aaa'], tunnel({ ...living, when: { log: '(a+)+' } }))).toBeNull()
  })
})

test('how long it ran is known where both times are, and is never negative', () => {
  expect([ranFor(100, 150), ranFor(100, 50), ranFor(100, null)]).toEqual([50, 0, null])
})
