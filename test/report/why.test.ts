import { describe, expect, test, vi } from 'vitest'
import type { StoredEvent } from '../../src/core/events.ts'
import type { Health, Observed } from '../../src/core/model.ts'
import { whyText, type WhyFacts } from '../../src/report/why/index.ts'
import { relevantLines } from '../../src/report/why/entry.ts'
import { now } from '../support/context.ts'
import { closedRow, makeRow, makeSpec, makeStatus, type RowMore } from '../support/tunnel.ts'

vi.stubEnv('TZ', 'UTC')

const attempt = '0'.repeat(32)
const launched: StoredEvent = { at: now - 60_000, attempt, type: 'launched', name: 'web', pid: 4711 }

function facts(more: RowMore, rest: Partial<WhyFacts> = {}): WhyFacts {
  const row = makeRow('web', more)
  return {
    row,
    spec: row.observed?.launched ?? null,
    rows: [row],
    world: { tunnels: new Map(), bootId: 'boot', supervised: true, now, wanted: () => new Map() },
    wanted: true,
    supervisor: { pid: 4720, suspended: false, unfit: null },
    claimant: null,
    portHeldBy: null,
    history: [],
    handshake: undefined,
    traffic: undefined,
    stage: null,
    said: [],
    now,
    ...rest,
  }
}

const gone = (status: number | null): Observed['process'] => ({
  kind: 'gone',
  status,
  endedAt: status === null ? null : now - 10_000,
  lastLines: [],
})

async function text(of: WhyFacts, columns: number | null = null): Promise<string> {
  return `\n${await whyText(of, { columns, colour: false, masks: ['hunter2'] })}`
}

/** Only the layers, mark and name and evidence. */
async function layers(of: WhyFacts): Promise<string[]> {
  return (await text(of))
    .split('\n')
    .filter((line) => /^[-+x] (process|launcher|listener|ready|health|hand|super)/.test(line))
}

test('an open tunnel shows every layer with its evidence', async () => {
  const health: Health = { check: { kind: 'http', path: '/status' }, intervalMs: 30_000, timeoutMs: 5000, retries: 3 }
  const spec = {
    health,
    needs: [{ name: 'db', condition: 'open', restart: false } as const],
    driver: 'connectd' as const,
  }
  const of = facts({ spec }, { handshake: 'Proxy started.', said: ['tick 1', 'tick 2', 'hello'] })
  expect(await text({ ...of, rows: [of.row, closedRow('db')] })).toMatchInlineSnapshot(`
    "
    web  open
    connectd 127.0.0.1:33000 -> 10.0.0.5:6379, project lab

    + process     PID 4711 since 2026-03-01 11:00:00 (1h00m)
    + launcher    PID 4710 waiting for it to exit
    + listener    127.0.0.1:33000, owned by its own process
    + ready       became ready on 2026-03-01 11:00:10 by its listener
    + health      GET /status every 30s: no failure found
    + handshake   it said: Proxy started.
    + supervisor  PID 4720

    needs
    x db  closed

    restart
      on-failure: opened again after a failure

    last output
      | tick 2
      | hello
    "
  `)
})

test('a failed one tells how it ended, how it did before, and why nobody tries again', async () => {
  const status = makeStatus('failed', 'wrong password', { hint: 'correct the account', heals: false })
  const outcomes = [
    {
      when: { status: 11 },
      means: 'failed',
      code: 'connectd.auth',
      reason: 'wrong password',
      hint: null,
      heals: false,
    },
  ] as const
  const past: StoredEvent[] = [
    { ...launched, at: now - 100_000, attempt: 'x' },
    {
      at: now - 90_000,
      attempt: 'x',
      type: 'failed',
      name: 'web',
      problem: { code: 'start.not-ready', reason: 'not ready within 5 s', hint: null, heals: true },
      lastLines: [],
    },
    launched,
  ]
  const of = facts(
    { status, spec: { outcomes: [...outcomes] }, process: gone(11), record: { startedAt: now - 60_000 } },
    {
      history: past,
      portHeldBy: 'port 33000 is already in use by nc (PID 99)',
      said: ['login as hunter2', 'denied\x1b[2J'],
    },
  )
  Object.assign(of.row.observed ?? {}, { readied: false, readiedAt: null })
  expect(await text(of)).toMatchInlineSnapshot(`
    "
    web  failed: wrong password
    tcp 127.0.0.1:33000 -> 10.0.0.5:6379, project lab

    x process     exited with status 11 on 2026-03-01 11:59:50, 50s after its launch
    x listener    port 33000 is already in use by nc (PID 99)
    x ready       never became ready: needs its listener
    - health      no healthcheck
    + supervisor  PID 4720

    last exits
      2026-03-01 11:58:30  not ready within 5 s, after 10s
      2026-03-01 11:59:50  wrong password, after 50s

    restart
      on-failure: not opened again, because a retry would not help

    last output
      | login as ***
      | denied\\x1b[2J

    try
      correct the account
    "
  `)
})

