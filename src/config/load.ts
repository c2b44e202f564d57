/**
 * The way from text to project; each stage is a room:
 *
 *     text      sources, trees and errors with their places: the ground of all others
 *     read      which files, what they hold, and their trees
 *     resolve   variables, paths, secrets and short forms: one file for itself
 *     merge     overrides, includes, extends and defaults: one declaration per tunnel
 *     check     by the schema, in words for people
 *     compile   by our own rules, to specifications
 *     print     back to text, for `p2p config`
 */
import { resolve } from 'node:path'
import type { Context } from '../core/context.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { P2pError } from '../core/errors.ts'
import { assembleProject, type CompiledProject } from './compile/project.ts'
import type { PortsInUse } from './compile/auto-ports.ts'
import { discover } from './read/discover.ts'
import { readDocument } from './merge/document.ts'
import { collectErrors } from './text/errors.ts'
import { exists } from './read/disk.ts'
import { Variables } from './resolve/variables.ts'
import { nameOf, shownPath } from './text/source.ts'
import { openFileCache } from './read/file-cache.ts'

export type { PortsInUse } from './compile/auto-ports.ts'

export interface LoadedProject extends CompiledProject {
  /** What is allowed but worth a word, in file order. */
  warnings: Diagnostic[]
}

/**
 * From the files of a project to the project: read, interpolate, merge, validate, compile. Reads files and starts nothing.
 * @throws P2pError 'config.missing' and 'config.unreadable' where there is no text, 'config.invalid' with every mistake in
 * `details`, 'usage' for a project name or `-f` that can't be.
 */
export async function loadProject(ctx: Context, { ports }: { ports: PortsInUse }): Promise<LoadedProject> {
  const errors = collectErrors()
  const texts = openFileCache(ctx.cwd, errors)
  const { sources, passedOver } = await discover(ctx, texts)
  const variables = new Variables(texts, errors)
  const context = { texts, variables, errors, env: ctx.env, givenEnvFiles: openEnvFiles(ctx) }
  const document = readDocument(sources, context)
  for (const { file, beside } of passedOver) {
    const message = `${shownPath(file, ctx.cwd)} is not read: ${shownPath(beside, ctx.cwd)} beside it is`
    errors.add({ code: 'passed-over', message, path: [], at: null, hint: 'delete one of them' }, 'warning')
  }
  const assembled = document === null ? null : assembleProject(document, context, { ctx, ports })
  const mistakes = errors.list('error')
  if (assembled === null || mistakes.length > 0) {
    const more = errors.full ? 'at least ' : ''
    const count = mistakes.length === 1 ? 'a mistake' : `${more}${mistakes.length} mistakes`
    throw new P2pError('config.invalid', `${nameOf(sources[0])} has ${count}: nothing was started`, {
      details: mistakes,
    })
  }
  return { ...assembled, warnings: errors.list('warning') }
}

/** Files of `--env-file`, absolute, the last given first: it wins. */
function openEnvFiles({ cwd, globals }: Context): string[] {
  const files = globals.envFiles.map((file) => resolve(cwd, file))
  const missing = files.find((file) => !exists(file))
  if (missing === undefined) return files.reverse()
  throw new P2pError('config.missing', `the env file ${shownPath(missing, cwd)} does not exist`, {
    hint: 'check the path after --env-file',
  })
}
