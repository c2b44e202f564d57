import { describe, expect, test } from 'vitest'
import { passing, lasting, stopped } from '../../../src/drivers/outcomes.ts'
import type { Health, Observed, Problem, ProcessEvidence, RestartPolicy, TunnelSpec } from '../../../src/core/model.ts'
import {
  countRefusals,
  countTry,
  delayBefore,
  longestDelayMs,
  nextStep,
  provenAfterMs,
  whyNotReopened,
  type Step,
} from '../../../src/core/decide/supervision.ts'
import { statusOf } from '../../../src/core/decide/status.ts'
import { tunnel } from '../../support/tunnel.ts'

const now = 1_000_000_000
/** `returns`: it is going to be tried again. */
type Expected = Record<keyof typeof policies, 'returns' | 'stays'>

const policies = {
  no: { when: 'no', max: null },
  'on-failure': { when: 'on-failure', max: null },
  'on-failure:2': { when: 'on-failure', max: 2 },
  always: { when: 'always', max: null },
} as const satisfies Record<string, RestartPolicy>

describe('after an ending', () => {
  const verdict = (code: string, heals: boolean): Problem => ({ code, reason: code, hint: null, heals })
  const outcomes = [
    passing({ status: 12 }, 'd.offline', 'offline', null),
    stopped({ status: 3 }, 'd.stopped', 'stopped'),
    lasting({ status: 11 }, 'd.auth', 'wrong password', null),
    lasting({ status: 255, log: '^Host key' }, 'd.key', 'unknown host', null),
  ]
  const again: Expected = { no: 'stays', 'on-failure': 'returns', 'on-failure:2': 'returns', always: 'returns' }
  const person: Expected = { ...again, 'on-failure': 'stays', 'on-failure:2': 'stays' }
  const never: Expected = { no: 'stays', 'on-failure': 'stays', 'on-failure:2': 'stays', always: 'stays' }

  test.each<[name: string, expected: Expected, seen: Partial<Observed> & { verdict?: Problem }]>([
    ['status 0', again, { process: ended(0) }],
    ['status 1', again, { process: ended(1) }],
    ['KILL from outside', again, { process: ended(137) }],
    ['a crash (SEGV)', again, { process: ended(139) }],
    ['KILL of the whole group, launcher included', again, { process: ended(null) }],
    ['an ending whose children remain', again, { process: { kind: 'leftover', members: [44], status: 1 } }],
    ['not ready in time', again, { process: ended(143), verdict: verdict('start.not-ready', true) }],
    ['a port that a stranger holds', again, { process: ended(null), verdict: verdict('port.taken', true) }],
    ['a status that heals, says its driver', again, { process: ended(12) }],
    ['TERM by a person', person, { process: ended(143) }],
    ['INT by a person', person, { process: ended(130) }],
    [
      'TERM by a person, with children that remain',
      person,
      { process: { kind: 'leftover', members: [44], status: 143 } },
    ],
    ['a status that means stopped, says its driver', person, { process: ended(3) }],
    ['a status that does not heal, says its driver', never, { process: ended(11) }],
    ['words that do not heal, says its driver', never, { process: ended(255, ['Host key verification failed.\r']) }],
    ['a program that is missing', never, { process: ended(null), verdict: verdict('program.missing', false) }],
    ['a program that was not found when it was run', never, { process: ended(127) }],
    ['a program that can not be run', never, { process: ended(126) }],
    [
      'a program that puts itself into the background',
      never,
      { process: ended(0), verdict: verdict('daemonised', false) },
    ],
  ])('%s: %j', (_name, expected, ending) => {
    const found = Object.fromEntries(
      Object.entries(policies).map(([name, restart]) => {
        const spec = kept('web', { restart, outcomes })
        return [name, fate(spec, seen(spec, { readied: false, ...ending }))]
      }),
    )
    expect(found).toEqual(expected)
    // What was open before is not over for good.
    const opened = kept('web', { outcomes })
    if (expected === never) expect(fate(opened, seen(opened, ending))).toBe('returns')
    // What needs something that is away only waits, and what stays away stays away.
    for (const [name, restart] of Object.entries(policies)) {
      const spec = kept('web', { restart, outcomes, needs: [need('parent')] })
      expect(fate(spec, seen(spec, { readied: false, ...ending })), name).toBe(
        found[name] === 'returns' ? 'waits' : 'stays',
      )
    }
  })

  test.each([
    [0, 'returns'],
    [1, 'returns'],
    [2, 'stays'],
    [3, 'stays'],
  ])('on-failure:2 after %i tries in a row: it %s', (tries, expected) => {
    const spec = kept('web', { restart: policies['on-failure:2'] })
    expect(fate(spec, seen(spec, { process: ended(1) }, { tries }))).toBe(expected)
    expect(fate(spec, seen(spec, { process: { kind: 'leftover', members: [44], status: 1 } }, { tries }))).toBe(
      expected,
    )
  })

  test('a tunnel that was open for a minute has all its tries again, and the shortest delay', () => {
    const spec = kept('web', { restart: policies['on-failure:2'] })
    const proven = { process: ended(1), readiedAt: now - provenAfterMs - 1000 }
    const before = seen(spec, proven, { tries: 2, restarts: 7 })
    expect(step(spec, before).plans.get('web')).toEqual({ nextAt: now + 1000, waitsFor: null })
    expect(countTry(before, now)).toEqual({ restarts: 8, tries: 1 })
  })
})

