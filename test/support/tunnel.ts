/** Tunnels, their records and their rows for tests that start nothing. */
import { fingerprint } from '../../src/core/decide/fingerprint.ts'
import type { LaunchSpec, Next, Observed, Project, Row, RunRecord, Status, TunnelSpec } from '../../src/core/model.ts'
import { now } from './context.ts'

export function makeSpec(name: string, more: Partial<TunnelSpec> = {}): TunnelSpec {
  return {
    name,
    driver: 'tcp',
    description: null,
    labels: {},
    url: null,
    profiles: [],
    needs: [],
    endpoints: [{ host: '127.0.0.1', port: 33000 }],
    target: '10.0.0.5:6379',
    launch: { program: 'prog', args: [], env: {}, files: [], cwd: '/' },
    ready: { conditions: [{ kind: 'listen' }], timeoutMs: 30_000 },
    health: null,
    restart: { when: 'on-failure', max: null },
    stop: { signal: 'TERM', graceMs: 10_000 },
    logs: { maxBytes: 10_000_000, keep: 3 },
    outcomes: [],
    fingerprint: 'f00d',
    ...more,
  }
}

export function makeRecord(spec: TunnelSpec, more: Partial<RunRecord> = {}): RunRecord {
  return {
    name: spec.name,
    attempt: '0'.repeat(32),
    fingerprint: spec.fingerprint,
    driver: spec.driver,
    endpoints: spec.endpoints,
    target: spec.target,
    startedAt: now - 3_600_000,
    bootId: 'boot',
    pidNamespace: null,
    restarts: 0,
    tries: 0,
    waitsFor: null,
    sick: null,
    nextAt: null,
    logOffset: 0,
    environment: '',
    ready: spec.ready,
    pids: { launcher: 4710, program: 4711 },
    verdict: null,
    stoppingAt: null,
    ...more,
  }
}

export function makeStatus(state: Status['state'], reason: string | null = null, more: Partial<Status> = {}): Status {
  return { state, reason, code: null, hint: null, heals: true, exitCode: null, exitSignal: null, ...more }
}

export interface RowMore {
  spec?: Partial<TunnelSpec>
  record?: Partial<RunRecord>
  status?: Status
  next?: Next
  process?: Observed['process']
  config?: Row['config']
}

/** A declared tunnel that runs and is open, but for what `more` says. */
export function makeRow(name: string, more: RowMore = {}): Row {
  const spec = makeSpec(name, more.spec)
  const running: Observed['process'] = {
    kind: 'running',
    launcher: 4710,
    program: 4711,
    members: [4711],
    stopped: false,
  }
  return {
    project: 'lab',
    name,
    spec: more.config === 'orphan' ? null : spec,
    observed: {
      record: makeRecord(spec, more.record),
      launched: spec,
      process: more.process ?? running,
      listener: { kind: 'ours' },
      readied: true,
      readiedAt: now - 3_590_000,
    },
    status: more.status ?? makeStatus('open'),
    next: more.next ?? null,
    config: more.config ?? 'in-sync',
    log: `/state/t/${name}/log`,
  }
}

/** A declared tunnel of which nothing is recorded. */
export function closedRow(name: string, spec: Partial<TunnelSpec> = {}): Row {
  return { ...makeRow(name, { spec, status: makeStatus('closed') }), observed: null }
}

/** A program that listens on 127.0.0.1:PORT and says so. */
export const listener = (port: number): string =>
  `require('net').createServer(s => s.pipe(s)).listen(${port}, '127.0.0.1', () => console.log('listening'))`

/** A command tunnel that really runs; with a port it is open once it listens, else once it has lived for a moment. */
export function tunnel(
  name: string,
  argv: string[],
  more: Partial<TunnelSpec> & { port?: number; launch?: Partial<LaunchSpec> } = {},
): TunnelSpec {
  const { port, launch: launchMore, ...rest } = more
  const [program = '', ...args] = argv
  const launch: LaunchSpec = { program, args, env: {}, files: [], cwd: '/', ...launchMore }
  const endpoints = port === undefined ? [] : [{ host: '127.0.0.1', port }]
  return makeSpec(name, {
    driver: 'command',
    endpoints,
    target: argv.join(' '),
    ready: { conditions: port === undefined ? [{ kind: 'alive', ms: 50 }] : [{ kind: 'listen' }], timeoutMs: 20_000 },
    restart: { when: 'no', max: null },
    stop: { signal: 'TERM', graceMs: 5000 },
    fingerprint: fingerprint({ launch, endpoints }),
    ...rest,
    launch,
  })
}

export function projectOf(folder: string, tunnels: TunnelSpec[]): Project {
  return {
    name: 'bench',
    folder,
    files: [],
    tunnels,
    active: tunnels.map(({ name }) => name),
    secretVariables: [],
    accounts: [],
    autoPorts: {},
  }
}
