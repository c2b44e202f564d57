/** `p2p run [NAME...] -- CMD`: a program of the user's through tunnels. */
import type { Context } from '../core/context.ts'
import { refuseSharedVariables } from '../core/decide/client-variables.ts'
import { selectNames } from '../core/decide/select.ts'
import { P2pError } from '../core/errors.ts'
import { declaredProject } from './shared/find-project.ts'
import { runThrough } from './shared/run-through.ts'

interface RunArgs {
  names: string[]
  argv: string[]
  keep: boolean
}

export async function run(ctx: Context, { names, argv, keep }: RunArgs): Promise<number> {
  const [program] = argv
  if (program === undefined) {
    const example = `p2p run ${names.length === 0 ? 'NAME' : names.join(' ')} -- psql`
    throw new P2pError('usage', 'what should be run?', { hint: `write the command behind --: ${example}` })
  }
  const project = await declaredProject(ctx, names)
  const all = project.tunnels.map(({ name }) => name)
  const named = names.length > 0 ? selectNames(names, all) : project.active
  refuseSharedVariables(named)
  return await runThrough(ctx, { command: 'run', project, named, program, argvFor: () => argv, keep })
}
