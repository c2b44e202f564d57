import { describe, expect, test } from 'vitest'
import type { Holder, ListenerEvidence, Next, Observed, ProcessEvidence, RunRecord } from '../../../src/core/model.ts'
import {
  endedOnRequest,
  exitMeaningOf,
  failsBehind,
  formatHolder,
  isOpen,
  listenerProblem,
  notFinal,
  problemOf,
  reachWarnings,
  statusOf,
  strangePort,
  toFree,
  widerThanDeclared,
} from '../../../src/core/decide/status.ts'
import { now } from '../../support/context.ts'
import { makeSpec } from '../../support/tunnel.ts'
import { gone, running, seen, type More } from './support.ts'

const endpoint = { host: '127.0.0.1', port: 33000 }
const nobody: ListenerEvidence = { kind: 'none', endpoint }
const stranger: ListenerEvidence = { kind: 'foreign', endpoint, holder: { pid: 7, command: 'nginx' } }
const opens: Next = { what: 'opens', at: null, on: null }
const view = (next: Next | null = null) => ({ now, bootId: 'boot', next })
const statusFor = (more: More, next: Next | null = null) => statusOf(seen('a', more), view(next))
const plain = { reason: null, code: null, hint: null, heals: true, exitCode: null, exitSignal: null }

describe('of what was never recorded', () => {
  test.each<[Next | null, string, string | null]>([
    [null, 'closed', null],
    [{ what: 'none', at: null, on: null }, 'closed', null],
    [opens, 'opening', null],
    [{ what: 'retries', at: null, on: null }, 'opening', null],
    [{ what: 'opens', at: null, on: 'db' }, 'retrying', 'needs.closed'],
    [{ what: 'blocked', at: null, on: 'db' }, 'failed', 'needs.closed'],
  ])('and becomes %j: %s', (next, state, code) => {
    expect(statusOf(null, view(next))).toEqual({ ...plain, state, code })
  })
})

describe('of what runs', () => {
  test.each<[string, More, object]>([
    ['proved, and nothing wrong', {}, { ...plain, state: 'open' }],
    ['not proved yet', { readied: false }, { ...plain, state: 'opening' }],
    ['not proved, nothing listens yet', { readied: false, listener: nobody }, { ...plain, state: 'opening' }],
    [
      'not proved, and its port is taken',
      { readied: false, listener: stranger },
      { ...plain, state: 'opening', reason: 'port 33000 is already in use by nginx (PID 7)' },
    ],
    [
      'its listener is gone',
      { listener: nobody },
      {
        ...plain,
        state: 'unhealthy',
        code: 'listener.gone',
        reason: 'nothing listens on 127.0.0.1:33000',
        hint: 'p2p up replaces it',
      },
    ],
    [
      'its port is taken',
      { listener: stranger },
      {
        ...plain,
        state: 'unhealthy',
        code: 'port.taken',
        reason: 'port 33000 is already in use by nginx (PID 7)',
        hint: 'p2p up replaces it',
      },
    ],
    [
      'suspended',
      { process: { ...running, stopped: true } },
      {
        ...plain,
        state: 'unhealthy',
        code: 'run.suspended',
        reason: 'its process is stopped (SIGSTOP)',
        hint: 'kill -CONT 4711 resumes it',
      },
    ],
    [
      'suspended, and nobody knows which program',
      { process: { ...running, stopped: true, program: null } },
      { state: 'unhealthy', hint: 'p2p restart replaces it' },
    ],
    [
      'suspended before it was proved',
      { process: { ...running, stopped: true }, readied: false },
      { state: 'unhealthy', code: 'run.suspended' },
    ],
    [
      'its launcher has not recorded the end of its program',
      { process: { ...running, program: null } },
      {
        ...plain,
        state: 'unhealthy',
        code: 'run.unreaped',
        reason: 'its program exited, but its launcher has not recorded the exit status',
        hint: 'p2p up replaces it',
      },
    ],
    [
      'its program never was',
      { process: { ...running, program: null }, record: { pids: { launcher: 4710, program: null } } },
      { state: 'open' },
    ],
    [
      'its healthcheck fails',
      { record: { sick: 'no answer' } },
      { ...plain, state: 'unhealthy', code: 'health.failed', reason: 'no answer', hint: 'p2p why tells more' },
    ],
    [
      'its healthcheck fails behind the far end',
      { record: { sick: 'no answer', sickBehind: 'look at the database' } },
      { state: 'unhealthy', code: 'health.failed', hint: 'look at the database' },
    ],
    [
      'its newest connection failed',
      { complaint: { why: 'Connection refused', hint: 'start the target' } },
      {
        ...plain,
        state: 'open',
        code: 'connection.failed',
        reason: 'its last connection failed: Connection refused',
        hint: 'start the target',
      },
    ],
    [
      'its newest connection failed, and nobody knows what to do',
      { complaint: { why: 'odd', hint: null } },
      { state: 'open', hint: 'p2p logs shows its output; a healthcheck proves the far end' },
    ],
  ])('%s', (_what, more, expected) => {
    expect(statusFor(more)).toMatchObject(expected)
  })

  test('its worst trouble is the one that is told', () => {
    const all: More = { process: { ...running, stopped: true }, listener: nobody, record: { sick: 'no answer' } }
    const worst = [all, { ...all, process: { ...running, program: null } }, { ...all, process: running }]
    expect(worst.map((more) => statusFor(more).code)).toEqual(['run.suspended', 'run.unreaped', 'listener.gone'])
    expect(worst.map((more) => problemOf(seen('a', more)))).toEqual(worst.map((more) => statusFor(more).reason))
  })
})

