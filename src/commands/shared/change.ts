/** Changing tunnels with progress on stderr, as `up`, `restart`, `down` and `up --attach` do it. */
import { exitStatusOfResult } from '../../core/decide/exit-status.ts'
import { P2pError } from '../../core/errors.ts'
import type { ApplyResult } from '../../core/events.ts'
import type { Goal, Plan } from '../../core/plan.ts'
import type { Verb } from '../../report/progress/summary.ts'
import { openProgress, type Progress } from '../../report/progress/progress.ts'
import type { World } from '../../runtime/state/world.ts'
import { apply, planOnly } from '../../runtime/tunnel/apply.ts'
import { purge } from '../../runtime/tunnel/cleanup.ts'
import { unused } from '../../runtime/state/desired.ts'
import { note } from '../../report/lines.ts'

export interface CloseArgs {
  /** Grace before KILL, milliseconds; null: each tunnel's own. */
  timeout: number | null
  /** Remove logs and state as well. */
  purge: boolean
  dryRun: boolean
  json: boolean
}

/** Returns the exit status of the command. @throws P2pError 'project.busy' */
export async function close(world: World, names: string[] | 'all', args: CloseArgs): Promise<number> {
  const goal: Goal = names === 'all' ? { want: 'down', names: [], everything: true } : { want: 'down', names }
  if (args.dryRun) {
    await printPlan(world, goal, args.json)
    return 0
  }
  const outcomes = await applyWithProgress(world, 'down', goal, { graceMs: args.timeout })
  const status = exitStatusOfResult(outcomes, true)
  if (args.purge && status === 0) await purge(world, names)
  return status
}

export async function printPlan(world: World, goal: Goal, json: boolean): Promise<Plan> {
  const plan = planOnly(world, goal)
  const { planJson, planText } = await import('../../report/plan.ts')
  const { ctx, key } = world
  const { stdout, masks } = ctx
  stdout.write(json ? planJson(key.name, plan, masks) : planText(plan, { colour: stdout.colour, masks }))
  return plan
}

/** @throws P2pError 'usage' */
export function refuseJsonOfChanges({ json, dryRun }: { json: boolean; dryRun: boolean }, command: string): void {
  if (!json || dryRun) return
  const hint = `p2p ${command} --dry-run --json, or p2p ${command} --progress json for what is done`
  throw new P2pError('usage', '--json goes with --dry-run', { hint })
}

/** Shows how it goes, from the plan to the summary. `closesOnInterrupt`: says nothing of what Ctrl-C would leave. @throws P2pError 'project.busy' */
export async function applyWithProgress(
  world: World,
  verb: Verb,
  goal: Goal,
  {
    closesOnInterrupt = false,
    ...options
  }: Omit<Parameters<typeof apply>[2], 'onPlan' | 'emit'> & { closesOnInterrupt?: boolean },
): Promise<ApplyResult> {
  if (goal.want === 'up' || goal.everything !== true) await closeLeft(world, new Set(goal.names))
  const shown: { progress: Progress | null } = { progress: null }
  const isClosing = (): boolean => closesOnInterrupt && world.ctx.interrupted.aborted
  try {
    const outcomes = await apply(world, goal, {
      ...options,
      onPlan: (plan) => (shown.progress = openProgress(world.ctx, verb, plan)),
      emit: (event) => {
        if (!isClosing()) shown.progress?.event(event)
      },
    })
    if (!isClosing()) await shown.progress?.finish(outcomes)
    return outcomes
  } finally {
    await shown.progress?.stop()
  }
}

/** What a killed `p2p run` left open, where its supervisor is gone as well. What is to be opened stays. */
async function closeLeft(world: World, wanted: ReadonlySet<string>): Promise<void> {
  const left = (): string[] => {
    try {
      return unused(world, world.store.readDesired(), { besidesMe: false }).filter((name) => !wanted.has(name))
    } catch (error) {
      // A damaged record is set aside, and told of, under the lock.
      if (error instanceof P2pError) return []
      throw error
    }
  }
  const names = left()
  if (names.length === 0) return
  note(world.ctx, `closing ${names.join(', ')}: the command that used ${names.length === 1 ? 'it' : 'them'} is gone`)
  await apply(world, { want: 'down', names }, { emit: () => undefined, stillWanted: left })
}