test('one that was never opened says so, and what to do', async () => {
  const row = closedRow('web')
  const of = { ...facts({}), row, spec: row.spec, wanted: false, supervisor: null }
  expect(await text(of)).toMatchInlineSnapshot(`
    "
    web  closed
    tcp 127.0.0.1:33000 -> 10.0.0.5:6379, project lab

    - process     not running, nothing on record
    - listener    nothing listens on 127.0.0.1:33000
    - ready       not launched
    - health      no healthcheck
    - supervisor  none, and none is needed for this tunnel

    restart
      on-failure: not opened by itself before a p2p up asks for it

    try
      p2p up web opens it
    "
  `)
})

describe('layer by layer', () => {
  test('a stopped process, a lost launcher, a stranger on the port, a sick tunnel', async () => {
    const of = facts({ record: { sick: 'no answer through the tunnel' }, spec: { health: banner() } })
    const { observed } = of.row
    if (observed === null) throw new Error('not observed')
    const endpoint = { host: '127.0.0.1', port: 33000 }
    observed.listener = { kind: 'foreign', endpoint, holder: { pid: 99, command: 'nc' } }
    observed.process = { kind: 'running', launcher: null, program: 4711, members: [], stopped: true }
    expect(await layers(of)).toEqual([
      'x process     PID 4711 is stopped (SIGSTOP) since 2026-03-01 11:00:00 (1h00m)',
      'x launcher    gone: the exit status of the program will not be known',
      'x listener    port 33000 is already in use by nc (PID 99)',
      '+ ready       became ready on 2026-03-01 11:00:10 by its listener',
      'x health      no answer through the tunnel',
      '+ supervisor  PID 4720',
    ])
  })

  test('what is not ready yet says what is missing', async () => {
    const of = facts({ status: makeStatus('opening') }, { handshake: null })
    const { observed } = of.row
    if (observed === null) throw new Error('not observed')
    Object.assign(observed, { readied: false, readiedAt: null })
    observed.listener = { kind: 'none', endpoint: { host: '127.0.0.1', port: 33000 } }
    expect(await layers(of)).toContain('x ready       not ready yet: needs its listener')
    expect(await layers(of)).toContain('- handshake   no sign of one in the output of this run')
    expect(await layers(of)).toContain('x listener    nothing listens on 127.0.0.1:33000')
  })

  test('without a supervisor nobody asks for its health, and nothing is opened again', async () => {
    const of = facts({ spec: { health: banner() } }, { supervisor: null })
    of.world = { ...of.world, supervised: false }
    expect(await layers(of)).toContain(
      'x health      a greeting that matches ^SSH every 10s: not checked while the supervisor is not running',
    )
    expect(await layers(of)).toContain('x supervisor  is away: nothing is opened again by itself')
    expect(await text(of)).toContain('not opened again while the supervisor is not running')
  })

  test('a supervisor that is stopped asks nothing either, and is told how it goes on', async () => {
    const of = facts({ spec: { health: banner() } }, { supervisor: { pid: 4720, suspended: true, unfit: null } })
    expect(await layers(of)).toContain('x supervisor  PID 4720 is stopped (SIGSTOP): nothing is opened again')
    expect(await text(of)).toContain('not checked while the supervisor is stopped')
    expect(await text(of)).toContain('kill -CONT 4720 resumes the supervisor')
  })

  test.each<[string, Observed['process'], string]>([
    ['leftovers', { kind: 'leftover', members: [5, 6], status: 0 }, 'x process     exited, and left behind: PID 5, 6'],
    [
      'nobody can tell',
      { kind: 'unknown', why: 'its record is damaged', look: 'x' },
      'x process     unknown: its record is damaged',
    ],
    ['no status', gone(null), 'x process     gone, exit status unknown; launched on 2026-03-01 11:00:00'],
    ['a signal', gone(137), 'x process     exited with signal KILL on 2026-03-01 11:59:50, 59m50s after its launch'],
  ])('%s', async (_, process, line) => {
    expect(await layers(facts({ process, status: makeStatus('failed') }))).toContain(line)
  })
})

