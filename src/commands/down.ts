/** `p2p down`: closes what is named or everything, and returns when it is verified gone. Works without p2p.yaml. */
import type { Context } from '../core/context.ts'
import { selectNames } from '../core/decide/select.ts'
import { observe } from '../runtime/tunnel/observe.ts'
import { close, type CloseArgs } from './shared/close.ts'
import { openProject } from './shared/find-project.ts'

export interface DownArgs extends CloseArgs {
  names: string[]
  allProjects: boolean
}

export async function run(ctx: Context, args: DownArgs): Promise<number> {
  if (args.allProjects) {
    const { downAllProjects } = await import('./down-all-projects.ts')
    return downAllProjects(ctx, args)
  }
  const { world, declared } = await openProject(ctx, 'p2p down')
  if (args.names.length === 0) return close(world, 'all', args)
  const available = new Set([...(declared?.tunnels ?? []).map(({ name }) => name), ...observe(world).tunnels.keys()])
  return close(world, selectNames(args.names, [...available]), args)
}