describe('of what is on its way', () => {
  const starting: ProcessEvidence = { kind: 'starting', launcher: null }

  test.each([
    [now, 'opening'],
    [now - 14_999, 'opening'],
    [now - 15_000, 'failed'],
    // By another clock: nobody is starting it.
    [now + 3_600_000, 'failed'],
  ])('a launch of %i is %s', (startedAt, state) => {
    expect(statusFor({ process: starting, record: { startedAt } }).state).toBe(state)
  })

  test('one that was left behind says so', () => {
    expect(statusFor({ process: starting })).toEqual({
      ...plain,
      state: 'failed',
      code: 'start.interrupted',
      reason: 'the command that was starting it was killed',
      hint: 'p2p up starts it',
    })
  })

  test.each<[string, Partial<RunRecord>, boolean | undefined, string]>([
    ['just begun', { stoppingAt: now }, undefined, 'closing'],
    ['within its grace and fifteen seconds more', { stoppingAt: now - 24_999 }, undefined, 'closing'],
    ['after that', { stoppingAt: now - 25_000 }, undefined, 'open'],
    ['given up', { stoppingAt: now }, true, 'open'],
    ['not begun', { stoppingAt: null }, undefined, 'open'],
  ])('a stop that was %s', (_what, record, stopAbandoned, state) => {
    const more: More = stopAbandoned === undefined ? { record } : { record, stopAbandoned }
    expect(statusFor(more).state).toBe(state)
    expect(statusFor({ ...more, process: starting, record: { ...record, startedAt: now } }).state).toBe(
      state === 'open' ? 'opening' : state,
    )
  })

  test('a stop without its specification has a minute', () => {
    const left = (ms: number) => statusFor({ launched: null, record: { stoppingAt: now - ms } }).state
    expect([left(74_999), left(75_000)]).toEqual(['closing', 'open'])
  })
})

describe('of what nobody knows, and of what is left', () => {
  test('unknown stays unknown, whatever was asked', () => {
    const process: ProcessEvidence = { kind: 'unknown', why: 'damaged', look: 'look there' }
    const expected = { ...plain, state: 'unknown', code: 'run.unknown', reason: 'damaged', hint: 'look there' }
    expect(statusFor({ process })).toEqual(expected)
    expect(statusFor({ process, record: { stoppingAt: now } })).toEqual(expected)
  })

  test.each([
    [[1], 'PID 1'],
    [[1, 2], 'PIDs 1, 2'],
    [[1, 2, 3, 4, 5], 'PIDs 1, 2, 3, 4, 5'],
    [[1, 2, 3, 4, 5, 6], 'PIDs 1, 2, 3, 4, 5, ...'],
  ])('leftovers %j are named: %s', (members, named) => {
    expect(statusFor({ process: { kind: 'leftover', members, status: 0 } })).toEqual({
      ...plain,
      state: 'unhealthy',
      code: 'run.leftover',
      reason: `its program exited, but ${named} still running`,
      hint: 'p2p up or p2p down stops the rest',
    })
  })
})

