/** Closing tunnels of one project, as `down`, `down --all-projects` and `up --attach` do it. */
import { exitStatusOfResult } from '../../core/decide/exit-status.ts'
import { formatPlan } from '../../core/decide/reconcile.ts'
import type { Goal } from '../../core/plan.ts'
import { sanitize } from '../../report/text/sanitize.ts'
import type { World } from '../../runtime/state/world.ts'
import { apply, planOnly } from '../../runtime/tunnel/apply.ts'
import { purge } from '../../runtime/tunnel/cleanup.ts'
import { withProgress } from './with-progress.ts'

export interface CloseArgs {
  /** Grace before KILL, milliseconds; null: each tunnel's own. */
  timeout: number | null
  /** Forget them as well: logs and state. */
  purge: boolean
  dryRun: boolean
}

/** Returns the exit status of the command. @throws P2pError 'project.busy' */
export async function close(world: World, names: string[] | 'all', args: CloseArgs): Promise<number> {
  const { ctx } = world
  const goal: Goal = names === 'all' ? { want: 'down', names: [], everything: true } : { want: 'down', names }
  if (args.dryRun) {
    ctx.stdout.write(sanitize(formatPlan(planOnly(world, goal)), ctx.masks))
    return 0
  }
  const outcomes = await withProgress(ctx, 'down', (planned, emit) =>
    apply(world, goal, { onPlan: planned, emit, graceMs: args.timeout }),
  )
  const status = exitStatusOfResult(outcomes, true)
  if (args.purge && status === 0) await purge(world, names)
  return status
}
