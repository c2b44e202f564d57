/** Runs something that changes tunnels and shows how it goes, from its plan to its summary, on stderr. */
import type { Context } from '../../core/context.ts'
import type { ApplyResult, TunnelEvent } from '../../core/events.ts'
import type { Plan } from '../../core/plan.ts'
import { openProgress, type Progress } from '../../report/progress/progress.ts'

/** Runs something that changes tunnels and shows how it goes, from its plan to its summary, on stderr. */
export async function withProgress(
  ctx: Context,
  verb: 'up' | 'down' | 'restart',
  work: (planned: (plan: Plan) => void, emit: (event: TunnelEvent) => void) => Promise<ApplyResult>,
): Promise<ApplyResult> {
  const shown: { progress: Progress | null } = { progress: null }
  try {
    const outcomes = await work(
      (plan) => (shown.progress = openProgress(ctx, verb, plan)),
      (event) => shown.progress?.event(event),
    )
    await shown.progress?.finish(outcomes)
    return outcomes
  } finally {
    await shown.progress?.stop()
  }
}
