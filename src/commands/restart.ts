/** `p2p restart`: closes and opens again what is named, or everything active, with the present p2p.yaml. */
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { open, type UpArgs } from './up.ts'

export async function run(ctx: Context, args: UpArgs): Promise<number> {
  if (args.noRecreate) throw new P2pError('usage', 'restart always recreates', { hint: 'drop --no-recreate' })
  return open(ctx, args, 'restart', 'always')
}
