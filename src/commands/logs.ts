/** `p2p logs`: the tunnels' own output by arrival, each line with its tunnel's name. */
import type { Context } from '../core/context.ts'
import { supervisorName } from '../core/model.ts'
import { selectNames } from '../core/decide/select.ts'
import { note } from '../report/lines.ts'
import { logPrinter } from '../report/logs.ts'
import { followLogs, recordedLogs } from '../runtime/logs/follow.ts'
import { logSize } from '../runtime/logs/log-file.ts'
import type { World } from '../runtime/state/world.ts'
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
  const begun = (): void => {
    if (!args.follow) printer.flush()
    if (!printer.hasPrinted && args.tail !== 0) note(ctx, nothingIn(world, names))
  }
  await followLogs(world, names, { tail: args.tail, follow: args.follow, write: printer.write, begun })
  printer.flush()
  return 0
}

function nothingIn(world: World, names: readonly string[]): string {
  const older = names.map((name) => `${world.store.logOf(name)}.1`).filter((path) => logSize(path) > 0)
  if (older.length > 0) return `nothing printed since the last cut at max_size; older lines: ${older.join(', ')}`
  const [only, more] = names
  if (only === undefined || more !== undefined) return 'no tunnel has printed anything yet'
  return `${only} has printed nothing yet`
}
