import { describe, expect, test } from 'vitest'
import type { Need, Observed, ProcessEvidence, RunRecord, TunnelSpec } from '../../../src/core/model.ts'
import type { Goal, Plan } from '../../../src/core/plan.ts'
import { changesAnything, reconcile } from '../../../src/core/decide/reconcile.ts'
import { projectOf, tunnel } from '../../support/tunnel.ts'

const running: Extract<ProcessEvidence, { kind: 'running' }> = {
  kind: 'running',
  launcher: 10,
  program: 11,
  members: [],
  stopped: false,
}
const gone: Extract<ProcessEvidence, { kind: 'gone' }> = { kind: 'gone', status: 1, endedAt: 5, lastLines: [] }

test('nothing runs: everything is started, each after what it needs', () => {
  expect(plan(up([spec('web', { needs: ['db'] }), spec('db')]), [])).toBe(
    '  1  start  db   not running\n' + '  2  start  web  not running  (after 1)\n',
  )
})

test('what runs as declared is kept, and nothing changes', () => {
  const db = spec('db')
  const goal = up([db])
  expect(plan(goal, [seen(db)])).toBe('  1  keep  db  already open\n')
  expect(changesAnything(reconcile(goal, world([seen(db)])))).toBe(false)
})

test('what drifted is stopped and started, with the field that changed', () => {
  const before = spec('web', { port: 33000 })
  const after = spec('web', { port: 33010 })
  expect(plan(up([after]), [seen(before)])).toBe(
    '  1  stop   web  port changed 33000 -> 33010\n' + '  2  start  web  port changed 33000 -> 33010  (after 1)\n',
  )
  expect(plan({ ...up([after]), recreate: 'never' }, [seen(before)])).toBe('  1  keep  web  running, not recreated\n')
})

test('dependants stop before what they need and start after it', () => {
  const [db, web] = [spec('db'), spec('web', { needs: ['db'] })]
  expect(plan({ ...up([db, web]), recreate: 'always' }, [seen(db), seen(web)])).toBe(
    '  1  stop   web  asked to recreate\n' +
      '  2  stop   db   asked to recreate  (after 1)\n' +
      '  3  start  db   asked to recreate  (after 2)\n' +
      '  4  start  web  asked to recreate  (after 1, 3)\n',
  )
})

test('a dependant that asked for it is reopened with its parent, another one is left alone', () => {
  const db = spec('db', { port: 1000 })
  const follows = spec('follows', { needs: [{ name: 'db', condition: 'open', restart: true }] })
  const stays = spec('stays', { needs: ['db'] })
  const goal: Goal = { ...up([spec('db', { port: 2000 }), follows, stays]), names: ['db'] }
  expect(plan(goal, [seen(db), seen(follows), seen(stays)])).toBe(
    '  1  stop   follows  db is reopened\n' +
      '  2  stop   db       port changed 1000 -> 2000  (after 1)\n' +
      '  3  start  db       port changed 1000 -> 2000  (after 2)\n' +
      '  4  start  follows  db is reopened  (after 1, 3)\n',
  )
})

test('what ended is started again with its ending as the cause', () => {
  const web = spec('web')
  expect(plan(up([web]), [seen(web, { process: gone })])).toBe('  1  start  web  exited with status 1\n')
})

test('a tunnel that lost its listener, is suspended or left processes behind is replaced', () => {
  const web = spec('web', { port: 4000 })
  const listener = { kind: 'none', endpoint: { host: '127.0.0.1', port: 4000 } } as const
  expect(plan(up([web]), [seen(web, { listener })])).toContain('stop   web  nothing listens on 127.0.0.1:4000')
  expect(plan(up([web]), [seen(web, { process: { ...running, stopped: true } })])).toContain('is stopped (SIGSTOP)')
  const leftover: ProcessEvidence = { kind: 'leftover', members: [44], status: 0 }
  expect(plan(up([web]), [seen(web, { process: leftover })])).toContain('processes of its last run are still running')
})

test('what nobody can tell is refused: nothing is started on top', () => {
  const web = spec('web')
  const unknown: ProcessEvidence = { kind: 'unknown', why: 'the record is damaged', look: 'look at x' }
  expect(plan(up([web]), [seen(web, { process: unknown })])).toBe('  1  refuse  web  the record is damaged\n')
  expect(plan({ want: 'down', names: ['web'] }, [seen(web, { process: unknown })])).toBe(
    '  1  refuse  web  the record is damaged\n',
  )
})

