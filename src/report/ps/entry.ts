/** One tunnel as `ps --json` prints it. Keys are only ever added; schemas/output.schema.json describes them. */
import type { ConfigState, DriverName, Endpoint, Row, State } from '../../core/model.ts'
import { timestamp } from '../text/time.ts'

export interface PsEntry {
  project: string
  name: string
  driver: DriverName | null
  state: State
  reason: string | null
  code: string | null
  host: string | null
  port: number | null
  url: string | null
  target: string | null
  pid: number | null
  launcherPid: number | null
  startedAt: string | null
  uptimeSeconds: number | null
  restarts: number
  exitCode: number | null
  exitSignal: string | null
  nextRetryAt: string | null
  config: ConfigState
  description: string | null
  endpoints: Endpoint[]
  profiles: string[]
  labels: Record<string, string>
  log: string
  health: 'none' | 'healthy' | 'unhealthy'
}

/** `now`: epoch milliseconds, for the uptime. */
export function psEntry(row: Row, now: number): PsEntry {
  const { spec, observed, status } = row
  const record = observed?.record ?? null
  const launched = observed?.launched ?? null
  const process = observed?.process ?? null
  const runs = process !== null && process.kind !== 'gone'
  // What runs is shown as it was launched, even where the file says otherwise by now.
  const facts = runs ? (record ?? spec) : (spec ?? record)
  // Words for people come from the file as it is: they are no part of what was launched.
  const words = spec ?? launched
  const endpoints = facts?.endpoints ?? []
  const nextAt = status.state === 'retrying' ? (record?.nextAt ?? null) : null
  const running = process?.kind === 'running' ? process : null
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
    config: row.config,
    description: words?.description ?? null,
    endpoints,
    profiles: words?.profiles ?? [],
    labels: words?.labels ?? {},
    log: row.log,
    health: healthOf(row),
  }
}

/** What the healthcheck says; `none` where there is no check, or nothing that could be checked. */
function healthOf({ spec, observed, status }: Row): PsEntry['health'] {
  const health = (observed?.launched ?? spec)?.health ?? null
  if (health === null) return 'none'
  if (status.state === 'open') return 'healthy'
  return status.state === 'unhealthy' ? 'unhealthy' : 'none'
}
