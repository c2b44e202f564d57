import type { Context } from '../core/context.ts'
import { exitStatusOfResult } from '../core/decide/exit-status.ts'
import type { Goal } from '../core/plan.ts'
import { formatPlan } from '../core/decide/reconcile.ts'
import { selectNames } from '../core/decide/select.ts'
import { sanitize } from '../report/sanitize.ts'
import { apply, planOnly } from '../runtime/tunnel/apply.ts'
import { observe } from '../runtime/tunnel/observe.ts'
import { purge } from '../runtime/tunnel/purge.ts'
import { openWorld, type World } from '../runtime/state/world.ts'
import { findProject } from './shared/find-project.ts'
import { withProgress } from './shared/with-progress.ts'

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
    ctx.stdout.write(sanitize(formatPlan(planOnly(world, goal)), ctx.masks))
    return 0
  }
  const outcomes = await withProgress(ctx, 'down', (planned, emit) =>
    apply(world, goal, {
      onPlan: planned,
      emit,
      actor: 'command',
      stillWanted: null,
      inherited: null,
      wait: true,
      waitTimeoutMs: null,
      graceMs: args.timeout,
    }),
  )
  const status = exitStatusOfResult(outcomes, true)
  if (args.purge && status === 0) await purge(world, names)
  return status
}
