/** What a simulated p2p process runs: the real runtime and supervisor. Bundled by build.ts, without the real machine.ts. */
import type { Context } from '../../src/core/context.ts'
import { isOpen } from '../../src/core/decide/status.ts'
import type { ApplyResult, TunnelEvent } from '../../src/core/events.ts'
import type { Observed } from '../../src/core/model.ts'
import type { Goal, UpGoal } from '../../src/core/plan.ts'
import { inheritedFrom } from '../../src/runtime/secrets/environment.ts'
import { openWorld } from '../../src/runtime/state/world.ts'
import type { ProjectKey } from '../../src/runtime/state/store.ts'
import { apply } from '../../src/runtime/tunnel/apply.ts'
import { purge } from '../../src/runtime/tunnel/cleanup.ts'
import { observe } from '../../src/runtime/tunnel/observe.ts'

export { supervise } from '../../src/supervise/run.ts'

type Emit = (event: TunnelEvent, attempt: string | null) => void

/** As `p2p up` and `p2p restart`, from where the project is compiled. */
export async function up(
  ctx: Context,
  key: ProjectKey,
  goal: UpGoal,
  options: { wait: boolean; waitTimeoutMs: number | null; emit: Emit },
): Promise<ApplyResult> {
  const world = await openWorld(ctx, key, 'p2p up')
  return apply(world, goal, { inherited: inheritedFrom(ctx.env, []), ...options })
}

/** As `p2p down`. */
export async function down(
  ctx: Context,
  key: ProjectKey,
  names: string[] | 'all',
  options: { purges: boolean; emit: Emit },
): Promise<ApplyResult> {
  const world = await openWorld(ctx, key, 'p2p down')
  const goal: Goal = names === 'all' ? { want: 'down', names: [], everything: true } : { want: 'down', names }
  const result = await apply(world, goal, { emit: options.emit })
  if (options.purges) await purge(world, names)
  return result
}

/** As `p2p ps`. */
export async function ps(
  ctx: Context,
  key: ProjectKey,
): Promise<{ name: string; open: boolean; observed: Observed }[]> {
  const world = await openWorld(ctx, key, 'p2p ps')
  return [...observe(world, { specs: true }).tunnels].map(([name, observed]) => ({
    name,
    open: isOpen(observed),
    observed,
  }))
}