describe('whether it is opened again', () => {
  const prospects = async (of: WhyFacts): Promise<string> => /restart\n {2}(.*)/.exec(await text(of))?.[1] ?? ''

  test.each<[string, RowMore, Partial<WhyFacts>]>([
    ['on-failure: opened again after a failure', {}, {}],
    ['always: opened again whenever it ends', { spec: { restart: { when: 'always', max: null } } }, {}],
    ['no: never opened again by itself', { spec: { restart: { when: 'no', max: null } } }, {}],
    [
      'on-failure:3: opened again after a failure, at most 3 times in a row',
      { spec: { restart: { when: 'on-failure', max: 3 } } },
      {},
    ],
    [
      'on-failure: to be opened again in 4s (3rd time)',
      { process: gone(1), record: { nextAt: now + 3500, tries: 2 } },
      {},
    ],
    [
      'on-failure: opens when db is open',
      { process: gone(1), record: { waitsFor: 'db' }, next: { what: 'opens', at: null, on: 'db' } },
      {},
    ],
    [
      'no: not opened again, because its policy is restart: no',
      { process: gone(1), spec: { restart: { when: 'no', max: null } } },
      {},
    ],
    [
      'on-failure: not opened again, because it was stopped outside p2p, and only restart: always reopens it then',
      { process: gone(143) },
      {},
    ],
    ['on-failure: not opened by itself before a p2p up asks for it', { process: gone(1) }, { wanted: false }],
    [
      'on-failure: not opened again, because the supervisor is not running',
      { process: gone(1) },
      { world: { tunnels: new Map(), bootId: 'boot', supervised: false, now, wanted: () => new Map() } },
    ],
  ])('%s', async (expected, more, rest) => {
    expect(await prospects(facts(more, rest))).toBe(expected)
  })
})

test('one that used up its tries says how many', async () => {
  const spec = { restart: { when: 'on-failure', max: 2 } } as const
  const of = facts({ process: gone(1), spec, record: { tries: 2 } })
  Object.assign(of.row.observed ?? {}, { readiedAt: now - 11_000 })
  expect(await text(of)).toContain('on-failure:2: not opened again, because it was already retried 2 times')

  const sick = facts({ spec, record: { tries: 2, sick: 'no answer' } })
  Object.assign(sick.row.observed ?? {}, { readiedAt: now - 11_000 })
  expect(await text(sick)).toContain('on-failure:2: not reopened, because it was already retried 2 times')
})

test('a wanted one that is not on record yet says whose turn it is', async () => {
  const row = closedRow('web')
  const of = { ...facts({}), row, spec: row.spec }
  expect(await text(of)).toContain('on-failure: to be opened\n')
  const claimant = { pid: 99, command: 'p2p up' }
  expect(await text({ ...of, claimant })).toContain('about to be opened by p2p up (PID 99), which is still at work')
  expect(await text({ ...of, world: { ...of.world, supervised: false } })).toContain(
    'while the supervisor is not running',
  )
})

test.each<[string, RowMore, string]>([
  ['an orphan', { config: 'orphan' }, 'p2p.yaml no longer declares it: p2p down web closes it'],
  ['a changed one', { config: 'changed' }, 'p2p up web applies what changed: port changed 33000 -> 33010'],
])('%s is told what to do', async (_, more, hint) => {
  const of = facts(more)
  const changed = makeSpec('web', { endpoints: [{ host: '127.0.0.1', port: 33010 }], fingerprint: 'other' })
  if (more.config === 'changed') of.row.spec = changed
  expect(await text(of)).toContain(hint)
})

test('on a narrow terminal no line wraps', async () => {
  const lines = (await text(facts({}, { said: ['x'.repeat(200)] }), 40)).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
})

test('of lines that differ only in numbers the last stands for all', () => {
  const lines = ['start', 'status 1 at 0x1f', 'warning: a', 'status 2 at 0x2f', 'warning: b', 'status 3 at 0xff', '']
  expect(relevantLines(lines, 3)).toEqual(['warning: a', 'warning: b', 'status 3 at 0xff'])
})

function banner(): Health {
  return { check: { kind: 'banner', pattern: '^SSH' }, intervalMs: 10_000, timeoutMs: 5000, retries: 3 }
}
