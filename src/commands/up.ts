/** `p2p up`: opens what is missing, reopens what drifted, keeps the rest. */
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { exitStatusOfResult } from '../core/decide/exit-status.ts'
import type { Goal } from '../core/plan.ts'
import { changesAnything } from '../core/decide/reconcile.ts'
import { selectToOpen } from '../core/decide/select.ts'
import { inheritedFrom } from '../runtime/secrets/environment.ts'
import { openWorld } from '../runtime/state/world.ts'
import { declaredProject } from './shared/find-project.ts'
import { applyWithProgress, printPlan, refuseJsonOfChanges } from './shared/change.ts'

export interface UpArgs {
  names: string[]
  attach: boolean
  detach: boolean
  noWait: boolean
  waitTimeout: number | null
  noDeps: boolean
  forceRecreate: boolean
  noRecreate: boolean
  removeOrphans: boolean
  dryRun: boolean
  exitCode: boolean
  json: boolean
}

export async function run(ctx: Context, args: UpArgs): Promise<number> {
  if (args.exitCode && !args.dryRun) {
    throw new P2pError('usage', '--exit-code goes with --dry-run', { hint: 'p2p up --dry-run --exit-code' })
  }
  return open(ctx, args, 'up', args.forceRecreate ? 'always' : args.noRecreate ? 'never' : 'changed')
}

/** Shared with `restart`, which also reopens what runs as declared. */
export async function open(
  ctx: Context,
  args: UpArgs,
  verb: 'up' | 'restart',
  recreate: 'changed' | 'always' | 'never',
): Promise<number> {
  refuseJsonOfChanges(args, verb)
  // Restarting one tunnel must not interrupt what it needs.
  const onlyNamed = verb === 'restart' && args.names.length > 0
  const project = await declaredProject(ctx, args.names)
  const world = await openWorld(ctx, { name: project.name, folder: project.folder }, `p2p ${verb}`)
  const goal: Goal = {
    want: 'up',
    project,
    names: selectToOpen(project, args.names, !args.noDeps && !onlyNamed),
    ignoreNeeds: args.noDeps,
    recreate,
    orphans: args.removeOrphans ? 'remove' : 'keep',
  }
  if (args.dryRun) {
    const plan = await printPlan(world, goal, args.json)
    return args.exitCode && changesAnything(plan) ? 10 : 0
  }

  const outcomes = await applyWithProgress(world, verb, goal, {
    inherited: inheritedFrom(ctx.env, project.secretVariables),
    wait: !args.noWait,
    waitTimeoutMs: args.waitTimeout,
    closesOnInterrupt: args.attach,
  })
  if (args.attach) {
    const { attach, closeAttached } = await import('./attach.ts')
    if (!outcomes.interrupted) return attach(world, project, goal.names, outcomes)
    await closeAttached(world, goal.names)
  }
  return exitStatusOfResult(outcomes, !args.noWait)
}
