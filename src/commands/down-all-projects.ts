/** `p2p down --all-projects`: closes one project after the other; one that fails does not stop the rest. */
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { reportError } from '../report/diagnostics.ts'
import { note } from '../report/lines.ts'
import { projectsOnRecord, type ProjectOnRecord } from '../runtime/state/list-projects.ts'
import { observe } from '../runtime/tunnel/observe.ts'
import { openWorld } from '../runtime/state/world.ts'
import { close, type CloseArgs } from './shared/change.ts'

export async function downAllProjects(ctx: Context, args: CloseArgs & { names: string[] }): Promise<number> {
  if (args.names.length > 0) {
    throw new P2pError('usage', '--all-projects closes everything, and was given names', {
      hint: 'use one or the other',
    })
  }
  let worst = 0
  let found = 0
  for (const project of await projectsOnRecord(ctx)) {
    const status = await closeProject(ctx, project, args)
    if (status !== null) found += 1
    ctx.interrupted.throwIfAborted()
    if (status !== null && status !== 0) worst = 1
  }
  if (found === 0) note(ctx, 'nothing is open in any project')
  return worst
}

async function closeProject(ctx: Context, project: ProjectOnRecord, args: CloseArgs): Promise<number | null> {
  try {
    if (project.kind === 'damaged') {
      const message = `project ${project.name} can't be closed from here: ${project.why}`
      throw new P2pError('state.unusable', message, { hint: 'run p2p down in its folder' })
    }
    const { name, folder } = project.project
    const world = await openWorld(ctx, project.project, 'p2p down --all-projects')
    const isWanted = [...world.store.readDesired().values()].some(({ want }) => want === 'up')
    if (observe(world).tunnels.size === 0 && !isWanted && !args.purge) return null
    note(ctx, `project ${name} (${folder})`)
    return await close(world, 'all', args)
  } catch (error) {
    if (!(error instanceof P2pError) || error.code === 'interrupted') throw error
    await reportError(error, ctx)
    return error.exitStatus
  }
}
