/** `p2p down`: closes what is named or everything, and returns when it is verified gone. Works without p2p.yaml. */
import type { Context } from '../core/context.ts'
import { selectNames } from '../core/decide/select.ts'
import { observe } from '../runtime/tunnel/observe.ts'
import { close, refuseJsonOfChanges, type CloseArgs } from './shared/change.ts'
import { knownNames } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'

export async function run(ctx: Context, args: CloseArgs & { names: string[]; allProjects: boolean }): Promise<number> {
  refuseJsonOfChanges(args, 'down')
  if (args.allProjects) {
    const { downAllProjects } = await import('./down-all-projects.ts')
    return downAllProjects(ctx, args)
  }
  const { world, declared } = await openProject(ctx, 'p2p down')
  if (args.names.length === 0) return close(world, 'all', args)
  return close(world, selectNames(args.names, knownNames(declared, observe(world).tunnels.keys())), args)
}
