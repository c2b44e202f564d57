/** Finds a recorded project by folder or by name. */
import { dirname, resolve } from 'node:path'
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { checkOwnFolder, findFolders } from '../files/folders.ts'
import { realPath } from '../files/user-files.ts'
import { knownProjects, type ProjectKey } from './store.ts'
import { thisSystem } from '../process/system/index.ts'

/**
 * The recorded project of this folder (or of -f) or its nearest parent; with -p also of another folder. null: unknown.
 * @throws P2pError 'project.ambiguous', which lists the names.
 */
export async function findRecordedProject(ctx: Context): Promise<ProjectKey | null> {
  const { state } = findFolders(ctx.env)
  if (!checkOwnFolder(state, (await thisSystem()).uid)) return null
  const wanted = ctx.globals.projectName
  const known = knownProjects(state).filter(({ name }) => wanted === null || name === wanted)
  const [file] = ctx.globals.files
  const start = file === undefined || file === '-' ? ctx.cwd : dirname(resolve(ctx.cwd, file))
  // A folder that was deleted still names its project.
  for (let folder = realPath(start); ; folder = dirname(folder)) {
    const here = known.filter((project) => project.folder === folder)
    if (here.length > 1)
      throw ambiguous(
        here.map(({ name }) => name),
        'choose one with -p NAME',
      )
    if (here[0] !== undefined) return here[0]
    if (folder === dirname(folder)) break
  }
  // A name alone is enough if only one project has it, in any folder.
  if (wanted === null || known.length === 0) return null
  if (known.length > 1)
    throw ambiguous(
      known.map(({ name, folder }) => `${name} (${folder})`),
      'choose one by its folder: -f FOLDER/p2p.yaml, which need not exist',
    )
  return known[0] ?? null
}

function ambiguous(names: readonly string[], hint: string): P2pError {
  return new P2pError('project.ambiguous', `several projects are recorded here: ${names.join(', ')}`, { hint })
}
