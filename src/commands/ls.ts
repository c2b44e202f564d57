/** `p2p ls`: all projects on this machine and how their tunnels are. Reads no project file. */
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import type { State } from '../core/model.ts'
import { lsJson, lsTable, type LsEntry } from '../report/ls.ts'
import { lookOf } from '../report/text/paint.ts'
import { sanitizeLine } from '../report/text/sanitize.ts'
import { projectsOnRecord, type ProjectOnRecord } from '../runtime/state/list-projects.ts'
import { openWorld } from '../runtime/state/world.ts'
import { observeProject } from './shared/observe-project.ts'

export async function run(ctx: Context, args: { json: boolean; quiet: boolean }): Promise<number> {
  const entries: LsEntry[] = []
  for (const found of await projectsOnRecord(ctx)) entries.push(await entryOf(ctx, found))
  if (args.json) ctx.stdout.write(lsJson(entries, ctx.masks))
  else if (args.quiet) ctx.stdout.write(entries.map(({ name }) => `${sanitizeLine(name, ctx.masks)}\n`).join(''))
  else ctx.stdout.write(await lsTable(entries, lookOf(ctx.stdout, ctx.masks)))
  return 0
}

async function entryOf(ctx: Context, found: ProjectOnRecord): Promise<LsEntry> {
  if (found.kind === 'damaged') {
    return { name: found.name, folder: null, states: { ...none }, supervised: false, problem: found.why }
  }
  const { name, folder } = found.project
  const entry: LsEntry = { name, folder, states: { ...none }, supervised: false, problem: null }
  try {
    const world = await openWorld(ctx, found.project, 'p2p ls')
    const { rows, facts } = observeProject(world, null)
    for (const { status } of rows) entry.states[status.state] += 1
    // A closed tunnel has no run record any more.
    for (const closed of world.store.readDesired().keys()) if (!facts.tunnels.has(closed)) entry.states.closed += 1
    return { ...entry, supervised: facts.supervised }
  } catch (error) {
    if (!(error instanceof P2pError) || !/^state\.(unusable|version)$/.test(error.code)) throw error
    return { ...entry, states: { ...none }, problem: error.message }
  }
}

/** In display order. */
const order = ['open', 'opening', 'unhealthy', 'retrying', 'closing', 'failed', 'unknown', 'closed'] as const
const none = Object.fromEntries(order.map((state) => [state, 0])) as Record<State, number>
