/** `up --attach` after everything is open: shows logs and changes until Ctrl-C, then closes the tunnels. */
import type { Context } from '../core/context.ts'
import type { ApplyResult } from '../core/events.ts'
import type { Project, Row } from '../core/model.ts'
import { changeLine, note, statusText } from '../report/lines.ts'
import { logPrinter } from '../report/logs.ts'
import { lookOf } from '../report/text/paint.ts'
import { followLogs } from '../runtime/logs/follow.ts'
import { logSize } from '../runtime/logs/log-file.ts'
import { watchProject, type World } from '../runtime/state/world.ts'
import { close } from './shared/change.ts'
import { chooseRows, observeProject, maskSecrets } from './shared/observe-project.ts'

/** Sockets vanish without a trace on disk. */
const lookEveryMs = 1000

/** Shows what was said since `up`: of a tunnel that it opened, the whole run; of one that it kept, only what comes. */
export async function attach(
  world: World,
  project: Project,
  names: readonly string[],
  { tunnels }: ApplyResult,
): Promise<number> {
  const { ctx } = world
  maskSecrets(world, names)
  const records = world.store.readRecords()
  const offsetOf = (name: string): number => {
    const run = tunnels.get(name)?.type === 'kept' ? undefined : records.get(name)
    return run?.logOffset ?? logSize(world.store.logOf(name))
  }
  // Before it says so: what comes after the note is shown.
  const from = new Map(names.map((name) => [name, offsetOf(name)]))
  const printer = logPrinter(ctx.stdout, names, { prefix: true, masks: ctx.masks })
  note(ctx, 'following the logs; Ctrl-C closes these tunnels')
  await Promise.all([
    followLogs(world, names, { tail: null, follow: true, from, write: printer.write }),
    followChanges(world, project, names),
  ])
  printer.flush()
  return closeAttached(world, names)
}

export function closeAttached(world: World, names: readonly string[]): Promise<number> {
  const { ctx } = world
  // Ctrl-C asks for the close, so it must not interrupt it.
  const calm: World = { ...world, ctx: { ...ctx, interrupted: new AbortController().signal } }
  return close(calm, [...names], { timeout: null, purge: false, dryRun: false, json: false })
}

/** Prints on stderr when a tunnel closes, fails, is retried, or is open again. */
async function followChanges(world: World, project: Project, names: readonly string[]): Promise<void> {
  const { ctx } = world
  const width = Math.max(0, ...names.map((name) => name.length))
  const known = new Map<string, string>()
  await watchProject(world, async () => {
    for (const row of chooseRows((await observeProject(world, project)).rows, names, project)) {
      const before = known.get(row.name)
      const now = standing(row)
      known.set(row.name, now)
      // The summary has shown those that were open at the start.
      const isNews = before === undefined ? row.status.state !== 'open' : before !== now
      if (isNews) sayChange(ctx, row, width)
    }
    return lookEveryMs
  })
}

function sayChange(ctx: Context, row: Row, width: number): void {
  const { stderr, globals } = ctx
  const now = ctx.now()
  if (globals.progress === 'json')
    note(ctx, `${row.name}: ${statusText(row.status, row.observed?.record ?? null, now)}`)
  else if (!globals.quiet) stderr.write(changeLine(row, { ...lookOf(stderr, ctx.masks), width, now }))
}

/** Changes with the status, but not with the countdown to the next try. */
function standing({ status, observed }: Row): string {
  return JSON.stringify([status.state, status.reason, status.state === 'retrying' ? observed?.record.nextAt : null])
}
