import { describe, expect, test } from 'vitest'
import {
  needInWords,
  nextOf,
  opensWhen,
  standingOf,
  mayStillOpen,
  type Facts,
} from '../../../src/core/decide/future.ts'
import type { Need, Next, Observed, ProcessEvidence, TunnelSpec } from '../../../src/core/model.ts'
import { now } from '../../support/context.ts'
import { makeSpec } from '../../support/tunnel.ts'
import { gone, running, seen, type More } from './support.ts'

interface World {
  specs: TunnelSpec[]
  tunnels?: Observed[]
  supervised?: boolean
  claimed?: string[]
}

function factsOf({ specs, tunnels = [], supervised = true, claimed = [] }: World): Facts {
  const wanted = new Map(specs.map((spec) => [spec.name, { spec, claimed: claimed.includes(spec.name) }]))
  const found = new Map(tunnels.map((one) => [one.record.name, one]))
  return { tunnels: found, now, bootId: 'boot', supervised, wanted: () => wanted }
}

const need = (name: string, condition: Need['condition'] = 'open'): Need => ({ name, condition, restart: false })
const db = makeSpec('db')
const web = makeSpec('web', { needs: [need('db')] })
const quiet = { when: 'no', max: null } as const
const final = { code: 'x', reason: 'wrong password', hint: null, heals: false }

const next = (what: Next['what'], more: Partial<Next> = {}): Next => ({ what, at: null, on: null, ...more })

describe('what becomes of one tunnel', () => {
  const starting: ProcessEvidence = { kind: 'starting', launcher: null }
  const ofDb = (more: More, world: Partial<World> = {}) =>
    nextOf('db', factsOf({ specs: [db], tunnels: [seen(db, more)], ...world }))

  test.each<[string, More, supervised: Next | null, alone: Next | null]>([
    ['open', {}, null, null],
    ['opening', { readied: false }, next('opens'), next('opens')],
    ['just launched', { process: starting, record: { startedAt: now } }, next('opens'), next('opens')],
    ['a launch that was left', { process: starting }, next('opens'), next('none')],
    ['unknown', { process: { kind: 'unknown', why: '', look: '' } }, next('none'), next('none')],
    ['unhealthy', { record: { sick: 'no answer' } }, next('retries'), next('none')],
    [
      'suspended before it was open',
      { readied: false, process: { ...running, stopped: true } },
      next('retries'),
      next('none'),
    ],
    [
      'unhealthy behind its far end',
      { record: { sick: 'no answer', sickBehind: 'there' } },
      next('none'),
      next('none'),
    ],
    ['ended', { process: gone(1), record: { nextAt: 5 } }, next('retries', { at: 5 }), next('none')],
    ['ended by a person', { process: gone(143) }, next('none'), next('none')],
    ['left behind', { process: { kind: 'leftover', members: [5], status: 1 } }, next('retries'), next('none')],
    ['final', { process: gone(1), readied: false, record: { verdict: final } }, next('none'), next('none')],
  ])('%s', (_what, more, supervised, alone) => {
    expect(ofDb(more)).toEqual(supervised)
    expect(ofDb(more, { supervised: false })).toEqual(alone)
    expect(ofDb(more, { specs: [] })).toBeNull()
  })

  test('never seen it opens where somebody opens it', () => {
    const unseen = (world: Partial<World>) => nextOf('db', factsOf({ specs: [db], ...world }))
    expect(unseen({})).toEqual(next('opens'))
    expect(unseen({ supervised: false })).toEqual(next('none'))
    expect(unseen({ supervised: false, claimed: ['db'] })).toEqual(next('opens'))
    expect(unseen({ specs: [makeSpec('db', { restart: quiet })] })).toEqual(next('none'))
  })

  test('a live command opens what it claimed, whatever its ending says', () => {
    const ended = [seen(db, { process: gone(143) })]
    expect(nextOf('db', factsOf({ specs: [db], tunnels: ended, claimed: ['db'] }))).toEqual(next('retries'))
  })

  test('what is wanted is asked for only where something is not open', () => {
    const facts = { ...factsOf({ specs: [], tunnels: [seen('db')] }), wanted: () => expect.unreachable() }
    expect(nextOf('db', facts)).toBeNull()
  })
})

