/** `p2p logs`: the tunnels' own output by arrival, each line with its tunnel's name. */
import type { Context } from '../core/context.ts'
import { supervisorName } from '../core/model.ts'
import { selectNames } from '../core/decide/select.ts'
import { logPrinter } from '../report/logs.ts'
import { followLogs, recordedLogs } from '../runtime/logs/follow.ts'
import { keptSecrets } from '../runtime/secrets/private-files.ts'
import { openWorld } from '../runtime/state/world.ts'
import { findProject } from './shared/find-project.ts'

export interface LogsArgs {
  names: string[]
  follow: boolean
  /** Lines of each tunnel to begin with; null: all. */
  tail: number | null
  noLogPrefix: boolean
}

/** `p2p logs`: what the tunnels say themselves, by arrival, each line with its tunnel's name. */
export async function run(ctx: Context, args: LogsArgs): Promise<number> {
  const { key, declared } = await findProject(ctx)
  const world = await openWorld(ctx, key, 'p2p logs')
  const declaredNames = (declared?.tunnels ?? []).map(({ name }) => name)
  const available = [...new Set([...declaredNames, ...recordedLogs(world)])]
  // `p2p events` shows what the supervisor did; its own log is shown only when named.
  const tunnels = available.filter((name) => name !== supervisorName)
  const names = args.names.length > 0 ? selectNames(args.names, available) : tunnels
  // What a tunnel was given as a secret it may have printed.
  for (const name of names) ctx.masks.push(...Object.values(keptSecrets(world, name)))

  const printer = logPrinter(ctx.stdout, names, { prefix: !args.noLogPrefix, masks: ctx.masks })
  await followLogs(world, names, { tail: args.tail, follow: args.follow, write: printer.write })
  printer.flush()
  return 0
}
