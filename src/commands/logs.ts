/** `p2p logs`: the tunnels' own output by arrival, each line with its tunnel's name. */
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { supervisorName } from '../core/model.ts'
import { selectNames } from '../core/decide/select.ts'
import { isPattern, linearPattern } from '../core/text/linear-pattern.ts'
import { note } from '../report/lines.ts'
import { logPrinter, shownLine } from '../report/logs.ts'
import { followLogs, recordedLogs } from '../runtime/logs/follow.ts'
import { logSize } from '../runtime/logs/log-file.ts'
import type { World } from '../runtime/state/world.ts'
import { knownNames, maskSecrets } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'
import { readSince } from './shared/read-since.ts'

interface LogsArgs {
  names: string[]
  follow: boolean
  tail: number | null
  grep: string | null
  since: string | null
  until: string | null
  timestamps: boolean
  json: boolean
  noLogPrefix: boolean
}

export async function run(ctx: Context, args: LogsArgs): Promise<number> {
  const { masks } = ctx
  const grep = args.grep === null ? null : readPattern(args.grep)
  const since = readSince(args.since, ctx.now())
  const until = readSince(args.until, ctx.now(), '--until')
  if (since !== null && until !== null && until < since)
    throw new P2pError('usage', `--until ${args.until ?? ''} is before --since ${args.since ?? ''}`)
  const { world, declared } = await openProject(ctx, 'p2p logs')
  const available = knownNames(declared, recordedLogs(world))
  // `p2p events` shows what the supervisor did; its own log is shown only when named.
  const tunnels = available.filter((name) => name !== supervisorName)
  const names = args.names.length > 0 ? selectNames(args.names, available) : tunnels
  maskSecrets(world, names)

  const { follow, tail, timestamps: times, json } = args
  const printer = logPrinter(ctx.stdout, names, { prefix: !args.noLogPrefix, masks, times, json, grep })
  await followLogs(world, names, {
    tail,
    counts: grep === null ? null : (line) => grep.test(shownLine(line, masks)),
    follow,
    stamps: times || json || since !== null || until !== null,
    since,
    until,
    write: printer.write,
    begun: () => {
      if (!follow) printer.flush()
      if (!printer.hasPrinted && tail !== 0) note(ctx, nothingIn(world, names, args))
    },
  })
  printer.flush()
  return 0
}

/** Lines are a far end's words, and any length: no pattern may take long over them. */
function readPattern(text: string): RegExp {
  const pattern = linearPattern(text)
  if (pattern !== null) return pattern
  const [what, hint] = isPattern(text)
    ? ['could take very long', 'leave out look-around, back references, and repeats within repeats']
    : ['is not a regular expression', 'put a \\ before a character that is meant as it is: \\( \\[ \\*']
  throw new P2pError('usage', `--grep ${text} ${what}`, { hint })
}

function nothingIn(world: World, names: readonly string[], { grep, since, until }: LogsArgs): string {
  const [only, more] = names
  const who = only === undefined || more !== undefined ? null : only
  const asked = Object.entries({ grep, since, until }).flatMap(([flag, value]) =>
    value === null ? [] : `--${flag} ${value}`,
  )
  const printed = who === null ? 'no tunnel has printed anything' : `${who} has printed nothing`
  if (asked.length > 0) return `${printed} that fits ${asked.join(' ')}`
  const older = names.map((name) => `${world.store.logOf(name)}.1`).filter((path) => logSize(path) > 0)
  if (older.length > 0) return `nothing printed since the last cut at max_size; older lines: ${older.join(', ')}`
  return `${printed} yet`
}
