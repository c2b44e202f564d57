import { describe, expect, test } from 'vitest'
import { P2pError } from '../../../src/core/errors.ts'
import { psEntry } from '../../../src/report/ps/entry.ts'
import { psPids, psPrinter } from '../../../src/report/ps/index.ts'
import { now } from '../../support/context.ts'
import { closedRow, makeRow, makeStatus } from '../../support/tunnel.ts'

const look = { columns: null, colour: false, now, masks: ['hunter22'] }

describe('psEntry', () => {
  test('has exactly the keys that cli.md promises, also when nothing is known', () => {
    const promised = [
      'project, name, driver, state, reason, code, host, port, url, target, pid, launcherPid, startedAt, uptimeSeconds',
      'restarts, exitCode, exitSignal, nextRetryAt, next, config, description, endpoints, profiles, labels, log, health, listensOn',
      'connections, bytesIn, bytesOut, bytesMoved, lastTrafficAt, roundTripMs',
    ]
      .join(', ')
      .split(', ')
    for (const row of [makeRow('a'), closedRow('b'), { ...closedRow('c'), spec: null }]) {
      expect(Object.keys(psEntry(row, now))).toEqual(promised)
    }
  })

  test('an open tunnel', () => {
    const row = makeRow('web', {
      spec: {
        url: 'http://127.0.0.1:33000/',
        description: 'the page',
        labels: { team: 'lab' },
        profiles: ['web'],
        health: { check: { kind: 'listen' }, intervalMs: 1, timeoutMs: 1, retries: 1 },
      },
    })
    expect(psEntry(row, now)).toEqual({
      project: 'lab',
      name: 'web',
      driver: 'tcp',
      state: 'open',
      reason: null,
      code: null,
      host: '127.0.0.1',
      port: 33000,
      url: 'http://127.0.0.1:33000/',
      target: '10.0.0.5:6379',
      pid: 4711,
      launcherPid: 4710,
      startedAt: '2026-03-01T11:00:00.000Z',
      uptimeSeconds: 3600,
      restarts: 0,
      exitCode: null,
      exitSignal: null,
      nextRetryAt: null,
      next: null,
      config: 'in-sync',
      description: 'the page',
      endpoints: [{ host: '127.0.0.1', port: 33000 }],
      profiles: ['web'],
      labels: { team: 'lab' },
      log: '/state/t/web/log',
      health: 'healthy',
      listensOn: [{ host: '127.0.0.1', port: 33000 }],
      connections: null,
      bytesIn: null,
      bytesOut: null,
      bytesMoved: null,
      lastTrafficAt: null,
      roundTripMs: null,
    })
  })

  test('what runs is shown at the address where it runs, not where the file would have it', () => {
    const changed = makeRow('a', {
      spec: { endpoints: [{ host: '127.0.0.1', port: 2 }] },
      record: { endpoints: [{ host: '127.0.0.1', port: 1 }] },
      config: 'changed',
    })
    expect(psEntry(changed, now).port).toBe(1)
    const ended = { ...changed, status: makeStatus('closed') }
    if (ended.observed) ended.observed.process = { kind: 'gone', status: 0, endedAt: now, lastLines: [] }
    expect(psEntry(ended, now).port).toBe(2)
  })

  test('what waits for its next try says when', () => {
    const row = makeRow('a', {
      record: { nextAt: now + 4000, restarts: 2 },
      next: { what: 'retries', at: now + 4000, on: null },
      status: makeStatus('retrying', 'peer timed out', { code: 'connectd.timeout', exitCode: 17 }),
      process: { kind: 'gone', status: 17, endedAt: now, lastLines: [] },
    })
    expect(psEntry(row, now)).toMatchObject({
      state: 'retrying',
      reason: 'peer timed out',
      code: 'connectd.timeout',
      nextRetryAt: '2026-03-01T12:00:04.000Z',
      exitCode: 17,
      restarts: 2,
      pid: null,
      uptimeSeconds: null,
    })
  })

  test('a clock that was set back gives no negative uptime', () => {
    expect(psEntry(makeRow('a', { record: { startedAt: now + 5000 } }), now).uptimeSeconds).toBe(0)
  })
})

describe('--format json', () => {
  test('prints one array, [] when empty', async () => {
    const print = await psPrinter('json')
    expect(await print([], look)).toBe('[]\n')
    const entries: unknown = JSON.parse(await print([makeRow('a'), closedRow('b')], look))
    expect(entries).toMatchObject([{ name: 'a' }, { name: 'b' }])
  })
})

describe('--format TEMPLATE', () => {
  test.each([
    ['{{.Name}} {{.Port}}', 'web 33000'],
    ['{{ .name }}\\t{{.PID}}', 'web\t4711'],
    ['{{.launcher_pid}}-{{.uptimeseconds}}', '4710-3600'],
    ['{{.Endpoints}} {{.Profiles}} {{.Labels}}', '127.0.0.1:33000,[::1]:33000 a,b team=lab,x=y'],
    ['[{{.Reason}}]', '[]'],
    ['{{json .Profiles}}', '["a","b"]'],
    ['{literal} {{.State}}', '{literal} open'],
    ['{{.Description}}', 'knows *** well'],
  ])('%s', async (template, line) => {
    const row = makeRow('web', {
      spec: { profiles: ['a', 'b'], labels: { team: 'lab', x: 'y' }, description: 'knows hunter22 well' },
      record: {
        endpoints: [
          { host: '127.0.0.1', port: 33000 },
          { host: '::1', port: 33000 },
        ],
      },
    })
    expect(await (await psPrinter(template))([row], look)).toBe(`${line}\n`)
  })

  test('{{json .}} is the whole entry, and each tunnel has its line', async () => {
    const rows = [makeRow('a'), makeRow('b')]
    const printed = await (await psPrinter('{{json .}}'))(rows, look)
    expect(
      printed
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(rows.map((row) => psEntry(row, now)))
  })

  test.each([
    ['{{.Nmae}}', '--format: there is no key {{.Nmae}}', 'did you mean {{.name}}?'],
    [
      '{{.Frobnicate}}',
      '--format: there is no key {{.Frobnicate}}',
      expect.stringContaining('there are: project, name'),
    ],
    ['{{range .}}', '--format does not know {{range .}}', expect.stringContaining('{{.Name}}')],
    ['{{.}}', '--format does not know {{.}}', expect.stringContaining('{{.Name}}')],
    ['{{.Name.Port}}', '--format does not know {{.Name.Port}}', expect.stringContaining('{{.Name}}')],
    ['wdie', '--format does not know wdie', 'did you mean wide?'],
    ['csv', '--format does not know csv', expect.stringContaining('template')],
  ])('%s is refused before anything is looked at', async (template, message, hint) => {
    const error: unknown = await psPrinter(template).catch((thrown: unknown) => thrown)
    if (!(error instanceof P2pError)) throw new Error('was accepted')
    expect([error.code, error.message, error.hint]).toEqual(['usage', message, hint])
  })
})

test('-q prints PIDs of what runs, one a line', () => {
  expect(psPids([makeRow('a'), closedRow('b'), makeRow('c')], now)).toBe('4711\n4711\n')
  expect(psPids([closedRow('b')], now)).toBe('')
})
