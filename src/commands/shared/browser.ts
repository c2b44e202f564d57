/** Shows a page in the user's browser: only http and https, as one argument that no opener takes for an option. */
import type { Context } from '../../core/context.ts'
import { webUrl } from '../../core/decide/client.ts'
import { P2pError } from '../../core/errors.ts'
import { browserOpener } from '../../runtime/process/clients.ts'
import { runInForeground } from '../../runtime/process/foreground.ts'
import { umaskOfUser } from '../../runtime/state/world.ts'

/** Returns the opener's exit status. @throws P2pError for any other url, and where nothing opens a browser. */
export async function showInBrowser(ctx: Context, url: string): Promise<number> {
  const page = webUrl(url)
  if (page === null) throw new P2pError('usage', `${url} is not for a browser: only http and https are opened`)
  return (await runInForeground(browserOpener(ctx).argvFor(page), ctx, { env: { ...ctx.env }, umask: umaskOfUser() }))
    .status
}
