// From text to project; each stage is a room:
//
//     text      sources, trees and errors with their places
//     read      finds, reads and parses the files
//     resolve   variables, paths, secrets and short forms of one file
//     merge     overrides, includes, extends and defaults: one declaration per tunnel
//     check     the schema
//     compile   our own rules; tunnel specifications
//     print     back to text, for `p2p config`
import { resolve } from 'node:path'
import type { Context } from '../core/context.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { P2pError } from '../core/errors.ts'
import { assembleProject, type CompiledProject } from './compile/project.ts'
import type { PortsInUse } from './read/ports-in-use.ts'
import { discover } from './read/discover.ts'
import { readDocument } from './merge/document.ts'
import { collectErrors } from './text/errors.ts'
import { exists } from './read/disk.ts'
import { Variables } from './resolve/variables.ts'
import { nameOf, shownPath } from './text/source.ts'
import { openFileCache } from './read/file-cache.ts'

export type { PortsInUse } from './read/ports-in-use.ts'

export interface LoadedProject extends CompiledProject {
  warnings: Diagnostic[]
}

/** Starts nothing. `names`: what is to be opened; null for nothing. Throws 'config.missing', 'config.unreadable', 'config.invalid' (errors in `details`) or 'usage'. */
export async function loadProject(
  ctx: Context,
  { ports, names = [] }: { ports: PortsInUse; names?: readonly string[] | null },
): Promise<LoadedProject> {
  const errors = collectErrors()
  const texts = openFileCache(ctx.cwd, errors)
  const { sources, passedOver } = await discover(ctx, texts)
  const variables = new Variables(texts, errors)
  const context = { texts, variables, errors, env: ctx.env, givenEnvFiles: openEnvFiles(ctx) }
  const document = readDocument(sources, context)
  for (const { file, beside } of passedOver) {
    const message = `${shownPath(file, ctx.cwd)} is ignored: ${shownPath(beside, ctx.cwd)} is used instead`
    errors.add({ code: 'passed-over', message, path: [], at: null, hint: 'delete one of them' }, 'warning')
  }
  const assembled = document === null ? null : assembleProject(document, context, { ctx, ports, names })
  const details = errors.list('error')
  if (assembled === null || details.length > 0) {
    const more = errors.full ? 'at least ' : ''
    const count = details.length === 1 ? '1 error' : `${more}${details.length} errors`
    throw new P2pError('config.invalid', `${nameOf(sources[0])} has ${count}`, { details })
  }
  return { ...assembled, warnings: errors.list('warning') }
}

/** Files of `--env-file`, absolute. The last given wins, so it comes first. */
function openEnvFiles({ cwd, globals }: Context): string[] {
  const files = globals.envFiles.map((file) => resolve(cwd, file))
  const missing = files.find((file) => !exists(file))
  if (missing === undefined) return files.reverse()
  throw new P2pError('config.missing', `the env file ${shownPath(missing, cwd)} does not exist`, {
    hint: 'check the path after --env-file',
  })
}