test('what is refused after it was open is tried again after minutes, also when its need comes back', () => {
  const spec = kept('web', { outcomes: [lasting({ status: 11 }, 'd.auth', 'wrong password', null)] })
  const refused = (refusals: number, more = {}): Observed =>
    seen(spec, { process: ended(11), readied: false, readiedAt: null }, { refusals, tries: 1, ...more })
  const delays = [0, 1, 2, 3, 9].map((n) => ((step(spec, refused(n)).plans.get('web')?.nextAt ?? 0) - now) / 60_000)
  expect(delays).toEqual([5.5, 11, 22, 40, 40])
  const planned = refused(0, { nextAt: now + 300_000, waitsFor: 'parent' })
  expect(step(spec, planned)).toMatchObject({ open: [], dueAt: now + 300_000 })
  expect(countRefusals(refused(2), spec.fingerprint, 'boot')).toBe(3)
  expect(countRefusals(seen(spec, { process: ended(1) }, { refusals: 2 }), spec.fingerprint, 'boot')).toBe(0)
  expect(countRefusals(refused(2), 'another', 'boot')).toBeUndefined()
  const first = seen(spec, { process: ended(11), readied: false })
  expect(countRefusals(first, spec.fingerprint, 'boot')).toBeUndefined()
})

describe('the time of the next try', () => {
  const spec = kept('web')

  test.each([
    [0, 1000],
    [1, 2000],
    [2, 4000],
    [5, 32_000],
    [6, 60_000],
    [5000, 60_000],
  ])('after %i tries in a row is %i ms away, give or take a fifth', (tries, ms) => {
    expect(delayBefore(tries, () => 0.5)).toBe(ms)
    expect(delayBefore(tries, () => 0)).toBe(ms * 0.8)
    expect(delayBefore(tries, () => 1)).toBe(ms * 1.2)
  })

  test('is put on record, and the supervisor wakes for it', () => {
    const found = step(spec, seen(spec, { process: ended(1) }, { tries: 2 }))
    expect(found.plans.get('web')).toEqual({ nextAt: now + 4000, waitsFor: null })
    expect(found.dueAt).toBe(now + 4000)
    expect(found.open).toEqual([])
  })

  test.each([
    [0, ['web']],
    [-5000, ['web']],
    [1, []],
    // Written by a clock that was ahead: nobody waits for it.
    [2 * longestDelayMs + 1, ['web']],
  ])('%i ms from now: opens %j', (inMs, open) => {
    const found = step(spec, seen(spec, { process: ended(1) }, { nextAt: now + inMs }))
    expect(found.open).toEqual(open)
    if (open.length === 0) expect(found.dueAt).toBe(now + inMs)
  })

  test('is taken back when nobody wants it any more', () => {
    const quiet = kept('web', { restart: policies.no })
    expect(step(quiet, seen(quiet, { process: ended(1) }, { nextAt: now + 1 })).plans.get('web')).toEqual({
      nextAt: null,
      waitsFor: null,
    })
  })
})

