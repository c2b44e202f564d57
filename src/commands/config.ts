/** `p2p config`: checks the project and prints it resolved. */
import { asYaml, resolvedTree } from '../config/print/resolved.ts'
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import type { Project } from '../core/model.ts'
import { diagnosticsJson } from '../report/diagnostics.ts'
import { sanitize, sanitizeJson } from '../report/text/sanitize.ts'
import { declarations } from './shared/find-project.ts'

export interface ConfigArgs {
  quiet: boolean
  format: 'yaml' | 'json'
  names: boolean
  profiles: boolean
  hash: boolean
}

export async function run(ctx: Context, args: ConfigArgs): Promise<number> {
  try {
    const loaded = await declarations(ctx)
    if (args.quiet) return 0
    const lines = linesOf(loaded.project, args)
    if (lines !== null) ctx.stdout.write(lines.map((line) => `${sanitize(line, ctx.masks)}\n`).join(''))
    else if (args.format === 'json') ctx.stdout.write(`${sanitizeJson(resolvedTree(loaded), ctx.masks, 2)}\n`)
    else ctx.stdout.write(sanitize(asYaml(resolvedTree(loaded)), ctx.masks))
    return 0
  } catch (error) {
    // With --json errors are data too.
    if (!(error instanceof P2pError) || error.details.length === 0 || args.format !== 'json') throw error
    ctx.stdout.write(diagnosticsJson(error.details, ctx.masks))
    return error.exitStatus
  }
}

function linesOf({ tunnels }: Project, args: ConfigArgs): string[] | null {
  if (args.names) return tunnels.map(({ name }) => name)
  if (args.profiles) return [...new Set(tunnels.flatMap(({ profiles }) => profiles))].sort()
  return args.hash ? tunnels.map(({ name, fingerprint }) => `${name} ${fingerprint}`) : null
}