describe('of what ended', () => {
  const ended = (status: number | null, more: More = {}, next: Next | null = null) =>
    statusFor({ process: gone(status), ...more }, next)

  test.each<[string, number | null, More, Next | null, object]>([
    ['by itself', 4, {}, null, { state: 'failed', code: 'run.exited', exitCode: 4, exitSignal: null, heals: true }],
    ['by a signal', 139, {}, null, { state: 'failed', code: 'run.signalled', exitCode: null, exitSignal: 'SEGV' }],
    ['unseen', null, {}, null, { state: 'failed', code: 'run.killed', exitCode: null, exitSignal: null }],
    ['with the machine', null, { record: { bootId: 'before' } }, null, { state: 'failed', code: 'run.rebooted' }],
    ['before the machine', 4, { record: { bootId: 'before' } }, null, { state: 'failed', code: 'run.exited' }],
    ['by a person', 143, {}, null, { state: 'closed', code: 'run.stopped', reason: 'stopped by kill (TERM)' }],
    ['by p2p', 143, { record: { stoppingAt: now - 2000 } }, null, { ...plain, state: 'closed' }],
    ['and is retried', 4, {}, { what: 'retries', at: 1, on: null }, { state: 'retrying', code: 'run.exited' }],
    ['and opens', 4, {}, opens, { state: 'retrying', code: 'run.exited' }],
    ['and stays', 4, {}, { what: 'none', at: null, on: null }, { state: 'failed', code: 'run.exited' }],
    ['and is blocked', 4, {}, { what: 'blocked', at: null, on: 'db' }, { state: 'failed', code: 'needs.closed' }],
    [
      'by p2p, to open again',
      143,
      { record: { stoppingAt: now - 2000 } },
      opens,
      { state: 'retrying', reason: 'closed by p2p', hint: 'p2p up opens it again', code: 'run.closed' },
    ],
    [
      'as its record says',
      null,
      { record: { verdict: { code: 'port.taken', reason: 'port taken', hint: 'free it', heals: false } } },
      null,
      { state: 'failed', code: 'port.taken', reason: 'port taken (was accepted before)', hint: 'free it', heals: true },
    ],
  ])('%s', (_what, status, more, next, expected) => {
    expect(ended(status, more, next)).toMatchObject(expected)
  })

  test('one that is to run always failed, even by a person', () => {
    const always = makeSpec('a', { restart: { when: 'always', max: null } })
    expect(ended(143, { launched: always })).toMatchObject({ state: 'failed', code: 'run.stopped' })
  })

  test.each<[string, ProcessEvidence, Partial<RunRecord>, boolean, boolean]>([
    ['after its stop began', gone(143), { stoppingAt: now - 2000 }, false, true],
    ['with any status', gone(1), { stoppingAt: now - 2000 }, false, true],
    ['at its beginning', gone(143), { stoppingAt: now - 1000 }, false, true],
    ['as much before as the clock of files lags', gone(143), { stoppingAt: now - 990 }, false, true],
    ['before it', gone(143), { stoppingAt: now - 989 }, false, false],
    ['long after its grace', gone(143), { stoppingAt: now - 26_001 }, false, false],
    ['without a stop', gone(143), {}, false, false],
    ['unseen', gone(null), { stoppingAt: now - 2000 }, false, false],
    ['never', running, { stoppingAt: now - 2000 }, false, false],
    ['by the signal of a stop that was given up', gone(143), { stoppingAt: now - 2000 }, true, true],
    ['in order, after a stop that was given up', gone(0), { stoppingAt: now - 2000 }, true, true],
    ['by itself, after a stop that was given up', gone(1), { stoppingAt: now - 2000 }, true, false],
    ['by another signal, after a stop that was given up', gone(137), { stoppingAt: now - 2000 }, true, false],
  ])('%s: was it asked to?', (_what, process, record, stopAbandoned, expected) => {
    expect(endedOnRequest(seen('a', { process, record, stopAbandoned }))).toBe(expected)
  })

  test('the signal of its stop is its own', () => {
    const record = { stoppingAt: now - 2000 }
    const launched = makeSpec('a', { stop: { signal: 'INT', graceMs: 10_000 } })
    const by = (status: number) =>
      endedOnRequest(seen('a', { launched, process: gone(status), record, stopAbandoned: true }))
    expect([by(130), by(143)]).toEqual([true, false])
    expect(endedOnRequest(seen('a', { launched: null, process: gone(143), record, stopAbandoned: true }))).toBe(true)
  })

  test('nothing ended of what runs', () => {
    expect(exitMeaningOf(seen('a'), 'boot')).toBeNull()
    expect(strangePort(seen('a'), 'boot')).toBeNull()
  })

  test('words about a port that is not its own tell which', () => {
    const when = { log: 'cannot listen on port (?<taken>\\d+)' }
    const launched = makeSpec('a', {
      outcomes: [{ when, means: 'failed', code: 'x', reason: 'x', hint: null, heals: true }],
    })
    const process = gone(1, ['cannot listen on port 8022'])
    expect(strangePort(seen(launched, { process }), 'boot')).toBe(8022)
    expect(strangePort(seen(launched, { process: gone(1, ['other']) }), 'boot')).toBeNull()
    expect(strangePort({ ...seen(launched, { process }), launched: null }, 'boot')).toBeNull()
  })

  test('its table sees for how long it ran, how often, whether it was open, and who holds its port', () => {
    const row = (code: string, when: object) =>
      ({ when, means: 'failed', code, reason: '{holder}', hint: null, heals: true }) as const
    const rows = [
      row('early', { status: 1, withinMs: 5000, firstTry: true, opened: false }),
      row('again', { status: 1, withinMs: 5000, firstTry: false, opened: false }),
      row('opened', { status: 1, withinMs: 5000, opened: true }),
      row('late', { status: 1 }),
    ]
    const launched = makeSpec('a', { outcomes: rows })
    const meaning = (more: More, record: Partial<RunRecord>) =>
      exitMeaningOf(seen(launched, { process: gone(1), listener: stranger, readied: false, ...more, record }), 'boot')
    const justNow = now - 3000
    expect(meaning({}, { startedAt: justNow })).toMatchObject({ code: 'early', reason: 'nginx (PID 7)' })
    expect(meaning({}, { startedAt: justNow, tries: 1 })?.code).toBe('again')
    expect(meaning({ readied: true }, { startedAt: justNow })?.code).toBe('opened')
    expect(meaning({}, { startedAt: now - 7000 })?.code).toBe('late')
    expect(meaning({ listener: nobody }, { startedAt: justNow })?.reason).toBe('a program that has exited since')
  })
})

