/** Finds the files of a project. */
import { dirname, join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { mostText } from '../../core/text/template.ts'
import { absolute, exists, realFolder, toText, unreadableWords, type Unreadable } from './disk.ts'
import { shownPath, type SourceText } from '../text/source.ts'
import type { FileCache } from './file-cache.ts'

export interface Discovered {
  /** The project file, then its overrides. */
  sources: [SourceText, ...SourceText[]]
  /** Files ignored because of another one beside them. */
  passedOver: { file: string; beside: string }[]
}

const fileNames = ['p2p.yaml', 'p2p.yml']
const overrideNames = ['p2p.override.yaml', 'p2p.override.yml']

/** The files of `-f`, else p2p.yaml here or in a parent, with its override. @throws P2pError 'config.*', or 'usage' */
export async function discover(ctx: Context, texts: FileCache): Promise<Discovered> {
  const given = ctx.globals.files
  if (given.filter((file) => file === '-').length > 1) {
    throw new P2pError('usage', 'standard input can be read only once', { hint: 'use -f - once' })
  }
  const found = given.length === 0 ? search(ctx.cwd) : null
  const files = found?.files ?? given
  const sources: SourceText[] = []
  for (const file of files) sources.push(await open(file, ctx, texts))
  const [first, ...overrides] = sources
  if (first === undefined) throw nothingFound(ctx.cwd)
  return { sources: [first, ...overrides], passedOver: found?.passedOver ?? [] }
}

export function search(cwd: string): { files: string[]; passedOver: Discovered['passedOver'] } {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const [first, second] = [fileNames, overrideNames].map((names) =>
      names.map((name) => join(folder, name)).filter((path) => exists(path, { hidden: folder !== cwd })),
    )
    if (first?.[0] !== undefined)
      return {
        files: [first, second].flatMap((files = []) => files.slice(0, 1)),
        passedOver: [first, second].flatMap(others),
      }
    if (folder === dirname(folder)) return { files: [], passedOver: [] }
  }
}

function others([beside = '', ...others]: readonly string[] = []): Discovered['passedOver'] {
  return others.map((file) => ({ file, beside }))
}

async function open(file: string, ctx: Context, texts: FileCache): Promise<SourceText> {
  if (file === '-') {
    const source = texts.adopt('-', realFolder(ctx.cwd), toText(await ctx.stdin.read(mostText)))
    return typeof source === 'string' ? refuse('standard input', source) : source
  }
  const source = texts.open(absolute(file, ctx.cwd), 'yaml')
  return typeof source === 'string' ? refuse(shownPath(absolute(file, ctx.cwd), ctx.cwd), source) : source
}

function refuse(shown: string, why: Unreadable): never {
  const code = why === 'missing' ? 'config.missing' : 'config.unreadable'
  throw new P2pError(code, `${shown} ${unreadableWords(why)}`, { hint: hints[why] })
}

const hints: Record<Unreadable, string> = {
  missing: 'check the path after -f, or write a starter file with p2p init',
  'not-allowed': 'ls -l shows whose it is: its owner can let you read it with chmod or chown',
  folder: 'name the file in it: -f FOLDER/p2p.yaml',
  special: 'use -f - to read standard input',
  'too-large': 'split it into several files and include them',
  'too-many-open': 'close programs, or raise the limit with ulimit -n',
  interrupted: 'the same command again',
  unreadable: 'check the disk it is on',
  url: 'curl URL | p2p -f - ...',
}

function nothingFound(cwd: string): P2pError {
  return new P2pError('config.missing', `no p2p.yaml or p2p.yml in ${cwd} or a folder above it`, {
    hint: 'p2p init writes a starter file; -f FILE reads another one',
  })
}
