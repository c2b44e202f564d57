import type { Context } from '../core/context.ts'
import { exitStatusOfOutcomes } from '../core/outcome.ts'
import type { Goal } from '../core/plan.ts'
import { formatPlan } from '../core/reconcile.ts'
import { selectNames } from '../core/select.ts'
import { safe } from '../report/safe.ts'
import { apply, planOnly } from '../runtime/apply.ts'
import { observe } from '../runtime/observe.ts'
import { purge } from '../runtime/purge.ts'
import { openWorld } from '../runtime/world.ts'
import type { World } from '../runtime/world.ts'
import { findProject } from './project.ts'
import { report } from './reporting.ts'

export interface DownArgs {
  names: string[]
  /** Grace before KILL, milliseconds; null: each tunnel's own. */
  timeout: number | null
  purge: boolean
  allProjects: boolean
  dryRun: boolean
}

/** `p2p down`: closes what is named or everything, and returns when it is verified gone. Works without p2p.yaml. */
export async function run(ctx: Context, args: DownArgs): Promise<number> {
  if (args.allProjects) {
    const { downAllProjects } = await import('./down-all-projects.ts')
    return downAllProjects(ctx, args)
  }
  const { key, declared } = await findProject(ctx)
  const world = await openWorld(ctx, key, 'p2p down')
  if (args.names.length === 0) return close(world, 'all', args)
  const available = new Set([...(declared?.tunnels ?? []).map(({ name }) => name), ...observe(world).tunnels.keys()])
  return close(world, selectNames(args.names, [...available]), args)
}

/** Closes these tunnels of one project, and with --purge forgets them. */
export async function close(world: World, names: string[] | 'all', args: DownArgs): Promise<number> {
  const { ctx } = world
  const goal: Goal = names === 'all' ? { want: 'down', names: [], everything: true } : { want: 'down', names }
  if (args.dryRun) {
    ctx.stdout.write(safe(formatPlan(planOnly(world, goal)), ctx.masks))
    return 0
  }
  const outcomes = await report(ctx, 'down', (planned, emit) =>
    apply(world, goal, {
      planned,
      emit,
      by: 'command',
      choose: null,
      inherited: null,
      wait: true,
      waitTimeoutMs: null,
      graceMs: args.timeout,
    }),
  )
  const status = exitStatusOfOutcomes(outcomes, true)
  if (args.purge && status === 0) await purge(world, names)
  return status
}
