/** `p2p port NAME`: `host:port` and nothing else, of a closed tunnel as well. */
import type { Context } from '../core/context.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import { selectOne } from '../core/decide/select.ts'
import { sayProblem } from '../report/lines.ts'
import { psEntry } from '../report/ps/entry.ts'
import { observeProject } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'

export async function run(ctx: Context, args: { name: string | null }): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p port')
  const { rows } = await observeProject(world, declared)
  const names = rows.map(({ name }) => name)
  const name = selectOne(args.name, names, 'port')
  const [first] = rows.filter((row) => row.name === name).flatMap((row) => psEntry(row, ctx.now()).endpoints)
  if (first !== undefined) {
    ctx.stdout.write(`${formatEndpoint(first)}\n`)
    return 0
  }
  sayProblem(ctx, name, { reason: 'has no local port: does not listen on this machine', hint: null })
  return 1
}
