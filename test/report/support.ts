/** Tunnels, rows and a context made up for the reports. */
import type { Context, Globals } from '../../src/core/context.ts'
import type { Observed, Row, RunRecord, Status, TunnelSpec } from '../../src/core/model.ts'

/** Noon, and what the rows below count from. */
export const now = Date.parse('2026-03-01T12:00:00Z')

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
    config: more.config ?? 'in-sync',
    log: `/state/t/${name}/log`,
  }
}

/** A declared tunnel of which nothing is recorded. */
export function closedRow(name: string, spec: Partial<TunnelSpec> = {}): Row {
  return { ...makeRow(name, { spec, status: makeStatus('closed') }), observed: null }
}

export const defaultGlobals: Globals = {
  files: [],
  projectName: null,
  profiles: [],
  envFiles: [],
  progress: 'auto',
  quiet: false,
  lockTimeoutMs: 60_000,
  debug: false,
}

export interface FakeContext extends Context {
  said: { stdout: string; stderr: string }
}

/** A context whose streams are no terminals and keep what was written. */
export function fakeContext(globals: Partial<Globals> = {}, more: Partial<Context> = {}): FakeContext {
  const said = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      said[name] += text
    },
    isTTY: false,
    columns: null,
    colour: false,
  })
  return {
    cwd: '/project',
    env: {},
    stdin: { isTTY: false, readAll: () => Promise.resolve(new Uint8Array()) },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    now: () => now,
    interrupted: new AbortController().signal,
    globals: { ...defaultGlobals, ...globals },
    masks: [],
    ...more,
    said,
  }
}
