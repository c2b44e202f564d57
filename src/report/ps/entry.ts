/** One tunnel as `ps --json` prints it. Keys are only ever added; schemas/output.schema.json describes them. */
import type { Row, Traffic } from '../../core/model.ts'
import type { Tunnel } from '../../core/generated/output.ts'
import { nextJson } from '../progress/events.ts'
import { timestamp } from '../text/time.ts'

export type PsEntry = Tunnel

export function psEntry(row: Row, now: number): PsEntry {
  const { spec, observed, status } = row
  const record = observed?.record ?? null
  const launched = observed?.launched ?? null
  const process = observed?.process ?? null
  const runs = process !== null && process.kind !== 'gone'
  // A running tunnel is shown as launched, not as the file is now.
  const facts = runs ? (record ?? spec) : (spec ?? record)
  // The file's words for people are not part of what was launched.
  const words = spec ?? launched
  const endpoints = facts?.endpoints ?? []
  const nextAt = row.next?.at ?? null
  const running = process?.kind === 'running' ? process : null
  const listener = running === null ? null : observed?.listener
  return {
    project: row.project,
    name: row.name,
    driver: facts?.driver ?? null,
    state: status.state,
    reason: status.reason,
    code: status.code,
    host: endpoints[0]?.host ?? null,
    port: endpoints[0]?.port ?? null,
    url: (runs ? (launched ?? spec) : words)?.url ?? null,
    target: facts?.target ?? null,
    pid: running?.program ?? null,
    launcherPid: running?.launcher ?? (process?.kind === 'starting' ? process.launcher : null),
    startedAt: record === null ? null : timestamp(record.startedAt),
    uptimeSeconds: runs && record !== null ? Math.max(0, Math.floor((now - record.startedAt) / 1000)) : null,
    restarts: record?.restarts ?? 0,
    exitCode: status.exitCode,
    exitSignal: status.exitSignal,
    nextRetryAt: nextAt === null ? null : timestamp(nextAt),
    next: nextJson(row.next),
    config: row.config,
    description: words?.description ?? null,
    endpoints,
    profiles: words?.profiles ?? [],
    labels: words?.labels ?? {},
    log: row.log,
    health: healthOf(row),
    listensOn: listener?.kind === 'ours' ? (listener.bound ?? endpoints) : [],
    ...trafficJson(row.traffic),
  }
}

export function trafficJson(
  traffic: Traffic | undefined,
): Pick<PsEntry, 'connections' | 'bytesIn' | 'bytesOut' | 'bytesMoved' | 'lastTrafficAt' | 'roundTripMs'> {
  const lastAt = traffic?.lastTrafficAt ?? null
  return {
    connections: traffic?.connections ?? null,
    bytesIn: traffic?.bytesIn ?? null,
    bytesOut: traffic?.bytesOut ?? null,
    bytesMoved: traffic?.bytesMoved ?? null,
    lastTrafficAt: lastAt === null ? null : timestamp(lastAt),
    roundTripMs: traffic?.roundTripMs ?? null,
  }
}

/** `none`: no healthcheck, or nothing to check. */
function healthOf({ spec, observed, status }: Row): PsEntry['health'] {
  const health = (observed?.launched ?? spec)?.health ?? null
  if (health === null) return 'none'
  if (status.state === 'open') return 'healthy'
  return status.state === 'unhealthy' ? 'unhealthy' : 'none'
}
