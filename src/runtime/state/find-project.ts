/** Finds the project that is meant when no file says so: by folder, or by name. */
import { dirname } from 'node:path'
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { checkOwnFolder, findFolders } from '../files/folders.ts'
import { realPath } from '../files/user-files.ts'
import { knownProjects, type ProjectKey, type ProjectRecord } from './store.ts'
import { thisSystem } from '../machine.ts'

/** What is known of the project although its file can't be used; see ProjectMeant of config. */
interface Meant {
  path: string | null
  name: string | null
}

/**
 * The project on record that a command means. With -p its name decides: in this folder, else elsewhere if it `isNamed`
 * or there is no file here. Without -p the name that its file gives itself, in that file's folder; where that can't be
 * read, only a project that was loaded from that very file. Without any file: the project of this folder, else of its
 * nearest parent. null: none of them is on record.
 * @throws P2pError 'project.ambiguous' where several are meant; their names are listed.
 */
export async function findRecordedProject(
  ctx: Context,
  { path, name }: Meant,
  isNamed: (project: ProjectKey) => boolean,
): Promise<ProjectKey | null> {
  const wanted = ctx.globals.projectName
  const known = (await recordedProjects(ctx)).filter((project) => wanted === null || project.name === wanted)
  if (path === null) return nearest(ctx, known) ?? (wanted === null ? null : byName(known))
  const folder = folderOf(ctx, path)
  const here = known.filter((project) => project.folder === folder)
  if (wanted !== null) return only(here) ?? byName(known.filter(isNamed))
  return only(here.filter((project) => (name === null ? project.files[0] === path : project.name === name)))
}

/** Names of the projects on record in the folder of that file or, where there is none, in this one and its parents. */
export async function projectsHere(ctx: Context, { path }: Meant): Promise<string[]> {
  const start = folderOf(ctx, path)
  return (await recordedProjects(ctx))
    .filter(({ folder }) => `${start}/`.startsWith(`${folder}/`))
    .map(({ name }) => name)
}

/** A folder that was deleted still names its project. */
function folderOf(ctx: Context, path: string | null): string {
  return path === null || path === '-' ? realPath(ctx.cwd) : dirname(path)
}

async function recordedProjects(ctx: Context): Promise<ProjectRecord[]> {
  const { state } = findFolders(ctx.env)
  return checkOwnFolder(state, (await thisSystem()).uid) ? knownProjects(state) : []
}

function nearest(ctx: Context, known: readonly ProjectRecord[]): ProjectKey | null {
  for (let folder = folderOf(ctx, null); ; folder = dirname(folder)) {
    const here = only(known.filter((project) => project.folder === folder))
    if (here !== null || folder === dirname(folder)) return here
  }
}

/** A name alone says enough where only one project has it, in whatever folder. */
function byName(named: readonly ProjectRecord[]): ProjectKey | null {
  if (named.length <= 1) return named[0] ?? null
  const places = named.map(({ name, folder }) => `${name} (${folder})`)
  throw ambiguous(places, 'say which one by its folder: -f FOLDER/p2p.yaml, which need not exist')
}

function only(projects: readonly ProjectRecord[]): ProjectKey | null {
  if (projects.length > 1)
    throw ambiguous(
      projects.map(({ name }) => name),
      'say which one with -p NAME',
    )
  return projects[0] ?? null
}

function ambiguous(names: readonly string[], hint: string): P2pError {
  return new P2pError('project.ambiguous', `several projects are recorded here: ${names.join(', ')}`, { hint })
}