describe('what becomes of one that needs another', () => {
  const ofWeb = (dbMore: More | null, world: Partial<World> = {}) => {
    const tunnels = dbMore === null ? [] : [seen(db, dbMore)]
    return standingOf('web', factsOf({ specs: [web, db], tunnels, ...world }))
  }
  const standing = (...args: Parameters<typeof ofWeb>) => {
    const { status, next } = ofWeb(...args)
    return [status.state, status.reason, status.hint, next]
  }

  test.each<
    [string, ...Parameters<typeof ofWeb>, state: string, reason: string | null, hint: string | null, Next | null]
  >([
    ['open', {}, {}, 'opening', null, null, next('opens')],
    [
      'on its way',
      { readied: false },
      {},
      'retrying',
      'opens when db is open',
      'p2p why db tells more',
      next('opens', { on: 'db' }),
    ],
    [
      'not open yet',
      null,
      {},
      'retrying',
      'opens when db is open',
      'p2p why db tells more',
      next('opens', { on: 'db' }),
    ],
    [
      'unhealthy, and not reopened',
      { record: { sick: 'no answer', sickBehind: 'look there' } },
      {},
      'retrying',
      'opens when db is open',
      'db: look there',
      next('opens', { on: 'db' }),
    ],
    [
      'final',
      { process: gone(1), readied: false, record: { verdict: final } },
      {},
      'failed',
      'blocked by db (failed: wrong password)',
      'p2p why db tells more',
      next('blocked', { on: 'db' }),
    ],
    [
      'final, and what to do is known',
      { process: gone(1), readied: false, record: { verdict: { ...final, hint: 'set the password' } } },
      {},
      'failed',
      'blocked by db (failed: wrong password)',
      'db: set the password',
      next('blocked', { on: 'db' }),
    ],
    [
      'ended, and what to do is a command about it',
      { process: gone(4), record: { verdict: { ...final, hint: 'p2p logs shows its output' } }, readied: false },
      {},
      'failed',
      'blocked by db (failed: wrong password)',
      'p2p why db tells more',
      next('blocked', { on: 'db' }),
    ],
    [
      'not wanted any more',
      null,
      { specs: [web] },
      'failed',
      'blocked by db (closed)',
      'p2p up web opens db as well',
      next('blocked', { on: 'db' }),
    ],
  ])('that is %s', (_what, dbMore, world, ...expected) => {
    expect(standing(dbMore, world)).toEqual(expected)
  })

  test('its own ending is told as well, while it may open', () => {
    const ended = seen(web, { process: gone(4) })
    const reason = (tunnels: Observed[]) => standingOf('web', factsOf({ specs: [web, db], tunnels })).status.reason
    expect(reason([ended])).toBe('opens when db is open: exited with status 4')
    const blocked = seen(db, { process: gone(1), readied: false, record: { verdict: final } })
    expect(reason([ended, blocked])).toBe('blocked by db (failed: wrong password)')
  })

  test('a missing need that was only recorded says nothing of its own', () => {
    const verdict = { code: 'needs.closed', reason: 'db is not open', hint: null, heals: true }
    const waits = seen(web, { process: gone(null), readied: false, record: { verdict } })
    expect(standingOf('web', factsOf({ specs: [web, db], tunnels: [waits] })).status).toMatchObject({
      state: 'retrying',
      reason: 'opens when db is open',
    })
  })

  test('one that has to be healthy says so', () => {
    const strict = makeSpec('web', { needs: [need('db', 'healthy')] })
    const facts = factsOf({ specs: [strict, db] })
    expect(nextOf('web', facts)).toEqual(next('opens', { on: 'db', healthy: true }))
    expect(needInWords(nextOf('web', facts), facts)).toBe('opens when db is healthy')
    expect([opensWhen('db'), opensWhen('db', true)]).toEqual(['opens when db is open', 'opens when db is healthy'])
  })

  test('the first that is missing is told, and of a chain the one that keeps it', () => {
    const app = makeSpec('app', { needs: [need('cache'), need('web')] })
    const cache = makeSpec('cache')
    const dead = seen(db, { process: gone(1), readied: false, record: { verdict: final } })
    const facts = factsOf({ specs: [app, cache, web, db], tunnels: [seen(cache), dead] })
    expect(nextOf('app', facts)).toEqual(next('blocked', { on: 'db' }))
    const waiting = factsOf({ specs: [app, cache, web, db], tunnels: [seen(cache)] })
    expect(nextOf('app', waiting)).toEqual(next('opens', { on: 'web' }))
    expect(nextOf('app', factsOf({ specs: [app, cache, web, db] }))).toEqual(next('opens', { on: 'cache' }))
  })

  test('a circle of needs never opens', () => {
    const [a, b] = [makeSpec('a', { needs: [need('b')] }), makeSpec('b', { needs: [need('a')] })]
    const facts = factsOf({ specs: [a, b] })
    expect(nextOf('a', facts)).toEqual(next('blocked', { on: 'a' }))
    expect(nextOf('b', facts)).toEqual(next('blocked', { on: 'b' }))
  })
})

test('what opens or is retried may still open', () => {
  const all = [next('opens'), next('retries'), next('blocked'), next('none'), null, undefined]
  expect(all.map(mayStillOpen)).toEqual([true, true, false, false, false, false])
  expect(needInWords(null, factsOf({ specs: [] }))).toBeNull()
  expect(needInWords(next('opens'), factsOf({ specs: [] }))).toBeNull()
})
