import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import type { Project, Row, State } from '../core/model.ts'
import { nearest } from '../core/nearest.ts'
import { joinRows } from '../core/rows.ts'
import { selectNames } from '../core/select.ts'
import { wantsSupervisor } from '../core/supervision.ts'
import { note } from '../report/note.ts'
import { psPids, psPrinter } from '../report/ps/index.ts'
import { observe } from '../runtime/observe.ts'
import { openWorld } from '../runtime/world.ts'
import type { World } from '../runtime/world.ts'
import { findProject } from './project.ts'

export interface PsArgs {
  names: string[]
  json: boolean
  format: string | null
  /** -q: PIDs only. */
  pids: boolean
  status: string[]
  check: boolean
  watch: boolean
}

/** `p2p ps`: every tunnel, verified just now. Starts nothing, writes nothing. */
export async function run(ctx: Context, args: PsArgs): Promise<number> {
  const print = await psPrinter(args.json ? 'json' : args.format)
  const states = args.status.map(readState)
  const { key, declared } = await findProject(ctx)
  const world = await openWorld(ctx, key, 'p2p ps')
  const { rows, supervised } = look(world, declared)
  const chosen = choose(rows, args.names, declared)
  const shown = states.length > 0 ? chosen.filter((row) => states.includes(row.status.state)) : chosen
  const { columns, colour } = ctx.stdout
  const now = ctx.now()
  if (args.pids) ctx.stdout.write(psPids(shown, now))
  else ctx.stdout.write(await print(shown, { columns, colour, now, masks: ctx.masks }))
  missSupervisor(world, supervised)
  return args.check ? check(world, chosen, declared, args.names.length > 0) : 0
}

function look(world: World, declared: Project | null): { rows: Row[]; supervised: boolean } {
  const fingerprints = new Map((declared?.tunnels ?? []).map((spec) => [spec.name, spec.fingerprint]))
  const { tunnels, bootId, supervised } = observe(world, { declared: fingerprints })
  const rows = joinRows({ name: world.key.name, declared }, tunnels, {
    now: world.ctx.now(),
    bootId,
    supervised,
    logOf: (name) => world.store.logOf(name),
  })
  return { rows, supervised }
}

/** Said on stderr: without it nothing that ends is opened again. */
function missSupervisor(world: World, supervised: boolean): void {
  if (supervised) return
  const wanted = [...world.store.readDesired().values()].some(
    ({ want, spec }) => want === 'up' && wantsSupervisor(spec),
  )
  if (wanted) note(world.ctx, 'the supervisor is away, nothing is reopened by itself; p2p up brings it back')
}

/** A declared tunnel of an inactive profile may be named, too: naming turns it on. */
function choose(rows: readonly Row[], patterns: readonly string[], declared: Project | null): Row[] {
  if (patterns.length === 0) return [...rows]
  const known = new Map(rows.map((row) => [row.name, row]))
  const names = new Set([...(declared?.tunnels ?? []).map(({ name }) => name), ...known.keys()])
  return selectNames(patterns, [...names]).flatMap((name) => known.get(name) ?? [])
}

/**
 * `--check`: 0 when every wanted tunnel is open, else 3. Wanted is what the last `up` asked for and no `down` took back;
 * before any `up`, all that is declared and active. Naming tunnels asks about just those.
 */
function check(world: World, rows: readonly Row[], declared: Project | null, named: boolean): number {
  const desired = world.store.readDesired()
  const asked = desired.size > 0
  const active = new Set(declared?.active)
  const wanted = rows.filter((row) => named || (asked ? desired.get(row.name)?.want === 'up' : active.has(row.name)))
  return wanted.every((row) => row.status.state === 'open') ? 0 : 3
}

const states: readonly State[] = ['closed', 'opening', 'open', 'unhealthy', 'retrying', 'closing', 'failed', 'unknown']

function readState(word: string): State {
  const state = states.find((known) => known === word)
  if (state !== undefined) return state
  const guess = nearest(word, states)
  throw new P2pError('usage', `--status takes a state, not ${word}`, {
    hint: guess === null ? `one of: ${states.join(', ')}` : `did you mean ${guess}?`,
  })
}
