/** `p2p port NAME`: `host:port` and nothing else, of a closed tunnel as well. */
import type { Context } from '../core/context.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import { selectOne } from '../core/decide/select.ts'
import { formatProblem } from '../report/lines.ts'
import { psEntry } from '../report/ps/entry.ts'
import { openWorld } from '../runtime/state/world.ts'
import { observeProject } from './shared/observe-project.ts'
import { findProject } from './shared/find-project.ts'

export interface PortArgs {
  name: string | null
}

export async function run(ctx: Context, args: PortArgs): Promise<number> {
  const { key, declared } = await findProject(ctx)
  const { rows } = observeProject(await openWorld(ctx, key, 'p2p port'), declared)
  const names = rows.map(({ name }) => name)
  const name = selectOne(args.name, names, 'port')
  const [first] = rows.filter((row) => row.name === name).flatMap((row) => psEntry(row, ctx.now()).endpoints)
  if (first !== undefined) {
    ctx.stdout.write(`${formatEndpoint(first)}\n`)
    return 0
  }
  const problem = { reason: 'has no local port: does not listen on this machine', hint: null }
  ctx.stderr.write(formatProblem(name, problem, { colour: ctx.stderr.colour, masks: ctx.masks }))
  return 1
}
