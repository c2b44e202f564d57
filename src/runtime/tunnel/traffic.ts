/** What flows through running tunnels, as far as something counts it: a few small files for each tunnel. */
import type { Endpoint, RoundTrip, Row, RunRecord, Traffic } from '../../core/model.ts'
import type { CarriedTraffic } from '../../core/relay.ts'
import { elapsed } from '../../core/text/clock.ts'
import { formatEndpoint } from '../../core/text/endpoint.ts'
import { readOptional } from '../files/read-file.ts'
import { replaceWhole, tolerating } from '../files/write-file.ts'
import type { Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'

/**
 * The rows with their traffic. `all`: every row of the project, since two may listen on one port. `connections`: as
 * counted earlier, where a long socket table is not to be read each time.
 */
export function withTraffic(
  world: World,
  rows: readonly Row[],
  all: readonly Row[],
  connections: Connections = countConnections(world, all),
): Row[] {
  const { store, system } = world
  const snapshot = system.look()
  return rows.map((row) => {
    const { record, process } = row.observed ?? {}
    if (record === undefined || process?.kind !== 'running' || process.program === null) return row
    const carried =
      record.driver === 'tcp' ? (readFigures(store.trafficOf(row.name), record) as CarriedTraffic | null) : null
    const traffic: Traffic = {
      connections: connections.get(row.name) ?? null,
      bytesIn: carried?.bytesIn ?? null,
      bytesOut: carried?.bytesOut ?? null,
      bytesMoved: carried === null ? movedBy(snapshot, process.program) : carried.bytesIn + carried.bytesOut,
      lastTrafficAt: carried?.lastTrafficAt ?? null,
      roundTripMs: roundTripOf(world, row, record),
    }
    return { ...row, traffic }
  })
}

export type Connections = Map<string, number>

/** By tunnel; those without a listener of their own, which accepts them, are left out. */
export function countConnections({ system }: World, rows: readonly Row[]): Connections {
  const counts: Connections = new Map()
  const owners = ownersOf(rows)
  const accepted =
    owners.size === 0 ? [] : system.look().connections(new Set([...owners.values()].map(({ port }) => port)))
  if (accepted === null) return counts
  for (const { name } of owners.values()) counts.set(name, 0)
  for (const at of accepted) {
    const name = ownerOf(owners, at)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

type Owners = Map<string, { name: string; port: number }>

/** The tunnels that listen, by the addresses that they really listen on. */
function ownersOf(rows: readonly Row[]): Owners {
  const owners: Owners = new Map()
  for (const { name, observed } of rows) {
    if (observed?.listener.kind !== 'ours') continue
    for (const at of observed.listener.bound ?? observed.record.endpoints)
      owners.set(formatEndpoint(at), { name, port: at.port })
  }
  return owners
}

/** As the kernel chooses: the exact address, then its wildcard, then `::`. */
function ownerOf(owners: Owners, { host, port }: Endpoint): string | undefined {
  const hosts = host.includes(':') ? [host, '::'] : [host, '0.0.0.0', '::']
  return hosts.flatMap((one) => owners.get(formatEndpoint({ host: one, port }))?.name ?? [])[0]
}

/** Of this attempt; null: its relay or supervisor is of an older build, which keeps none. */
function readFigures(path: string, { attempt }: RunRecord): object | null {
  try {
    const figures = JSON.parse(readOptional(path) ?? 'null') as { attempt: string } | null
    return figures?.attempt === attempt ? figures : null
  } catch {
    // Nothing that a tunnel needs: it must not keep a command from working.
    return null
  }
}

/** A figure that its healthcheck should have replaced long ago says nothing of now: its supervisor is gone. */
function roundTripOf({ store, ctx }: World, { name, spec, observed, status }: Row, record: RunRecord): number | null {
  const health = (observed?.launched ?? spec)?.health ?? null
  if (health === null || health.check.kind === 'listen' || status.state !== 'open') return null
  const measured = readFigures(store.roundTripOf(name), record) as RoundTrip | null
  const isOld = measured === null || elapsed(measured.at, ctx.now()) > 2 * (health.intervalMs + health.timeoutMs)
  return isOld ? null : measured.ms
}

/** May fail: it is only a figure. */
export function keepRoundTrip({ store, ctx }: World, name: string, attempt: string, ms: number): void {
  const measured: RoundTrip = { attempt, ms: Math.round(ms * 10) / 10, at: ctx.now() }
  tolerating({ despiteWriteErrors: true }, () => {
    replaceWhole(store.roundTripOf(name), JSON.stringify(measured), { durable: false })
  })
}

/**
 * Programs that move every byte with read(2) and write(2), so that what they wrote is what went through (and a little
 * of their own). Each was measured; of others nothing is known, and a wrong zero would look like a dead tunnel.
 */
const showWhatTheyMove = new Set(['ssh', 'socat', 'kubectl'])

function movedBy(snapshot: Snapshot, pid: number): number | null {
  const written = snapshot.written(pid)
  if (!written.some(({ command }) => showWhatTheyMove.has(command))) return null
  return written.reduce((sum, { bytes }) => sum + bytes, 0)
}
