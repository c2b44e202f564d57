import { exitStatusOfOutcomes } from '../core/outcome.ts'
import type { Goal } from '../core/plan.ts'
import { logPrinter } from '../report/logs.ts'
import { note } from '../report/note.ts'
import { apply } from '../runtime/apply.ts'
import { followLogs } from '../runtime/follow.ts'
import { keptSecrets } from '../runtime/private-files.ts'
import type { World } from '../runtime/world.ts'
import { report } from './reporting.ts'

/** `up --attach` after everything is open: shows what the tunnels say until Ctrl-C, then closes them. */
export async function attach(world: World, names: readonly string[]): Promise<number> {
  const { ctx } = world
  for (const name of names) ctx.masks.push(...Object.values(keptSecrets(world, name)))
  const printer = logPrinter(ctx.stdout, names, { prefix: true, masks: ctx.masks })
  note(ctx, 'following the logs; Ctrl-C closes these tunnels')
  await followLogs(world, names, { tail: 10, follow: true, write: printer.write })
  printer.flush()

  // The interrupt was meant for the following; closing is what it asked for, so it is not interrupted itself.
  const calm: World = { ...world, ctx: { ...ctx, interrupted: new AbortController().signal } }
  const goal: Goal = { want: 'down', names: [...names] }
  const outcomes = await report(calm.ctx, 'down', (planned, emit) =>
    apply(calm, goal, {
      planned,
      emit,
      by: 'command',
      inherited: null,
      wait: true,
      waitTimeoutMs: null,
      graceMs: null,
    }),
  )
  return exitStatusOfOutcomes(outcomes, true)
}
