/** Recorded automatic ports, and ports in use, for choosing automatic ports. */
import type { Context } from '../../core/context.ts'
import { endpointsClash } from '../../core/text/endpoint.ts'
import type { Endpoint } from '../../core/model.ts'
import { checkOwnFolder, findFolders } from '../files/folders.ts'
import { Store, type ProjectKey } from './store.ts'
import { thisSystem, type Listener } from '../process/system/index.ts'

interface RecordedPorts {
  recorded: (project: ProjectKey) => Record<string, number>
  taken: (endpoint: Endpoint) => boolean
}

/** Reads sockets only on demand: read-only commands never need it, since their ports are recorded. */
export async function openRecordedPorts(ctx: Context): Promise<RecordedPorts> {
  const system = await thisSystem()
  const { state } = findFolders(ctx.env)
  let listeners: Listener[] | null = null
  return {
    recorded: (project) =>
      checkOwnFolder(state, system.uid) ? Object.fromEntries(new Store(state, project).readPorts()) : {},
    taken: (endpoint) => {
      listeners ??= system.look().listeners()
      return listeners.some((listener) => endpointsClash(listener, endpoint))
    },
  }
}
