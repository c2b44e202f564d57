/** `p2p config`: checks the project and prints it resolved. */
import { asYaml, resolvedTree } from '../config/print/resolved.ts'
import type { Context } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { diagnosticsJson } from '../report/diagnostics.ts'
import { sanitize, sanitizeJson } from '../report/text/sanitize.ts'
import { declaredProject } from './shared/find-project.ts'

export interface ConfigArgs {
  /** Only check. */
  quiet: boolean
  format: 'yaml' | 'json'
  /** Print the names of all tunnels, one a line. */
  names: boolean
  /** Print the names of all profiles. */
  profiles: boolean
  /** Print `NAME HASH`: what differs from the hash of a running tunnel has drifted. */
  hash: boolean
}

export async function run(ctx: Context, args: ConfigArgs): Promise<number> {
  try {
    const loaded = await declaredProject(ctx)
    if (args.quiet) return 0
    const { tunnels } = loaded.project
    if (args.names)
      printLines(
        ctx,
        tunnels.map(({ name }) => name),
      )
    else if (args.profiles) printLines(ctx, [...new Set(tunnels.flatMap(({ profiles }) => profiles))].sort())
    else if (args.hash)
      printLines(
        ctx,
        tunnels.map(({ name, fingerprint }) => `${name} ${fingerprint}`),
      )
    else if (args.format === 'json') ctx.stdout.write(`${sanitizeJson(resolvedTree(loaded), ctx.masks, 2)}\n`)
    else ctx.stdout.write(sanitize(asYaml(resolvedTree(loaded)), ctx.masks))
    return 0
  } catch (error) {
    // For a program, errors are data: they are what it asked for.
    if (!(error instanceof P2pError) || error.details.length === 0 || args.format !== 'json') throw error
    ctx.stdout.write(diagnosticsJson(error.details, ctx.masks))
    return error.exitStatus
  }
}

function printLines(ctx: Context, lines: readonly string[]): void {
  for (const line of lines) ctx.stdout.write(`${sanitize(line, ctx.masks)}\n`)
}
