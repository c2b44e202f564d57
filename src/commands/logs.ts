/** `p2p logs`: the tunnels' own output by arrival, each line with its tunnel's name. */
import type { Context } from '../core/context.ts'
import { supervisorName } from '../core/model.ts'
import { selectNames } from '../core/decide/select.ts'
import { logPrinter } from '../report/logs.ts'
import { followLogs, recordedLogs } from '../runtime/logs/follow.ts'
import { knownNames, maskSecrets } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'

interface LogsArgs {
  names: string[]
  follow: boolean
  tail: number | null
  noLogPrefix: boolean
}

export async function run(ctx: Context, args: LogsArgs): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p logs')
  const available = knownNames(declared, recordedLogs(world))
  // `p2p events` shows what the supervisor did; its own log is shown only when named.
  const tunnels = available.filter((name) => name !== supervisorName)
  const names = args.names.length > 0 ? selectNames(args.names, available) : tunnels
  maskSecrets(world, names)

  const printer = logPrinter(ctx.stdout, names, { prefix: !args.noLogPrefix, masks: ctx.masks })
  await followLogs(world, names, { tail: args.tail, follow: args.follow, write: printer.write })
  printer.flush()
  return 0
}
