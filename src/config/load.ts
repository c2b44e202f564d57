/**
 * The way from text to project, and where each part of it is:
 *
 *     discover  disk  texts             which files, and what they hold
 *     tokens  parse  build              text to a tree in which every value knows its place (tree, source)
 *     places  forms  resolve  scope     variables, paths, secrets, second forms: one file for itself
 *     document  extends  declared merge several files to one declaration per tunnel
 *     validate  check  keys  sentences  by the schema; findings and mask turn mistakes into diagnostics
 *     needs  compile  policies  rules   by our own rules, and to specifications (assemble puts these together)
 *     resolved  print                   back to text, for `p2p config`
 */
import { resolve } from 'node:path'
import type { Context } from '../core/context.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { P2pError } from '../core/errors.ts'
import type { Project } from '../core/model.ts'
import { assembleProject } from './compile/project.ts'
import type { PortsInUse } from './compile/auto-ports.ts'
import type { Declarations } from './merge/declarations.ts'
import { discover } from './read/discover.ts'
import { readDocument } from './merge/document.ts'
import { collectErrors } from './text/findings.ts'
import { exists } from './read/disk.ts'
import { Variables } from './resolve/variables.ts'
import { nameOf, shownPath } from './text/source.ts'
import { openFileCache } from './read/file-cache.ts'

export type { PortsInUse } from './compile/auto-ports.ts'

export interface LoadedProject {
  project: Project
  /** What is allowed but worth a word, in file order. */
  warnings: Diagnostic[]
  /** What the files come to, for `p2p config`. */
  declarations: Declarations
}

/**
 * From the files of a project to the project: read, interpolate, merge, validate, compile. Reads files and starts nothing.
 * @throws P2pError 'config.missing' and 'config.unreadable' where there is no text, 'config.invalid' with every mistake in
 * `details`, 'usage' for a project name or `-f` that can't be.
 */
export async function loadProject(ctx: Context, { ports }: { ports: PortsInUse }): Promise<LoadedProject> {
  const findings = collectErrors()
  const texts = openFileCache(ctx.cwd, findings)
  const { sources, passedOver } = await discover(ctx, texts)
  const variables = new Variables(texts, findings)
  const reader = { texts, variables, findings, env: ctx.env, givenEnvFiles: openEnvFiles(ctx) }
  const document = readDocument(sources, reader)
  for (const { file, beside } of passedOver) {
    const message = `${shownPath(file, ctx.cwd)} is not read: ${shownPath(beside, ctx.cwd)} beside it is`
    findings.warning({ code: 'passed-over', message, path: [], at: null, hint: 'delete one of them' })
  }
  const assembled = document === null ? null : assembleProject(document, reader, { ctx, ports })
  const mistakes = findings.list('error')
  if (assembled === null || mistakes.length > 0) {
    const more = findings.full ? 'at least ' : ''
    const count = mistakes.length === 1 ? 'a mistake' : `${more}${mistakes.length} mistakes`
    throw new P2pError('config.invalid', `${nameOf(sources[0])} has ${count}: nothing was started`, {
      details: mistakes,
    })
  }
  return { ...assembled, warnings: findings.list('warning') }
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
