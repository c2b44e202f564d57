/** `p2p top`: the tunnels on a live screen, with keys that are named like the commands. */
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { openProject } from '../shared/find-project.ts'
import { chooseRows, observeProject } from '../shared/observe-project.ts'
import { Top } from './top.ts'

export async function run(ctx: Context, { names }: { names: string[] }): Promise<number> {
  const { stdin, stdout, takeKeys, globals } = ctx
  if (takeKeys === undefined || !stdin.isTTY || !stdout.isTTY || ctx.env['TERM'] === 'dumb') {
    throw new P2pError('usage', 'p2p top needs a terminal', {
      hint: 'p2p ps --watch prints what changes; p2p metrics prints the figures for programs',
    })
  }
  if (globals.files.includes('-')) {
    throw new P2pError('usage', 'p2p top reads keys from standard input, so the project file cannot come from there', {
      hint: 'write it to a file',
    })
  }
  const { world, declared } = await openProject(ctx, 'p2p top')
  if (names.length > 0) chooseRows((await observeProject(world, declared)).rows, names, declared)
  return await new Top(world, declared, names).run(takeKeys)
}
