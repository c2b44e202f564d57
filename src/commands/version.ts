/** `p2p version` */
import type { Context } from '../core/context.ts'

export interface VersionArgs {
  json: boolean
}

/** Written into the program when it is built. */
declare const P2P_VERSION: string | undefined

export function run(ctx: Context, args: VersionArgs): Promise<number> {
  ctx.stdout.write(args.json ? `${JSON.stringify({ version: version() })}\n` : versionText())
  return Promise.resolve(0)
}

/** What `p2p --version` prints. */
export function versionText(): string {
  return `p2p ${version()}\n`
}

function version(): string {
  return typeof P2P_VERSION === 'string' ? P2P_VERSION : '0.0.0-source'
}