describe('what is final is over for good only if it never was open', () => {
  const final = { means: 'failed', code: 'ssh.key', reason: 'refused', hint: null, heals: false } as const
  const was = { ...final, reason: 'refused (was accepted before)', heals: true, wasFine: true }

  test.each<[string, Parameters<typeof notFinal>[0], More, object]>([
    ['never open', final, { readied: false }, final],
    ['open in this attempt', final, {}, was],
    ['open in an earlier one', final, { readied: false, record: { refusals: 0 } }, was],
    ['what heals anyway', { ...final, heals: true }, {}, { ...final, heals: true }],
    ['what was stopped', { ...final, means: 'stopped' }, {}, { ...final, means: 'stopped' }],
    ['what the user calls final', { ...final, code: 'outcome.final' }, {}, { ...final, code: 'outcome.final' }],
    [
      'a changed key is not the one that was accepted',
      { ...final, code: 'ssh.key-changed' },
      {},
      { ...was, code: 'ssh.key-changed', reason: 'refused' },
    ],
  ])('%s', (_what, ending, more, expected) => {
    expect(notFinal(ending, seen('a', more))).toEqual(expected)
  })
})

describe('whether it is open', () => {
  test.each<[string, Observed | undefined, boolean]>([
    ['not recorded', undefined, false],
    ['running, proved, nothing wrong', seen('a'), true],
    ['not proved', seen('a', { readied: false }), false],
    ['ended', seen('a', { process: gone(0) }), false],
    ['left', seen('a', { process: { kind: 'leftover', members: [5], status: 0 } }), false],
    ['suspended', seen('a', { process: { ...running, stopped: true } }), false],
    ['unhealthy', seen('a', { record: { sick: 'no answer' } }), false],
    ['complaining', seen('a', { complaint: { why: 'x', hint: null } }), true],
  ])('%s', (_what, observed, expected) => {
    expect(isOpen(observed)).toBe(expected)
  })

  test('only what its check says lies behind its far end', () => {
    const behind = { sick: 'no answer', sickBehind: 'look there' }
    expect(failsBehind(seen('a', { record: behind }))).toBe(true)
    expect(failsBehind(seen('a', { record: { sick: 'no answer' } }))).toBe(false)
    expect(failsBehind(seen('a', { record: behind, listener: nobody }))).toBe(false)
    expect(failsBehind(seen('a', { record: behind, process: gone(1) }))).toBe(false)
  })

  test('what does not run has no problem of its own', () => {
    expect(problemOf(seen('a', { process: gone(1), listener: nobody, record: { sick: 'x' } }))).toBeNull()
  })
})

