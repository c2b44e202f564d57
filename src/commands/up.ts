/** `p2p up`: opens what is missing, reopens what drifted, keeps the rest. */
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { exitStatusOfResult } from '../core/decide/exit-status.ts'
import type { Goal } from '../core/plan.ts'
import { changesAnything, formatPlan } from '../core/decide/reconcile.ts'
import { selectToOpen } from '../core/decide/select.ts'
import { sanitize } from '../report/text/sanitize.ts'
import { apply, planOnly } from '../runtime/tunnel/apply.ts'
import { inheritedFrom } from '../runtime/secrets/environment.ts'
import { openWorld, type World } from '../runtime/state/world.ts'
import { declaredProject } from './shared/find-project.ts'
import { withProgress } from './shared/with-progress.ts'

export interface UpArgs {
  names: string[]
  attach: boolean
  detach: boolean
  noWait: boolean
  /** Milliseconds. */
  waitTimeout: number | null
  noDeps: boolean
  forceRecreate: boolean
  noRecreate: boolean
  removeOrphans: boolean
  dryRun: boolean
  exitCode: boolean
}

export async function run(ctx: Context, args: UpArgs): Promise<number> {
  checkFlags(args)
  return open(ctx, args, 'up', args.forceRecreate ? 'always' : args.noRecreate ? 'never' : 'changed')
}

/** What `up` and `restart` share: they differ only in what becomes of tunnels that run as declared. */
export async function open(
  ctx: Context,
  args: UpArgs,
  verb: 'up' | 'restart',
  recreate: 'changed' | 'always' | 'never',
): Promise<number> {
  const { project } = await declaredProject(ctx)
  const world = await openWorld(ctx, { name: project.name, folder: project.folder }, `p2p ${verb}`)
  const goal: Goal = {
    want: 'up',
    project,
    names: selectToOpen(project, args.names, !args.noDeps),
    recreate,
    orphans: args.removeOrphans ? 'remove' : 'keep',
  }
  if (args.dryRun) return dryRun(world, goal, args.exitCode)

  const outcomes = await withProgress(ctx, verb, (planned, emit) =>
    apply(world, goal, {
      onPlan: planned,
      emit,
      inherited: inheritedFrom(ctx.env, project.secretVariables),
      wait: !args.noWait,
      waitTimeoutMs: args.waitTimeout,
    }),
  )
  if (args.attach && !outcomes.interrupted) {
    const { attach } = await import('./attach.ts')
    return attach(world, project, goal.names)
  }
  return exitStatusOfResult(outcomes, !args.noWait)
}

function dryRun(world: World, goal: Goal, exitCode: boolean): number {
  const plan = planOnly(world, goal)
  world.ctx.stdout.write(sanitize(formatPlan(plan), world.ctx.masks))
  return exitCode && changesAnything(plan) ? 10 : 0
}

function checkFlags({ exitCode, dryRun }: UpArgs): void {
  if (!exitCode || dryRun) return
  throw new P2pError('usage', '--exit-code goes with --dry-run', { hint: 'p2p up --dry-run --exit-code' })
}
