/** A project file with its overrides and includes. */
import { join } from 'node:path'
import type { Environment } from '../../core/context.ts'
import { mostText } from '../../core/text/template.ts'
import { dotted, type ConfigErrors } from '../text/errors.ts'
import { mergeMaps } from './merge.ts'
import { exists, unreadableWords } from '../read/disk.ts'
import { resolveFile } from '../resolve/resolve.ts'
import type { Variables } from '../resolve/variables.ts'
import { isUrl, type SourceText, type Span } from '../text/source.ts'
import type { FileCache } from '../read/file-cache.ts'
import { mapAt, valueAt, type MapNode, type Node } from '../text/tree.ts'

/** One file with its overrides merged, and the documents it includes. */
export interface Document {
  source: SourceText
  root: MapNode
  /** Names that the first file declares itself; other names in `root` override included ones. */
  own: { tunnels: ReadonlySet<string>; accounts: ReadonlySet<string> }
  includes: Document[]
}

export interface LoadContext {
  texts: FileCache
  variables: Variables
  errors: ConfigErrors
  env: Environment
  /** Files of `--env-file`, absolute, the first wins. */
  givenEnvFiles: readonly string[]
}

/** A project file and its overrides, in order, with their includes. Null if the first file is not YAML. */
export function readDocument(sources: readonly SourceText[], context: LoadContext): Document | null {
  return read(sources, context, {
    ownEnvFiles: sources.slice(0, 1).map(envFileBeside),
    outerEnvFiles: [],
    trail: [],
    known: new Set(),
  })
}

/** The `file` of an `extends`: a file that is not a project of its own. */
export function readExtended(source: SourceText, from: SourceText, context: LoadContext): MapNode | null {
  const envFiles = [...context.givenEnvFiles, envFileBeside(source), ...from.envFiles]
  if (source.envFiles.length === 0) source.envFiles = unique(envFiles)
  return readLayer(source, false, context)
}

interface Inclusion {
  /** Searched first, after the environment. */
  ownEnvFiles: readonly string[]
  /** Of the including files: searched last. */
  outerEnvFiles: readonly string[]
  trail: readonly SourceText[]
  /** All files of the project so far. */
  known: Set<SourceText>
}

function read(sources: readonly SourceText[], context: LoadContext, inclusion: Inclusion): Document | null {
  const { ownEnvFiles, outerEnvFiles, trail, known } = inclusion
  const layers = sources.map((source, index) => {
    const beside = index === 0 ? [] : [envFileBeside(source)]
    source.envFiles = unique([...context.givenEnvFiles, ...beside, ...ownEnvFiles, ...outerEnvFiles])
    known.add(source)
    return readLayer(source, index > 0, context)
  })
  const [source] = sources
  const [first, ...overrides] = layers
  if (source === undefined || first === undefined || first === null) return null
  const root = overrides.reduce((lower: MapNode, upper) => (upper === null ? lower : mergeMaps(lower, upper)), first)
  const namesOf = (key: string): ReadonlySet<string> => new Set(mapAt(first, key)?.entries.keys())
  const inner = { outerEnvFiles: [...ownEnvFiles, ...outerEnvFiles], trail: [...trail, source], known }
  return {
    source,
    root,
    own: { tunnels: namesOf('tunnels'), accounts: namesOf('accounts') },
    includes: readIncludes(valueAt(root, 'include'), context, inner),
  }
}

function readLayer(source: SourceText, isOverride: boolean, context: LoadContext): MapNode | null {
  const tree = context.texts.parse(source)
  if (tree === null) return null
  const { env, variables, errors } = context
  const scope = { env, envFiles: source.envFiles }
  return resolveFile(tree, {
    scope,
    variables,
    errors,
    home: env['HOME'] ?? null,
    isOverride,
    room: { left: mostText },
  })
}

function readIncludes(list: Node | undefined, context: LoadContext, outer: Omit<Inclusion, 'ownEnvFiles'>): Document[] {
  if (list?.kind !== 'list') return []
  const documents: Document[] = []
  for (const [index, item] of list.items.entries()) {
    const path = item.kind === 'map' ? valueAt(item, 'path') : item
    // Validation reports anything else.
    if (path?.kind !== 'scalar' || typeof path.value !== 'string' || path.value === '') continue
    const source = openIncluded(path.value, { path: ['include', index], at: path }, context, outer)
    if (source === null) continue
    const given = envFilesOf(valueAt(item, 'env_file'), ['include', index, 'env_file'], context)
    const document = read([source], context, { ...outer, ownEnvFiles: given ?? [envFileBeside(source)] })
    if (document !== null) documents.push(document)
  }
  return documents
}

function openIncluded(
  file: string,
  { path, at }: { path: (string | number)[]; at: Span },
  { texts, errors }: LoadContext,
  { trail, known }: Pick<Inclusion, 'trail' | 'known'>,
): SourceText | null {
  const source = texts.open(file, 'yaml')
  if (typeof source === 'string') {
    const message = `${dotted(path)}: ${texts.shown(file)} ${unreadableWords(source)}`
    errors.add({ code: 'unreadable', message, path, at })
    return null
  }
  if (!known.has(source)) return source
  const isCircle = trail.includes(source)
  const circle = [...trail.slice(trail.indexOf(source)), source].map(({ shown }) => shown).join(' -> ')
  const message = isCircle ? ` includes itself: ${circle}` : `: ${source.shown} is already part of the project`
  const code = isCircle ? 'include-cycle' : 'included-twice'
  errors.add({ code, message: dotted(path) + message, path, at })
  return null
}

/** Null without a value. Later files win, so they come first. */
function envFilesOf(
  node: Node | undefined,
  path: (string | number)[],
  { texts, errors }: LoadContext,
): string[] | null {
  if (node === undefined) return null
  const items = node.kind === 'list' ? node.items : [node]
  const files = items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [item] : []))
  for (const at of files) {
    // Only the implicit .env may be missing.
    if (at.text === '' || isUrl(at.text) || exists(at.text)) continue
    const message = `${dotted(path)}: ${texts.shown(at.text)} ${unreadableWords('missing')}`
    errors.add({ code: 'unreadable', message, path, at })
  }
  return files.map(({ text }) => text).reverse()
}

function envFileBeside({ folder }: SourceText): string {
  return join(folder, '.env')
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)]
}