describe('a tunnel that needs another', () => {
  const child = kept('child', { needs: [need('parent')] })
  const parent = kept('parent')

  test('is opened at once when that is back, and has burnt no try', () => {
    const waiting = seen(child, { process: ended(1) }, { waitsFor: 'parent', tries: 3 })
    expect(step(child, waiting, [seen(parent)]).open).toEqual(['child'])
    expect(step(child, waiting, [seen(parent, { process: ended(1) })]).open).toEqual([])
  })

  test('is not reopened for a trouble that may be its parent’s', () => {
    const checked = kept('child', { needs: [need('parent')], health })
    const sick = seen(checked, {}, { sick: 'no answer' })
    const reopens = (others: Observed[]): boolean => step(checked, sick, others, now - 60_000).reopen.has('child')
    expect(reopens([])).toBe(false)
    expect(reopens([seen(parent, { process: ended(1) })])).toBe(false)
    // Back, but the next check has not had its time yet.
    expect(reopens([seen(parent, { readiedAt: now - 100 })])).toBe(false)
    expect(reopens([seen(parent, { readiedAt: now - 60_000 })])).toBe(true)
    // Seen open by itself, before anybody marked it so.
    expect(reopens([seen(parent, { readiedAt: null }, { startedAt: now - 100 })])).toBe(false)
    expect(reopens([seen(parent, { readiedAt: null }, { startedAt: now - 60_000 })])).toBe(true)
  })

  test('follows it with restart: true, and only then', () => {
    const follows = kept('child', { needs: [{ ...need('parent'), restart: true }] })
    const younger = [seen(parent, {}, { startedAt: now - 1 })]
    expect(step(follows, seen(follows), younger).reopen.get('child')).toBe('parent was reopened')
    expect(step(child, seen(child), younger).reopen.size).toBe(0)
    // By a clock that was ahead it would be the younger one for ever, and its child reopened again and again.
    expect(step(follows, seen(follows), [seen(parent, {}, { startedAt: now + 1 })]).reopen.size).toBe(0)
  })
})

