/** Tunnels as observed, for tests of decisions. */
import type { Observed, ProcessEvidence, RunRecord, TunnelSpec } from '../../../src/core/model.ts'
import { now } from '../../support/context.ts'
import { makeRecord, makeSpec } from '../../support/tunnel.ts'

/** What is different from an open tunnel. */
export type More = Omit<Partial<Observed>, 'record'> & { record?: Partial<RunRecord> }

export const running: Extract<ProcessEvidence, { kind: 'running' }> = {
  kind: 'running',
  launcher: 4710,
  program: 4711,
  members: [4711],
  stopped: false,
}

/** It ended a second ago. */
export function gone(status: number | null, lastLines: string[] = []): ProcessEvidence {
  return { kind: 'gone', status, endedAt: status === null ? null : now - 1000, lastLines }
}

/** Open for an hour, unless told otherwise. */
export function seen(what: string | TunnelSpec, more: More = {}): Observed {
  const launched = typeof what === 'string' ? makeSpec(what) : what
  return {
    launched,
    process: running,
    listener: { kind: 'ours' },
    readied: true,
    readiedAt: now - 3_590_000,
    ...more,
    record: makeRecord(launched, more.record),
  }
}
