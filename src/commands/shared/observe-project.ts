/** For commands that only look: every tunnel verified just now, and which of them were named. */
import type { Observed, Project, Row, Stage, TunnelSpec } from '../../core/model.ts'
import { hintFor } from '../../core/decide/complaints.ts'
import { stillAwaited } from '../../core/decide/startup-stages.ts'
import { stageSince } from '../../runtime/logs/search.ts'
import type { Facts } from '../../core/decide/future.ts'
import { joinRows } from '../../core/decide/ps-rows.ts'
import { selectNames } from '../../core/decide/select.ts'
import { isOpen } from '../../core/decide/status.ts'
import { lastComplaint } from '../../runtime/logs/log-file.ts'
import { observe, showsIn } from '../../runtime/tunnel/observe.ts'
import { tryIpv4 } from '../../runtime/tunnel/try-ipv4.ts'
import { keptSecrets } from '../../runtime/secrets/private-files.ts'
import { factsOf } from '../../runtime/state/desired.ts'
import type { World } from '../../runtime/state/world.ts'

/** Every tunnel that is declared or on record. `declared` null: the file can't be read. `logs` false: the states alone, without what logs say of them. */
export async function observeProject(
  world: World,
  declared: Project | null,
  { logs = true }: { logs?: boolean } = {},
): Promise<{ rows: Row[]; facts: Facts }> {
  const tunnels = declared?.tunnels ?? []
  const fingerprints = new Map(tunnels.map((spec) => [spec.name, spec.fingerprint]))
  const seen = observe(world, { declared: fingerprints })
  await tryIpv4(world, seen)
  const facts = factsOf(world, seen)
  const specs = new Map(tunnels.map((spec) => [spec.name, spec]))
  for (const observed of logs ? facts.tunnels.values() : []) {
    noteComplaint(world, observed, specs.get(observed.record.name) ?? observed.launched)
  }
  const all = declared === null ? null : { ...declared, active: tunnels.map(({ name }) => name) }
  const rows = joinRows({ name: world.key.name, declared: all }, facts, (name) => world.store.logOf(name))
  return { rows: logs ? rows.map((row) => withStage(world, row)) : rows, facts }
}

/** An opening tunnel with what it waits for, as `up` shows it. */
function withStage(world: World, row: Row): Row {
  if (row.observed === null || row.status.state !== 'opening' || row.status.reason !== null) return row
  const awaited = stillAwaited(row.observed, stageNow(row), showsIn(world, row.observed.record))
  return awaited === null ? row : { ...row, status: { ...row.status, reason: `waiting for ${awaited}` } }
}

/** Where its startup is by its own lines; null: they do not say. */
export function stageNow({ observed, spec, log }: Row): Stage | null {
  const stages = (observed?.launched ?? spec)?.logs.stages
  if (stages === undefined || observed === null) return null
  return stageSince(log, observed.record.logOffset, stages)
}

/** Without a healthcheck, its program's words are all that is known of the far end. */
function noteComplaint(world: World, observed: Observed, spec: TunnelSpec | null): void {
  if (spec === null || (spec.health?.check.kind ?? 'listen') !== 'listen' || !isOpen(observed)) return
  const { name, logOffset } = observed.record
  const complaint = lastComplaint(world.store.logOf(name), logOffset, world.ctx.now(), spec.logs)
  if (complaint !== null) observed.complaint = { why: complaint, hint: hintFor(complaint, spec.logs) }
}

/** The named tunnels (naming one turns its profile on), else the active and the recorded ones. @throws P2pError 'tunnel.unknown' */
export function chooseRows(rows: readonly Row[], patterns: readonly string[], declared: Project | null): Row[] {
  if (patterns.length === 0) {
    const active = new Set(declared?.active)
    return rows.filter(({ name, observed }) => active.has(name) || observed !== null)
  }
  const known = rows.map(({ name }) => name)
  const chosen = new Set(selectNames(patterns, known))
  return rows.filter(({ name }) => chosen.has(name))
}

/** Declared tunnels, and those that only the record knows. */
export function knownNames(declared: Project | null, recorded: Iterable<string>): string[] {
  return [...new Set([...(declared?.tunnels ?? []).map(({ name }) => name), ...recorded])]
}

/** A program may print, and an event may quote, the secrets of its tunnel. */
export function maskSecrets(world: World, names: Iterable<string>): void {
  for (const name of names) world.ctx.masks.push(...Object.values(keptSecrets(world, name)))
}
