/** `p2p events`: what happened to the tunnels, oldest first. */
import type { Context } from '../core/context.ts'
import type { StoredEvent } from '../core/events.ts'
import { selectNames } from '../core/decide/select.ts'
import { eventLine, note } from '../report/lines.ts'
import { lookOf } from '../report/text/paint.ts'
import { followEvents, readEvents } from '../runtime/state/events-read.ts'
import { knownNames, maskSecrets } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'
import { readSince } from './shared/read-since.ts'

interface EventsArgs {
  names: string[]
  follow: boolean
  since: string | null
  json: boolean
}

export async function run(ctx: Context, args: EventsArgs): Promise<number> {
  const since = readSince(args.since, ctx.now()) ?? -Infinity
  const { world, declared } = await openProject(ctx, 'p2p events')
  const past = readEvents(world)
  const names = knownNames(
    declared,
    past.map(({ name }) => name),
  )
  const chosen = new Set(args.names.length > 0 ? selectNames(args.names, names) : names)
  maskSecrets(world, chosen)

  const width = Math.max(0, ...[...chosen].map((name) => name.length))
  const look = { ...lookOf(ctx.stdout, ctx.masks), json: args.json, names: width }
  const isAsked = ({ name, at }: StoredEvent): boolean => (args.names.length === 0 || chosen.has(name)) && at >= since
  const print = (event: StoredEvent): void => {
    if (isAsked(event)) ctx.stdout.write(eventLine(event, look))
  }
  if (!past.some(isAsked)) note(ctx, nothingHappened(args))
  if (args.follow) await followEvents(world, print)
  else past.forEach(print)
  return 0
}

function nothingHappened({ names, since }: EventsArgs): string {
  const to = names.length === 0 ? '' : ` to ${names.join(', ')}`
  return `nothing has happened${to} ${since === null ? 'yet' : `(--since ${since})`}`
}
