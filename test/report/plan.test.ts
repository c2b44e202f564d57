import { expect, test } from 'vitest'
import type { RunRecord } from '../../src/core/model.ts'
import type { Action, Plan } from '../../src/core/plan.ts'
import { planJson, planText } from '../../src/report/plan.ts'
import { described } from '../support/described.ts'
import { makeSpec } from '../support/tunnel.ts'

const look = { colour: false, masks: ['hidden'] }
const record = {} as RunRecord
const at = (port: number, ...args: string[]) => {
  const spec = makeSpec('web', { endpoints: [{ host: '127.0.0.1', port }] })
  return { ...spec, launch: { ...spec.launch, args, env: { TOKEN: `${port}` } } }
}
const kept = (count: number): Action[] =>
  Array.from({ length: count }, (_, index) => ({
    do: 'keep',
    name: `t${index}`,
    cause: 'open',
    after: [],
    record,
    spec: null,
    awaits: false,
  }))

const plan: Plan = {
  actions: [
    {
      do: 'stop',
      name: 'web',
      cause: 'port changed 1 -> 2, environment TOKEN changed',
      after: [],
      record,
      spec: at(1),
    },
    { do: 'start', name: 'web', cause: 'port changed 1 -> 2', after: [0, 3], spec: at(2) },
    { do: 'stop', name: 'old', cause: 'no longer declared hidden', after: [], record, spec: null },
    { do: 'start', name: 'db', cause: 'not running', after: [], spec: makeSpec('db') },
    { do: 'refuse', name: 'odd', cause: 'look', after: [], record, look: 'x', code: 'y' },
    { do: 'nothing', name: 'off', cause: 'not running', after: [] },
    ...kept(2),
  ],
  notices: ['a note'],
}

test('each tunnel has one sign, what changes is shown old and new, and the totals are last', () => {
  expect(planText(plan, look)).toBe(`~ web  port changed 1 -> 2  (after db)
       environment TOKEN changed
- old  no longer declared ***
+ db   not running
! odd  look
= off  not running
= t0   open
= t1   open
1 to open, 1 to reopen, 1 to close, 2 kept, 1 refused
note: a note
`)
})

test('what only stays is counted where it is much', () => {
  const { actions } = plan
  expect(
    planText(
      { actions: [...actions.slice(3, 4), ...kept(60)].map((one) => ({ ...one, after: [] })), notices: [] },
      look,
    ),
  ).toBe(`+ db   not running
= 60 stay as they are
1 to open, 60 kept
`)
  expect(planText({ actions: [], notices: [] }, look)).toBe('nothing to do\n')
})

test('a reopening for another cause says that too', () => {
  const [stop, start] = plan.actions
  const forced = [
    { ...stop, cause: 'requested' },
    { ...start, after: [] },
  ] as Action[]
  expect(planText({ actions: forced, notices: [] }, look)).toContain('~ web  requested\n       port changed 1 -> 2\n')
})

test('as JSON it is one line, as described', () => {
  const text = planJson('lab', plan, look.masks)
  expect(text.split('\n')).toHaveLength(2)
  expect(described('plan', text)).toMatchObject({
    project: 'lab',
    totals: { open: 1, reopen: 1, close: 1, keep: 2, refuse: 1, nothing: 1 },
    tunnels: [
      {
        name: 'web',
        action: 'reopen',
        changes: [{ what: 'port', from: '1', to: '2' }, { what: 'environment TOKEN' }],
        after: ['db'],
      },
      { name: 'old', action: 'close', cause: 'no longer declared ***' },
      {},
      {},
      {},
      {},
      {},
    ],
  })
})
