/** What the commands that only look have in common: every tunnel verified just now, and which of them are meant. */
import type { Project, Row } from '../../core/model.ts'
import type { ObservedProject } from '../../core/decide/reconcile.ts'
import { joinRows } from '../../core/decide/ps-rows.ts'
import { selectNames } from '../../core/decide/select.ts'
import { observe } from '../../runtime/tunnel/observe.ts'
import { keptSecrets } from '../../runtime/secrets/private-files.ts'
import type { World } from '../../runtime/state/world.ts'

export interface ProjectView {
  /** Every tunnel that is declared or on record, those of inactive profiles included. */
  rows: Row[]
  facts: ObservedProject
}

/** `declared` null: the file can't be read, the record is all there is. */
export function observeProject(world: World, declared: Project | null): ProjectView {
  const tunnels = declared?.tunnels ?? []
  const fingerprints = new Map(tunnels.map((spec) => [spec.name, spec.fingerprint]))
  const facts = observe(world, { declared: fingerprints })
  const all = declared === null ? null : { ...declared, active: tunnels.map(({ name }) => name) }
  const rows = joinRows({ name: world.key.name, declared: all }, facts.tunnels, {
    now: world.ctx.now(),
    bootId: facts.bootId,
    supervised: facts.supervised,
    logOf: (name) => world.store.logOf(name),
  })
  return { rows, facts }
}

/**
 * The tunnels that are named (naming one turns its profile on), else those of the active profiles and whatever else is on
 * record. @throws P2pError 'tunnel.unknown'
 */
export function chooseRows(rows: readonly Row[], patterns: readonly string[], declared: Project | null): Row[] {
  if (patterns.length === 0) {
    const active = new Set(declared?.active)
    return rows.filter(({ name, observed }) => active.has(name) || observed !== null)
  }
  const known = rows.map(({ name }) => name)
  const chosen = new Set(selectNames(patterns, known))
  return rows.filter(({ name }) => chosen.has(name))
}

/** A program may print, and an event may quote, what its tunnel was given as a secret: it is masked from here on. */
export function maskSecrets(world: World, names: Iterable<string>): void {
  for (const name of names) world.ctx.masks.push(...Object.values(keptSecrets(world, name)))
}