test('orphans are named, and closed on demand', () => {
  const [web, old] = [spec('web'), spec('old')]
  expect(plan(up([web]), [seen(web), seen(old)])).toBe(
    '  1  keep  web  already open\n' +
      'note: old runs and is no longer declared: close it with --remove-orphans or p2p down old\n',
  )
  expect(plan({ ...up([web]), orphans: 'remove' }, [seen(web), seen(old)])).toBe(
    '  1  stop  old  no longer declared\n' + '  2  keep  web  already open\n',
  )
})

test('down closes dependants first, and names those that stay', () => {
  const [db, web] = [spec('db'), spec('web', { needs: ['db'] })]
  expect(plan({ want: 'down', names: ['db', 'web'] }, [seen(db), seen(web)])).toBe(
    '  1  stop  web  asked to close\n' + '  2  stop  db   asked to close  (after 1)\n',
  )
  expect(plan({ want: 'down', names: ['db'] }, [seen(db), seen(web)])).toBe(
    '  1  stop  db  asked to close\n' + 'note: web depends on db and keeps running\n',
  )
})

test('down of what does not run says so', () => {
  const web = spec('web')
  expect(plan({ want: 'down', names: ['web', 'never'] }, [seen(web, { process: gone })])).toBe(
    '  1  forget   web    not running\n' + '  2  nothing  never  not running\n',
  )
})

test('needs recorded at different times may form a circle: down still closes both', () => {
  const [a, b] = [spec('a', { needs: ['b'] }), spec('b', { needs: ['a'] })]
  expect(plan({ want: 'down', names: ['a', 'b'] }, [seen(a), seen(b)]).match(/stop/g)).toHaveLength(2)
})

test('each tunnel is judged with its cause', () => {
  const web = spec('web')
  const judged = (more: Partial<Observed>, goal: Partial<Extract<Goal, { want: 'up' }>> = {}) =>
    plan({ ...up([web]), ...goal }, [seen(web, more)])
  expect(judged({ process: { kind: 'starting', launcher: null } })).toContain('stop   web  its launch was interrupted')
  expect(judged({ readied: false })).toBe('  1  keep  web  already opening\n')
  // Not proved yet: what is wrong with its listener may be that it only begins to listen.
  const listener = { kind: 'none', endpoint: { host: '::1', port: 1 } } as const
  expect(judged({ readied: false, listener })).toBe('  1  keep  web  already opening\n')
  expect(judged({ readied: false, process: { ...running, stopped: true } })).toContain('is stopped (SIGSTOP)')
  expect(judged({}, { recreate: 'always', causes: new Map([['web', 'asked to restart']]) })).toContain(
    'asked to restart',
  )
  expect(judged({}, { recreate: 'always', causes: new Map([['db', 'x']]) })).toContain('asked to recreate')
  expect(judged({ process: gone }, { recreate: 'never' })).toBe('  1  start  web  exited with status 1\n')
  expect(judged({ process: { ...gone, status: 143 } })).toContain('stopped by kill (TERM)')
})

test('a kept tunnel is awaited unless it is open', () => {
  const web = spec('web')
  const awaits = (more: Partial<Observed>, recreate: 'changed' | 'never') =>
    reconcile({ ...up([web]), recreate }, world([seen(web, more)])).actions.map(
      (action) => 'awaits' in action && action.awaits,
    )
  expect([awaits({}, 'changed'), awaits({}, 'never')]).toEqual([[false], [false]])
  expect([awaits({ readied: false }, 'changed'), awaits({ readied: false }, 'never')]).toEqual([[true], [true]])
})

test('what fails behind its far end is left as it is, with what to do', () => {
  const web = spec('web')
  const sick = seen(web)
  sick.record.sick = 'no answer'
  expect(plan(up([web]), [sick])).toContain('stop   web  no answer')
  sick.record.sickBehind = 'start the database'
  expect(reconcile(up([web]), world([sick])).actions).toEqual([
    {
      do: 'refuse',
      name: 'web',
      cause: 'left as it is: no answer',
      after: [],
      record: sick.record,
      look: 'start the database; p2p restart web replaces it',
      code: 'health.failed',
    },
  ])
})

test('what nobody can tell is refused with where to look', () => {
  const web = spec('web')
  const unknown = seen(web, { process: { kind: 'unknown', why: 'damaged', look: 'look at x' } })
  const refused = {
    do: 'refuse',
    name: 'web',
    cause: 'damaged',
    after: [],
    record: unknown.record,
    look: 'look at x',
    code: 'run.unknown',
  }
  expect(reconcile(up([web]), world([unknown])).actions).toEqual([refused])
  expect(reconcile({ want: 'down', names: ['web'] }, world([unknown])).actions).toEqual([refused])
})

