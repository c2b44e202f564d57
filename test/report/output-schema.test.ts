import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { TunnelEvent } from '../../src/core/events.ts'
import { run as runVersion } from '../../src/commands/version.ts'
import { diagnosticsJson } from '../../src/report/diagnostics.ts'
import { eventJson } from '../../src/report/progress/events.ts'
import { openProgress } from '../../src/report/progress/progress.ts'
import { psJson } from '../../src/report/ps/index.ts'
import { fakeContext, now } from '../support/context.ts'
import { closedRow, makeRow, makeStatus } from '../support/tunnel.ts'

interface Schema {
  $defs: Record<string, Schema>
  $ref?: string
  properties?: Record<string, Schema>
  description?: string
  const?: string
  items?: Schema
}

const schema = JSON.parse(readFileSync(new URL('../../schemas/output.schema.json', import.meta.url), 'utf8')) as Schema
const ajv = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
})
ajv.addSchema(schema, 'output')

/** Valid, and with no key that the schema does not describe. */
function expectDescribed(name: string, text: string): void {
  const value: unknown = JSON.parse(text)
  const validate = ajv.getSchema(`output#/$defs/${name}`)
  if (validate === undefined) throw new Error(`no ${name}`)
  expect(validate(value) ? null : validate.errors).toBeNull()
  const described = schema.$defs[name]
  for (const one of Array.isArray(value) ? value : [value]) {
    const own = described?.items?.$ref === undefined ? described : schema.$defs[described.items.$ref.slice(8)]
    expect(Object.keys(one as object).sort()).toEqual(Object.keys(own?.properties ?? {}).sort())
  }
}

const endpoints = [{ host: '::1', port: 1 }]
const problem = { code: 'port.taken', reason: 'taken', hint: null, heals: true }
const events: { [Type in TunnelEvent['type']]: Extract<TunnelEvent, { type: Type }> } = {
  stopping: { type: 'stopping', name: 'a', cause: 'c', pid: null },
  stopped: { type: 'stopped', name: 'a', cause: 'c', ms: 1, killed: true },
  starting: { type: 'starting', name: 'a', cause: 'c' },
  launched: { type: 'launched', name: 'a', pid: 2 },
  waiting: { type: 'waiting', name: 'a', for: 'x', ms: 0 },
  open: { type: 'open', name: 'a', pid: 2, endpoints, target: 't', ms: 1, warnings: ['w'] },
  kept: { type: 'kept', name: 'a', pid: 2, endpoints, target: 't', cause: 'c', open: false, warnings: ['w'] },
  left: { type: 'left', name: 'a', pid: null, cause: 'c' },
  failed: { type: 'failed', name: 'a', problem, lastLines: ['x'] },
  skipped: { type: 'skipped', name: 'a', cause: 'c' },
  nothing: { type: 'nothing', name: 'a', cause: 'c' },
  survived: { type: 'survived', name: 'a', pids: [2], problem },
  exited: {
    type: 'exited',
    name: 'a',
    reason: 'r',
    code: 'run.stopped',
    exitCode: null,
    exitSignal: 'TERM',
    asked: true,
  },
  health: { type: 'health', name: 'a', reason: 'r' },
  hook: { type: 'hook', name: 'a', hook: 'failed', reason: 'exit 3' },
  retrying: { type: 'retrying', name: 'a', inMs: null, waitsFor: 'b', tries: 1, reason: 'r' },
}

describe('what is printed for programs is as schemas/output.schema.json says', () => {
  test.each(['closed', 'opening', 'open', 'unhealthy', 'retrying', 'closing', 'failed', 'unknown'] as const)(
    'ps of a tunnel that is %s',
    (state) => {
      const status = makeStatus(state, 'because', { code: 'x.y', exitCode: 1, exitSignal: 'KILL' })
      const rows = [
        makeRow('a', { status, record: { nextAt: now }, spec: { labels: { a: 'b' }, profiles: ['p'] } }),
        { ...closedRow('b', { endpoints: [] }), spec: null },
      ]
      expectDescribed('ps', psJson(rows, { now, masks: [] }))
    },
  )

  test('ps of nothing', () => {
    expect(psJson([], { now, masks: [] })).toBe('[]\n')
  })

  test.each(Object.entries(events))('the event %s', (type, event) => {
    const line = eventJson(event, now, [])
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expectDescribed(type, line)
    const isEvent = ajv.getSchema('output#/$defs/event')
    expect(isEvent?.(JSON.parse(line))).toBe(true)
  })

  test('a notice among the events', () => {
    const ctx = fakeContext({ progress: 'json' })
    openProgress(ctx, 'up', { actions: [], notices: ['old runs'] })
    expectDescribed('notice', ctx.said.stderr)
  })

  test('diagnostics', () => {
    const place = { file: 'p2p.yaml', line: 1, column: 1, length: 1, text: null }
    const more = { code: 'x', message: 'm', hint: null, related: [] }
    expectDescribed(
      'diagnostics',
      diagnosticsJson(
        [
          { severity: 'error', path: ['tunnels', 0], place, ...more },
          { severity: 'warning', path: [], place: null, ...more },
        ],
        [],
      ),
    )
  })

  test('the version', async () => {
    const ctx = fakeContext()
    await runVersion(ctx, { json: true })
    expectDescribed('version', ctx.said.stdout)
  })
})

test('every key is described', () => {
  const undescribed = Object.entries(schema.$defs).flatMap(([name, { description, properties = {} }]) => [
    ...(description === undefined ? [name] : []),
    ...Object.entries(properties)
      .filter(([, key]) => key.description === undefined && key.$ref === undefined && key.const === undefined)
      .map(([key]) => `${name}.${key}`),
  ])
  expect(undescribed).toEqual([])
})
