/** Lists all recorded projects of this user on this machine. */
import { join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { checkOwnFolder, findFolders } from '../files/folders.ts'
import { projectIds, projectOf, type ProjectRecord } from './store.ts'
import { existsSync, thisSystem } from '../machine.ts'

export type ProjectOnRecord =
  | { kind: 'known'; project: ProjectRecord }
  /** Its project.json can't be read. `name`: from the name of its state folder. */
  | { kind: 'damaged'; name: string; why: string }

/** By name, then by folder. @throws P2pError 'state.refused' if the state folder can't be trusted. */
export async function projectsOnRecord(ctx: Context): Promise<ProjectOnRecord[]> {
  const { state } = findFolders(ctx.env)
  if (!checkOwnFolder(state, (await thisSystem()).uid)) return []
  return projectIds(state)
    .flatMap((id): ProjectOnRecord[] => {
      const project = projectOf(state, id)
      if (project !== null) return [{ kind: 'known', project }]
      const folder = join(state, 'projects', id)
      return contents.some((name) => existsSync(join(folder, name))) ? [damagedProject(id, folder)] : []
    })
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

/** Without any of these nothing is recorded: a `down` of a project that never ran leaves only its lock. */
const contents = ['project.json', 'state.json', 'specs.json', 'desired.json']

function damagedProject(id: string, folder: string): ProjectOnRecord {
  const why = `${join(folder, 'project.json')} does not say which project this is`
  return { kind: 'damaged', name: id.replace(/-[0-9a-f]{12}$/, ''), why }
}

function sortKey(entry: ProjectOnRecord): string {
  return entry.kind === 'known' ? `${entry.project.name}\0${entry.project.folder}` : entry.name
}
