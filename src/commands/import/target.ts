/** Where an import goes: to standard output, into a new file, or into one that exists. */
import { dirname, join, relative, resolve } from 'node:path'
import { discover } from '../../config/read/discover.ts'
import { collectErrors } from '../../config/text/errors.ts'
import { loadProject } from '../../config/load.ts'
import { shownPath } from '../../config/text/source.ts'
import { openFileCache } from '../../config/read/file-cache.ts'
import type { Context } from '../../core/context.ts'
import type { Place } from '../../core/diagnostic.ts'
import { parseDotenv } from '../../core/text/dotenv.ts'
import { P2pError } from '../../core/errors.ts'
import { newDocument } from '../../import/document.ts'
import type { ImportPlan } from '../../import/import-plan.ts'
import { currentProjectOf, emptyProject } from '../../import/current-project.ts'
import { mergeInto } from '../../import/merge.ts'
import type { FileReading } from '../../import/read.ts'
import type { SecretsMode, StoredSecret } from '../../import/accounts.ts'
import { readFileSecret } from '../../runtime/secrets/sources.ts'
import { createFile, filesIn, isThere, readUserText, realPath, replaceFile } from '../../runtime/files/user-files.ts'
import { storeSecrets } from './secrets.ts'
import type { ImportArgs, Target } from './types.ts'

/** @throws P2pError 'usage' where the file exists and --merge is not given; any error of a file that exists. */
export async function openTarget(ctx: Context, { output, merge }: ImportArgs): Promise<Target> {
  if (output === null && merge) return existingTarget(ctx, ctx)
  if (output === null || output === '-') {
    if (merge) throw new P2pError('usage', '--merge needs a file', { hint: '--merge -o p2p.yaml' })
    return { path: null, shown: '-', folder: ctx.cwd, text: null, root: null, existing: emptyProject }
  }
  const path = resolve(ctx.cwd, output)
  const shown = shownPath(path, ctx.cwd)
  if (filesIn(path) !== null) {
    throw new P2pError('usage', `${shown} is a folder`, { hint: `-o ${join(output, 'p2p.yaml')}` })
  }
  if (isThere(path)) {
    if (merge) return existingTarget(ctx, { ...ctx, globals: { ...ctx.globals, files: [path] } })
    throw new P2pError('usage', `${shown} already exists; not changed`, {
      hint: `p2p import --merge -o ${shown} adds to it`,
    })
  }
  return { path, shown, folder: realPath(dirname(path)), text: null, root: null, existing: emptyProject }
}

/** @throws P2pError 'config.missing', and any error of the file. */
export async function existingTarget(ctx: Context, finding: Context): Promise<Target> {
  const texts = openFileCache(ctx.cwd, collectErrors())
  const { sources } = await discover(finding, texts).catch((error: unknown) => {
    if (!(error instanceof P2pError) || error.code !== 'config.missing') throw error
    throw new P2pError('config.missing', error.message, { hint: 'leave out --merge: -o p2p.yaml writes a new file' })
  })
  const [source] = sources
  const { file: path, folder, shown } = source
  const text = path === '-' ? null : readUserText(path)
  if (text === null) throw new P2pError('usage', '--merge needs a file', { hint: '--merge -o p2p.yaml' })
  // Empty tunnels below make a file without tunnels valid.
  const files = [...sources.map(({ file }) => file), '-']
  const globals = { ...finding.globals, files }
  const loaded = await loadProject({ ...finding, stdin: input('tunnels: {}\n'), globals }, { ports: noPorts })
  return {
    path,
    shown,
    folder,
    text,
    root: texts.parse(source),
    existing: currentProjectOf(loaded, lookups(ctx, folder)),
  }
}

function input(text: string): Context['stdin'] {
  return { isTTY: false, read: () => Promise.resolve(new TextEncoder().encode(text)) }
}

const noPorts = { recorded: () => ({}), taken: () => false }

function lookups(ctx: Context, folder: string): Parameters<typeof currentProjectOf>[1] {
  const beside = readUserText(join(folder, '.env'))
  const values = beside === null ? new Map<string, string>() : parseDotenv(beside, (name) => ctx.env[name])
  return {
    variable: (name) => ctx.env[name] ?? values.get(name),
    file: (path) => {
      const secret = readFileSecret('', path)
      return typeof secret === 'string' ? secret : undefined
    },
  }
}

/** The text to write, proved valid. @throws P2pError 'config.invalid' */
export async function composeDocument(
  ctx: Context,
  target: Target,
  plan: ImportPlan,
  files: readonly FileReading[],
): Promise<string> {
  const { root } = target
  const from = files.filter(({ result }) => result === 'imported').map(({ file }) => file)
  const text = root === null ? newDocument(plan, from) : markOf(target) + mergeInto(root.source.text, root, plan)
  await prove(ctx, target, text)
  return text
}

/** Its byte order mark, which its tree does not have. */
export function markOf({ text }: Target): string {
  return text?.startsWith('\uFEFF') === true ? '\uFEFF' : ''
}

/** Loads a text as if it stood in its place already. @throws P2pError 'config.invalid' where it would not be a project. */
export async function prove(ctx: Context, target: Pick<Target, 'shown' | 'folder'>, text: string): Promise<void> {
  const envFiles = ctx.globals.envFiles.map((file) => resolve(ctx.cwd, file))
  const globals = { ...ctx.globals, files: ['-'], envFiles }
  try {
    await loadProject({ ...ctx, cwd: target.folder, stdin: input(text), globals }, { ports: noPorts })
  } catch (error) {
    if (!(error instanceof P2pError) || error.code !== 'config.invalid') throw error
    // The text is in no file yet.
    const named = (place: Place): Place => (place.file === '-' ? { ...place, file: target.shown } : place)
    const details = error.details.map((detail) => ({
      ...detail,
      place: detail.place === null ? null : named(detail.place),
      related: detail.related.map(({ message, place }) => ({ message, place: named(place) })),
    }))
    const message = `with these tunnels ${target.shown} would not be valid: nothing was written`
    throw new P2pError('config.invalid', message, { details })
  }
}

/** Secrets first, p2p.yaml last: if anything interrupts, no file names a secret that is not there. Returns what was written. */
export async function writeImport(
  { path, folder, text }: Target,
  document: string,
  stored: readonly StoredSecret[],
  mode: SecretsMode,
): Promise<string[]> {
  if (path === null) return []
  const written = await storeSecrets(folder, stored, mode)
  if (text === document) return written
  if (text === null) createFile(path, document, 0o666)
  else replaceFile(path, document, null)
  return [...written, path].map((file) => relative(folder, file))
}
