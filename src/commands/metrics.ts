/** `p2p metrics`: the figures of all tunnels for a monitoring system. Starts nothing. */
import { resolve } from 'node:path'
import type { Context } from '../core/context.ts'
import { metricsText } from '../report/metrics.ts'
import { writePublicFile } from '../runtime/files/user-files.ts'
import { withTraffic } from '../runtime/tunnel/traffic.ts'
import { openProject } from './shared/find-project.ts'
import { chooseRows, observeProject } from './shared/observe-project.ts'

export async function run(
  ctx: Context,
  { names, textfile }: { names: string[]; textfile: string | null },
): Promise<number> {
  const { world, declared } = await openProject(ctx, 'p2p metrics')
  const { rows } = await observeProject(world, declared)
  const text = metricsText(withTraffic(world, chooseRows(rows, names, declared), rows), ctx.now(), ctx.masks)
  if (textfile === null) ctx.stdout.write(text)
  else writePublicFile(resolve(ctx.cwd, textfile), text)
  return 0
}