test('a stop knows what was launched, a start what is declared', () => {
  const [before, after] = [spec('web', { port: 1 }), spec('web', { port: 2 })]
  const one = seen(before)
  expect(reconcile(up([after]), world([one])).actions).toMatchObject([
    { do: 'stop', record: one.record, spec: before },
    { do: 'start', spec: after },
  ])
  expect(reconcile({ want: 'down', names: ['web'] }, world([one])).actions).toMatchObject([
    { do: 'stop', record: one.record, spec: before },
  ])
})

describe('a restart without what it needs', () => {
  const [db, web] = [spec('db'), spec('web', { needs: ['db'] })]
  const restart: Goal = { ...up([db, web]), names: ['web'], recreate: 'always' }

  test('closes nothing that would not open again', () => {
    const refused = '  1  refuse  web  db is not open (depends_on), so it would not open again; it is left as it is\n'
    expect(plan(restart, [seen(web)])).toBe(refused)
    expect(plan(restart, [seen(web), seen(db, { readied: false })])).toBe(refused)
    expect(reconcile(restart, world([seen(web)])).actions).toMatchObject([
      { code: 'needs.closed', look: 'p2p up opens both; --no-deps restarts it alone' },
    ])
  })

  test.each<[string, Goal, Observed[]]>([
    ['its need is open', restart, [seen(web), seen(db)]],
    ['it is asked for without it', { ...restart, ignoreNeeds: true }, [seen(web)]],
    ['a supervisor asks, which waits for it', { ...restart, causes: new Map([['web', 'sick']]) }, [seen(web)]],
    ['both are restarted', { ...restart, names: ['web', 'db'] }, [seen(web)]],
  ])('goes on where %s', (_what, goal, tunnels) => {
    expect(plan(goal, tunnels)).toMatch(/stop +web/)
  })

  test('what has ended loses nothing by a start', () => {
    expect(plan(restart, [seen(web, { process: { kind: 'leftover', members: [4], status: 0 } })])).toContain(
      'stop   web',
    )
    expect(plan(restart, [seen(web, { process: gone })])).toContain('start  web')
    expect(plan({ ...restart, recreate: 'changed' }, [seen(web)])).toBe('  1  keep  web  already open\n')
  })
})

test('who follows a parent also leads its own followers, and none is stopped twice', () => {
  const follow = (name: string): Need => ({ name, condition: 'open', restart: true })
  const [a, b, c] = [spec('a'), spec('b', { needs: [follow('a')] }), spec('c', { needs: [follow('b'), follow('a')] })]
  const goal: Goal = { ...up([a, b, c]), names: ['a'], recreate: 'always' }
  expect(plan(goal, [seen(a), seen(b), seen(c)])).toBe(
    '  1  stop   c  a is reopened\n' +
      '  2  stop   b  a is reopened  (after 1)\n' +
      '  3  stop   a  asked to recreate  (after 2, 1)\n' +
      '  4  start  a  asked to recreate  (after 3)\n' +
      '  5  start  b  a is reopened  (after 2, 4)\n' +
      '  6  start  c  a is reopened  (after 1, 5, 4)\n',
  )
  // What does not run is not opened with it, and one that was stopped for itself keeps its cause.
  expect(plan(goal, [seen(a), seen(b, { process: gone })])).not.toContain('b')
  const asked: Goal = { ...goal, names: ['a', 'b'], causes: new Map([['b', 'asked for']]) }
  expect(plan(asked, [seen(a), seen(b)])).toContain('stop   b  asked for')
})

describe('notes and orphans', () => {
  const [web, old, older, dead] = [spec('web'), spec('old'), spec('a-older'), spec('dead')]
  const tunnels = [seen(web), seen(old), seen(older), seen(dead, { process: gone })]

  test('several are named in one sentence, those that ended are not', () => {
    expect(reconcile(up([web]), world(tunnels)).notices).toEqual([
      'a-older, old run and are no longer declared: close them with --remove-orphans or p2p down a-older old',
    ])
    expect(reconcile({ ...up([web]), orphans: 'remove' }, world(tunnels)).notices).toEqual([])
    expect(reconcile(up([web]), world([seen(web), seen(dead, { process: gone })])).notices).toEqual([])
  })

  test('removed, those that ended are forgotten, and what nobody can tell is refused with its reason', () => {
    const unknown: ProcessEvidence = { kind: 'unknown', why: 'damaged', look: 'x' }
    const goal: Goal = { ...up([web]), orphans: 'remove' }
    expect(plan(goal, [seen(old, { process: unknown }), seen(dead, { process: gone })])).toBe(
      '  1  forget  dead  no longer declared\n' + '  2  refuse  old   damaged\n' + '  3  start   web   not running\n',
    )
  })

  test('several dependants that stay are named in one sentence', () => {
    const [db, a, b, c] = [
      spec('db'),
      spec('a', { needs: ['db'] }),
      spec('b', { needs: ['db', 'db'] }),
      spec('c', { needs: ['db'] }),
    ]
    expect(
      reconcile({ want: 'down', names: ['db'] }, world([seen(db), seen(a), seen(b), seen(c, { process: gone })]))
        .notices,
    ).toEqual(['a, b depend on db and keep running'])
    expect(reconcile({ want: 'down', names: ['db'] }, world([seen(db), seen(c, { process: gone })])).notices).toEqual(
      [],
    )
  })
})

