/** `p2p url NAME`: its `url` and nothing else, of a closed tunnel as well. */
import type { Context } from '../core/context.ts'
import { selectOne } from '../core/decide/select.ts'
import { sayProblem } from '../report/lines.ts'
import { clientAddress, showsSecret } from './shared/client-addresses.ts'
import { openProject } from './shared/find-project.ts'
import { observeProject } from './shared/observe-project.ts'

export async function run(ctx: Context, args: { name: string | null }): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p url')
  const { rows } = await observeProject(world, declared)
  const name = selectOne(
    args.name,
    rows.map((row) => row.name),
    'url',
  )
  const [address] = rows.filter((row) => row.name === name).map((row) => clientAddress(world, row))
  const url = address?.url ?? null
  if (address === undefined || url === null) {
    sayProblem(ctx, name, { reason: 'has no url', hint: "url: 'http://{host}:{port}/'" })
    return 1
  }
  if (showsSecret(world, address, declared?.secretVariables ?? [])) {
    sayProblem(ctx, name, { reason: 'its url holds a secret, which is not printed', hint: null })
    return 1
  }
  ctx.stdout.write(`${url}\n`)
  return 0
}
