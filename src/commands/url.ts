/** `p2p url NAME`: its `url` and nothing else, of a closed tunnel as well. */
import type { Context } from '../core/context.ts'
import { selectOne } from '../core/decide/select.ts'
import { sayProblem } from '../report/lines.ts'
import { hyperlink, showsLinks } from '../report/text/hyperlink.ts'
import { clientAddress, showsSecret } from './shared/client-addresses.ts'
import { openProject } from './shared/find-project.ts'
import { observeProject } from './shared/observe-project.ts'

export async function run(ctx: Context, args: { name: string | null; open: boolean }): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p url')
  const { rows } = await observeProject(world, declared)
  const name = selectOne(
    args.name,
    rows.map((row) => row.name),
    'url',
  )
  const refuse = (reason: string, hint: string | null): number => {
    sayProblem(ctx, name, { reason, hint })
    return 1
  }
  const row = rows.find((row) => row.name === name)
  const address = row === undefined ? null : clientAddress(world, row)
  const url = address?.url ?? null
  if (address === null || url === null) return refuse('has no url', "url: 'http://{host}:{port}/'")
  if (showsSecret(world, address, declared?.secretVariables ?? []))
    return refuse('its url holds a secret, which is not printed', null)
  if (args.open && row?.status.state !== 'open') return refuse(`is ${row?.status.state}`, `p2p open ${name}`)
  ctx.stdout.write(`${hyperlink(url, url, showsLinks(ctx.stdout, ctx.env))}\n`)
  if (!args.open) return 0
  const { showInBrowser } = await import('./shared/browser.ts')
  return await showInBrowser(ctx, url)
}