test('down stops what is starting or left, and each only once', () => {
  const [a, b] = [spec('a'), spec('b', { needs: ['a'] })]
  const starting: ProcessEvidence = { kind: 'starting', launcher: null }
  const leftover: ProcessEvidence = { kind: 'leftover', members: [4], status: 0 }
  expect(
    plan({ want: 'down', names: ['a', 'b', 'a'] }, [seen(a, { process: starting }), seen(b, { process: leftover })]),
  ).toBe('  1  stop  b  asked to close\n' + '  2  stop  a  asked to close  (after 1)\n')
})

test('names that are not declared open nothing, and needs that are not asked for stay as they are', () => {
  const [db, web] = [spec('db'), spec('web', { needs: ['db'] })]
  expect(plan({ ...up([db, web]), names: ['web', 'unknown'] }, [])).toBe('  1  start  web  not running\n')
})

test('a plan that opens or closes something is told from one that does not', () => {
  expect(changesAnything({ actions: [], notices: [] })).toBe(false)
  const web = spec('web')
  expect(changesAnything(reconcile(up([web]), world([])))).toBe(true)
  expect(changesAnything(reconcile({ want: 'down', names: ['web'] }, world([seen(web)])))).toBe(true)
  expect(changesAnything(reconcile({ want: 'down', names: ['web'] }, world([seen(web, { process: gone })])))).toBe(
    false,
  )
})

function plan(goal: Goal, tunnels: Observed[]): string {
  return formatPlan(reconcile(goal, world(tunnels)))
}

function up(tunnels: TunnelSpec[]): Extract<Goal, { want: 'up' }> {
  const names = tunnels.map(({ name }) => name)
  return { want: 'up', project: projectOf('/nowhere', tunnels), names, recreate: 'changed', orphans: 'keep' }
}

function world(tunnels: Observed[]): { tunnels: Map<string, Observed>; bootId: string; supervised: boolean } {
  return {
    tunnels: new Map(tunnels.map((observed) => [observed.record.name, observed])),
    bootId: 'boot',
    supervised: false,
  }
}

function spec(name: string, more: { port?: number; needs?: (string | Need)[] } = {}): TunnelSpec {
  const needs = (more.needs ?? []).map((need): Need =>
    typeof need === 'string' ? { name: need, condition: 'open', restart: false } : need,
  )
  return tunnel(name, ['sleep', '1000'], { needs, ...(more.port === undefined ? {} : { port: more.port }) })
}

function seen(launched: TunnelSpec, more: Partial<Observed> = {}): Observed {
  const record: RunRecord = {
    name: launched.name,
    attempt: 'f'.repeat(32),
    fingerprint: launched.fingerprint,
    driver: launched.driver,
    endpoints: launched.endpoints,
    target: launched.target,
    startedAt: 1,
    bootId: 'boot',
    pidNamespace: null,
    restarts: 0,
    tries: 0,
    nextAt: null,
    waitsFor: null,
    sick: null,
    logOffset: 0,
    ready: launched.ready,
    pids: { launcher: 10, program: 11 },
    verdict: null,
    stoppingAt: null,
    environment: '',
  }
  return { record, launched, process: running, listener: { kind: 'ours' }, readied: true, readiedAt: 2, ...more }
}

/** One stable line for each action: `[3] start web-pi after 1 2: not running`. */
function formatPlan(plan: Plan): string {
  const width = Math.max(0, ...plan.actions.map((action) => action.do.length))
  const names = Math.max(0, ...plan.actions.map((action) => action.name.length))
  const lines = plan.actions.map((action, index) => {
    const after = action.after.length === 0 ? '' : `  (after ${action.after.map((i) => i + 1).join(', ')})`
    return `${String(index + 1).padStart(3)}  ${action.do.padEnd(width)}  ${action.name.padEnd(names)}  ${action.cause}${after}\n`
  })
  return lines.join('') + plan.notices.map((notice) => `note: ${notice}\n`).join('')
}