describe('a tunnel that runs and is in trouble', () => {
  const spec = kept('web', { health, restart: policies['on-failure:2'] })
  const sick = (more: Partial<Observed['record']> = {}): Observed => seen(spec, {}, { sick: 'no answer', ...more })

  test('is reopened once a check has found it sick', () => {
    expect(step(spec, sick(), [], now).reopen.get('web')).toBe('no answer')
  })

  test('is given the patience of its check where only looking tells', () => {
    const listener = { kind: 'none', endpoint: { host: '127.0.0.1', port: 1 } } as const
    const patience = health.intervalMs * (health.retries - 1)
    const found = step(spec, seen(spec, { listener }), [], now)
    expect(found.reopen.size).toBe(0)
    expect(found.dueAt).toBe(now + patience)
    expect(step(spec, seen(spec, { listener }), [], now - patience).reopen.get('web')).toBe(
      'nothing listens on 127.0.0.1:1',
    )
  })

  test('stays as it is with restart: no', () => {
    const quiet = kept('web', { health, restart: policies.no })
    expect(step(quiet, seen(quiet, {}, { sick: 'no answer' }), [], now)).toMatchObject({ open: [], dueAt: null })
    expect(step(quiet, seen(quiet, {}, { sick: 'no answer' }), [], now).reopen.size).toBe(0)
  })

  test('is left alone after N tries in a row, however sick', () => {
    expect(whyNotReopened(spec, sick({ tries: 1 }), now)).toBe(null)
    expect(whyNotReopened(spec, sick({ tries: 2 }), now)).toBe('it was already retried 2 times')
    expect(whyNotReopened(spec, seen(spec, {}, { tries: 2 }), now)).toBe(null)
    expect(step(spec, sick({ tries: 1 }), [], now).reopen.size).toBe(1)
    expect(step(spec, sick({ tries: 2 }), [], now).reopen.size).toBe(0)
  })

  test('is left alone for ever then: time in trouble does not prove it well', () => {
    const later = now + 100 * provenAfterMs
    const found = sick({ tries: 2, sickSince: now })
    expect(step(spec, found, [], now, later).reopen.size).toBe(0)
    // A supervisor that has just come sees the trouble for the first time.
    expect(step(spec, found, [], later, later).reopen.size).toBe(0)
    expect(whyNotReopened(spec, found, later)).not.toBe(null)
    expect(countTry(found, later)).toEqual({ restarts: 1, tries: 3 })
    const listener = { kind: 'none', endpoint: { host: '127.0.0.1', port: 1 } } as const
    expect(step(spec, seen(spec, { listener }, { tries: 2 }), [], now, later).reopen.size).toBe(0)
  })

  test('is reopened no faster than one that ends', () => {
    const always = kept('web', { health, restart: policies.always })
    const young = seen(always, {}, { sick: 'no answer', tries: 4, startedAt: now - 10_000 })
    expect(step(always, young, [], now)).toMatchObject({ reopen: new Map(), dueAt: now + 6000 })
    expect(step(always, young, [], now, now + 6000).reopen.size).toBe(1)
  })

  test('waits for no time that another clock has written', () => {
    const later = now + 10 ** 9
    const reopens = (one: Observed, others: Observed[] = [], since = now): boolean =>
      step(spec, one, others, since).reopen.size === 1
    expect(reopens(sick({ startedAt: later }))).toBe(true)
    const listener = { kind: 'none', endpoint: { host: '127.0.0.1', port: 1 } } as const
    expect(reopens(seen(spec, { listener }), [], later)).toBe(true)
    const needy = kept('web', { health, needs: [need('parent')] })
    const others = [seen(kept('parent'), { readiedAt: later }, { startedAt: later })]
    expect(step(needy, sick(), others, now).reopen.size).toBe(1)
    // An instant ahead is no other clock.
    expect(reopens(sick({ startedAt: now + 5 }))).toBe(false)
  })

  test('counts from nought again when it had been well for a minute', () => {
    const since = { readiedAt: now - 10 * provenAfterMs }
    expect(countTry(seen(spec, since, { sick: 'no answer', tries: 2 }), now)).toEqual({ restarts: 1, tries: 1 })
    expect(countTry(sick({ tries: 2 }), now)).toEqual({ restarts: 1, tries: 3 })
  })
})

describe('a tunnel that was closed to be opened again, by a command that was killed in between', () => {
  const closed = { stoppingAt: now - 5000 }

  test.each([
    ['no', []],
    ['on-failure', ['web']],
    ['on-failure:2', ['web']],
    ['always', ['web']],
  ] as const)('with restart: %s opens at once: %j', (policy, open) => {
    const spec = kept('web', { restart: policies[policy] })
    expect(step(spec, seen(spec, { process: ended(143) }, closed)).open).toEqual(open)
    // It took so long that somebody else must have ended it.
    const late = seen(spec, { process: ended(143) }, { stoppingAt: now - 10 ** 6 })
    expect(fate(spec, late)).toBe(policy === 'always' ? 'returns' : 'stays')
  })

  test('waits for what it needs, and ps says so', () => {
    const spec = kept('web', { needs: [need('parent')] })
    expect(fate(spec, seen(spec, { process: ended(143) }, closed))).toBe('waits')
    const waiting = seen(spec, { process: ended(143) }, { ...closed, waitsFor: 'parent' })
    const view = { now, bootId: 'boot', next: { what: 'opens', at: null, on: 'parent' } } as const
    expect(statusOf(waiting, view)).toMatchObject({ state: 'retrying', reason: 'closed by p2p' })
    const unwanted = statusOf(seen(spec, { process: ended(143) }, closed), { ...view, next: null })
    expect(unwanted).toMatchObject({ state: 'closed', reason: null })
  })
})