describe('where it listens', () => {
  const wide = { host: '0.0.0.0', port: 33000 }

  test('a listener that is missing is named', () => {
    expect(listenerProblem({ kind: 'ours' })).toBeNull()
    expect(listenerProblem({ kind: 'unchecked' })).toBeNull()
    expect(listenerProblem({ ...nobody, ipv6Only: true })).toBe(
      'it listens for IPv6 only: nothing listens on 127.0.0.1:33000',
    )
  })

  test.each<[string, ListenerEvidence, string[], typeof wide | null]>([
    ['where it should', { kind: 'ours' }, ['127.0.0.1'], null],
    ['at the address itself', { kind: 'ours', bound: [endpoint] }, ['127.0.0.1'], null],
    ['everywhere', { kind: 'ours', bound: [wide] }, ['127.0.0.1'], wide],
    ['everywhere, as declared', { kind: 'ours', bound: [wide] }, ['0.0.0.0'], null],
    ['everywhere with its second', { kind: 'ours', bound: [endpoint, wide] }, ['127.0.0.1', '127.0.0.1'], wide],
    ['everywhere with one that was not declared', { kind: 'ours', bound: [wide] }, [], wide],
    ['nowhere', nobody, ['127.0.0.1'], null],
  ])('%s', (_what, listener, hosts, wider) => {
    const declared = hosts.map((host) => ({ host, port: 33000 }))
    expect(widerThanDeclared(listener, declared)).toEqual(wider)
    expect(reachWarnings(listener, declared)).toEqual(
      wider === null ? [] : ['its program listens on 0.0.0.0:33000: other machines can reach it'],
    )
  })

  const here = { project: 'lab', name: 'web', isHere: true, attempt: 'x' }
  test.each<[Holder | null, string, string | null]>([
    [null, "another user's process", null],
    [{ pid: null, command: null }, "another user's process", null],
    [{ pid: null, command: 'nginx' }, 'nginx', null],
    [{ pid: 7, command: null }, 'a process (PID 7)', null],
    [{ pid: 7, command: 'nginx' }, 'nginx (PID 7)', null],
    [
      { pid: 7, command: 'x', tunnel: here },
      'tunnel web of project lab (PID 7)',
      'p2p down web, or p2p up --remove-orphans if it is no longer declared',
    ],
    [
      { pid: 7, command: 'x', tunnel: { ...here, isHere: false } },
      'tunnel web of project lab (PID 7)',
      'p2p -p lab down web',
    ],
  ])('%j holds its port', (holder, named, free) => {
    expect([formatHolder(holder), toFree(holder)]).toEqual([named, free])
  })
})
