/** `p2p ps`: every tunnel, verified just now. Starts nothing, writes nothing. */
import type { Context } from '../core/context.ts'
import type { Project, Row, State } from '../core/model.ts'
import { note } from '../report/lines.ts'
import { psMark, psPids, psPrinter } from '../report/ps/index.ts'
import { showsLinks } from '../report/text/hyperlink.ts'
import { lookOf } from '../report/text/paint.ts'
import { findSupervisor, supervisorProblem } from '../runtime/tunnel/find-supervisor.ts'
import type { World } from '../runtime/state/world.ts'
import { chooseRows, observeProject } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'

interface PsArgs {
  names: string[]
  json: boolean
  format: string | null
  pids: boolean
  status: State[]
  check: boolean
  watch: boolean
}

export async function run(ctx: Context, args: PsArgs): Promise<number> {
  const print = await printer(ctx, args)
  const { world, declared } = await openProject(ctx, 'p2p ps')
  if (args.watch) {
    const { watchPs } = await import('./ps-watch.ts')
    return watchPs(world, async () => {
      const { shown, missed } = await see(world, declared, args)
      const text = await print(shown)
      return { text, mark: args.pids ? text : psMark(shown, ctx.now()), note: missed }
    })
  }
  const { chosen, shown, missed } = await see(world, declared, args)
  ctx.stdout.write(await print(shown))
  if (missed !== null) note(ctx, missed)
  return args.check ? check(world, chosen, declared, args.names.length > 0) : 0
}

async function printer(ctx: Context, args: PsArgs): Promise<(rows: readonly Row[]) => Promise<string>> {
  // With --watch JSON is one line each time.
  const print = await psPrinter(args.json ? 'json' : args.format, { indent: args.watch ? 0 : 2 })
  if (args.pids) return (rows) => Promise.resolve(psPids(rows, ctx.now()))
  const links = showsLinks(ctx.stdout, ctx.env)
  return (rows) => print(rows, { ...lookOf(ctx.stdout, ctx.masks), links, now: ctx.now() })
}

interface Seen {
  chosen: Row[]
  shown: Row[]
  /** What is wrong with the supervisor. */
  missed: string | null
}

async function see(world: World, declared: Project | null, args: PsArgs): Promise<Seen> {
  const { names, status } = args
  const { rows, facts } = await observeProject(world, declared)
  const chosen = chooseRows(rows, names, declared)
  const matching = status.length > 0 ? chosen.filter((row) => status.includes(row.status.state)) : chosen
  const shown = showsTraffic(args)
    ? (await import('../runtime/tunnel/traffic.ts')).withTraffic(world, matching, rows)
    : matching
  return { chosen, shown, missed: supervisorProblem(world, facts.supervised ? findSupervisor(world) : null) }
}

/** The plain table and PIDs are what prompts and people ask for all day: they measure nothing. */
function showsTraffic({ json, format, pids }: PsArgs): boolean {
  return !pids && (json || (format ?? 'table') !== 'table')
}

/** 0 when every wanted tunnel is open, else 3. Wanted: the named, else by the last `up` or `down`, else the active. */
function check(world: World, rows: readonly Row[], declared: Project | null, named: boolean): number {
  const desired = world.store.readDesired()
  const asked = desired.size > 0
  const active = new Set(declared?.active)
  const wanted = rows.filter((row) => named || (asked ? desired.get(row.name)?.want === 'up' : active.has(row.name)))
  return wanted.every((row) => row.status.state === 'open') ? 0 : 3
}
