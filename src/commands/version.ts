/** `p2p version`. */
import type { Context } from '../core/context.ts'

declare const P2P_VERSION: string | undefined

const version = typeof P2P_VERSION === 'string' ? P2P_VERSION : '0.0.0-source'

/** What `p2p --version` prints. */
export const versionText = `p2p ${version}\n`

export function run(ctx: Context, args: { json: boolean }): Promise<number> {
  ctx.stdout.write(args.json ? `${JSON.stringify({ version })}\n` : versionText)
  return Promise.resolve(0)
}
