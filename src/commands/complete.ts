/** `p2p __complete COMMAND... PREFIX`, for shells: the names of tunnels that begin so, a line each; on any trouble none. */
import type { Context } from '../core/context.ts'
import { supervisorName } from '../core/model.ts'
import { P2pError } from '../core/errors.ts'
import { knownNames } from './shared/observe-project.ts'
import { openProject } from './shared/find-project.ts'

export async function run(ctx: Context, { words }: { words: string[] }): Promise<number> {
  const prefix = words.at(-1) ?? ''
  const silent = { ...ctx, stderr: { ...ctx.stderr, write: () => undefined } }
  try {
    const { world, declared } = await openProject(silent, 'p2p __complete')
    const recorded = [...world.store.readRecords().keys()].filter((name) => name !== supervisorName)
    const names = knownNames(declared, recorded).filter((name) => name.startsWith(prefix))
    ctx.stdout.write(names.map((name) => `${name}\n`).join(''))
  } catch (error) {
    // Its words would land in the line that is being typed.
    if (!(error instanceof P2pError)) throw error
  }
  return 0
}
