import { describe, expect, test } from 'vitest'
import type { TunnelEvent } from '../../src/core/events.ts'
import type { Problem } from '../../src/core/model.ts'
import { formatSummary, type SummaryLook, type Verb } from '../../src/report/progress/summary.ts'

const endpoint = (port: number) => [{ host: '127.0.0.1', port }]
const problem = (reason: string, hint: string | null = null): Problem => ({ code: 'x', reason, hint, heals: true })

const opened: TunnelEvent = {
  type: 'open',
  name: 'ssh-pi',
  pid: 4711,
  endpoints: endpoint(33000),
  target: '80:00:00:00:01:00:0A:C2',
  ms: 1234,
}
const kept: TunnelEvent = {
  type: 'kept',
  name: 'web',
  pid: 4712,
  endpoints: endpoint(33001),
  target: '10.0.0.5:80',
  cause: 'already open',
  open: true,
}
const failed: TunnelEvent = {
  type: 'failed',
  name: 'db',
  problem: problem(
    'port 33000 is already in use by postgres (PID 812)',
    'p2p up --dry-run, or set another port: p2p.yaml:9:11',
  ),
  lastLines: [],
}

interface Case {
  verb?: Verb
  interrupted?: boolean
  notices?: string[]
}

async function summary(events: TunnelEvent[], more: Case = {}, look: Partial<SummaryLook> = {}): Promise<string> {
  const tunnels = new Map(events.map((event) => [event.name, event]))
  const { verb = 'up', interrupted = false, notices = [] } = more
  return `\n${await formatSummary(
    { verb, outcomes: { tunnels, interrupted }, notices },
    {
      colour: false,
      columns: null,
      quiet: false,
      told: false,
      now: 0,
      globals: { files: [], projectName: null },
      masks: [],
      ...look,
    },
  )}`
}

describe('up ends with one line for each tunnel and how to close them', () => {
  test('some opened, some there, one failed', async () => {
    expect(await summary([opened, kept, failed])).toBe(`
+ ssh-pi  127.0.0.1:33000  -> 80:00:00:00:01:00:0A:C2  PID 4711  open after 1.2s
= web     127.0.0.1:33001  -> 10.0.0.5:80              PID 4712  already open
x db      port 33000 is already in use by postgres (PID 812)
          try: p2p up --dry-run, or set another port: p2p.yaml:9:11
1 opened, 1 already open, 1 failed; close them with: p2p down
`)
  })

  test('nothing to do is said', async () => {
    expect(await summary([kept])).toBe(`
= web  127.0.0.1:33001  -> 10.0.0.5:80  PID 4712  already open
nothing to do, 1 already open; close it with: p2p down web
`)
  })

  test('no tunnels at all', async () => {
    expect(await summary([])).toBe('\nno tunnels to open\n')
  })

  test('a tunnel that listens nowhere here has no local address', async () => {
    expect(await summary([{ ...opened, endpoints: [], target: '0.0.0.0:9000' }])).toContain(
      '+ ssh-pi  -  -> 0.0.0.0:9000  PID 4711',
    )
  })

  test('what goes on, was not started, or was closed besides', async () => {
    expect(
      await summary([
        { type: 'left', name: 'slow', pid: 9, cause: '--no-wait' },
        {
          type: 'kept',
          name: 'late',
          pid: 8,
          endpoints: endpoint(1),
          target: 'x:1',
          cause: 'already opening',
          open: false,
        },
        { type: 'skipped', name: 'child', cause: 'db is not open' },
        { type: 'stopped', name: 'old', cause: 'no longer declared', ms: 130, killed: false },
        failed,
      ]),
    ).toBe(`
~ late   127.0.0.1:1  -> x:1  PID 8  already opening
~ slow   still opening in the background, PID 9: --no-wait
- old    closed after 0.1s
! child  not started: db is not open
x db     port 33000 is already in use by postgres (PID 812)
         try: p2p up --dry-run, or set another port: p2p.yaml:9:11
2 still opening, 1 closed, 1 failed, 1 not started; close them with: p2p down
`)
  })

  test('of a program that ended, its last lines', async () => {
    const lastLines = ['one', '', 'two', 'three \x1b[2J', 'four', 'five with hunter22']
    expect(
      await summary([{ ...failed, problem: problem('exited with status 1'), lastLines }], {}, { masks: ['hunter22'] }),
    ).toBe(`
x db  exited with status 1
      | two
      | three \\x1b[2J
      | four
      | five with ***
1 failed
`)
  })

  test('notices and an interruption come last', async () => {
    expect(await summary([kept], { notices: ['old runs and is no longer declared'], interrupted: true })).toContain(`
note: old runs and is no longer declared
interrupted: what is open stays open
nothing to do`)
  })

  test('the closing command is for the same project', async () => {
    const globals = { files: ['a b.yaml', '-', 'c.yaml'], projectName: "it's" }
    expect(await summary([opened, kept], {}, { globals })).toContain(
      `close them with: p2p -f 'a b.yaml' -f c.yaml -p 'it'\\''s' down\n`,
    )
  })

  test('a narrow terminal leaves out what can be seen elsewhere', async () => {
    const drawn = await summary([opened, kept], {}, { columns: 40 })
    expect(drawn.split('\n').slice(1, 3)).toEqual([
      '+ ssh-pi  127.0.0.1:33000  PID 4711',
      '= web     127.0.0.1:33001  PID 4712',
    ])
  })
})

describe('down', () => {
  test('says what was closed and what was not', async () => {
    expect(
      await summary(
        [
          { type: 'stopped', name: 'web', cause: 'asked to close', ms: 120, killed: false },
          { type: 'stopped', name: 'deaf', cause: 'asked to close', ms: 10_040, killed: true },
          { type: 'nothing', name: 'db', cause: 'not running' },
          { type: 'survived', name: 'zombie', pids: [7, 8], problem: problem('PIDs 7, 8 remain', 'look at them') },
        ],
        { verb: 'down' },
      ),
    ).toBe(`
- web     closed after 0.1s
- deaf    closed after 10s (did not stop in time; killed)
= db      not running
x zombie  PIDs 7, 8 remain
          try: look at them
2 closed, 1 not closed
`)
  })

  test('does not name again what had its own line', async () => {
    const closed: TunnelEvent = { type: 'stopped', name: 'web', cause: 'asked to close', ms: 120, killed: false }
    const idle: TunnelEvent = { type: 'nothing', name: 'db', cause: 'not running' }
    expect(await summary([closed, idle], { verb: 'down' }, { told: true })).toBe('\n= db   not running\n1 closed\n')
  })

  test('with nothing to close', async () => {
    expect(await summary([], { verb: 'down' })).toBe('\nnothing to close\n')
    expect(await summary([{ type: 'nothing', name: 'db', cause: 'not running' }], { verb: 'down' })).toBe(
      '\n= db  not running\nnothing to close\n',
    )
  })
})

test('quiet says only what went wrong', async () => {
  expect(await summary([opened, kept], { notices: ['n'] }, { quiet: true })).toBe('\n')
  expect(await summary([opened, failed], {}, { quiet: true })).toBe(`
x db      port 33000 is already in use by postgres (PID 812)
          try: p2p up --dry-run, or set another port: p2p.yaml:9:11
`)
})

test('colour follows the outcome', async () => {
  const drawn = await summary([opened, failed], {}, { colour: true })
  expect(drawn).toContain('\x1b[32m+ ssh-pi\x1b[39m')
  expect(drawn).toContain('\x1b[31mx db      port 33000')
})