test('what is being worked on is left alone', () => {
  const spec = kept('web')
  const around = { now, busy: new Set(['web']), problemSince: new Map(), random: () => 0.5 }
  expect(nextStep([spec], worldOf([seen(spec, { process: ended(1) })]), around)).toEqual(nothing)
})

test('a launch that was left behind is opened again, whatever its time', () => {
  const spec = kept('web')
  const left = (startedAt: number): Observed =>
    seen(spec, { process: { kind: 'starting', launcher: null } }, { startedAt })
  expect(step(spec, left(now - 1000)).open).toEqual([])
  expect(step(spec, left(now - 6000)).open).toEqual(['web'])
  expect(step(spec, left(now + 10 ** 9)).open).toEqual(['web'])
})

test('what is wanted and was never seen is opened, unless it is not to be watched', () => {
  const around = { now, busy: new Set<string>(), problemSince: new Map(), random: () => 0.5 }
  expect(nextStep([kept('web')], worldOf([]), around).open).toEqual(['web'])
  expect(nextStep([kept('web', { restart: policies.no })], worldOf([]), around)).toEqual(nothing)
})

const nothing: Step = { open: [], reopen: new Map(), plans: new Map(), dueAt: null }

/** What becomes of it: it is going to be tried again, waits for what it needs, or stays away. */
function fate(spec: TunnelSpec, observed: Observed): string {
  const found = step(spec, observed)
  const plan = found.plans.get(spec.name)
  if (plan === undefined) return 'stays'
  if (plan.waitsFor !== null) return 'waits'
  return plan.nextAt === null ? 'stays' : 'returns'
}

function step(
  spec: TunnelSpec,
  observed: Observed,
  others: Observed[] = [],
  problemSince: number | null = null,
  at = now,
): Step {
  const since = new Map(problemSince === null ? [] : [[spec.name, problemSince]])
  const around = { now: at, busy: new Set<string>(), problemSince: since, random: () => 0.5 }
  return nextStep([spec], worldOf([observed, ...others]), around)
}

function worldOf(tunnels: Observed[]): Parameters<typeof nextStep>[1] {
  return { tunnels: new Map(tunnels.map((one) => [one.record.name, one])), bootId: 'boot', supervised: true }
}

function ended(status: number | null, lastLines: string[] = []): ProcessEvidence {
  return { kind: 'gone', status, endedAt: status === null ? null : now - 10, lastLines }
}

/** A tunnel that is kept open, unless told otherwise. */
function kept(name: string, more: Partial<TunnelSpec> = {}): TunnelSpec {
  return tunnel(name, ['x'], { restart: policies['on-failure'], ...more })
}

function need(name: string): TunnelSpec['needs'][number] {
  return { name, condition: 'open', restart: false }
}

const health: Health = { check: { kind: 'http', path: '/' }, intervalMs: 2000, timeoutMs: 1000, retries: 3 }

/** Open since a moment ago, unless told otherwise. */
function seen(
  launched: TunnelSpec,
  { verdict = null, ...more }: Partial<Observed> & { verdict?: Problem | null } = {},
  record: Partial<Observed['record']> = {},
): Observed {
  const { name, fingerprint, driver, endpoints, target, ready } = launched
  return {
    record: {
      ...{ name, fingerprint, driver, endpoints, target, ready, verdict },
      ...{ attempt: 'f'.repeat(32), environment: '', bootId: 'boot', pidNamespace: null, logOffset: 0 },
      ...{ startedAt: now - 100_000, restarts: 0, tries: 0, nextAt: null, waitsFor: null, sick: null },
      ...{ pids: { launcher: 10, program: 11 }, stoppingAt: null },
      ...record,
    },
    launched,
    process: { kind: 'running', launcher: 10, program: 11, members: [], stopped: false },
    listener: { kind: 'ours' },
    readied: true,
    readiedAt: now - 1000,
    ...more,
  }
}
