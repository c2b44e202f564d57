import { expect, test } from 'vitest'
import type { Need, Observed, ProcessEvidence, RunRecord, TunnelSpec } from '../../../src/core/model.ts'
import type { Goal } from '../../../src/core/plan.ts'
import { changesAnything, formatPlan, reconcile } from '../../../src/core/decide/reconcile.ts'
import { projectOf, tunnel } from '../../support/tunnel.ts'

const running: ProcessEvidence = { kind: 'running', launcher: 10, program: 11, members: [], stopped: false }
const gone: ProcessEvidence = { kind: 'gone', status: 1, endedAt: 5, lastLines: [] }

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
