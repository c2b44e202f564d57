/** What loading a project needs from outside of its files: recorded automatic ports, ports in use, answers of programs. */
import type { Context } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { endpointsClash } from '../../core/text/endpoint.ts'
import type { Endpoint } from '../../core/model.ts'
import { checkOwnFolder, findFolders } from '../files/folders.ts'
import { Store, type ProjectKey } from './store.ts'
import type { Listener } from '../process/system/index.ts'
import { spawnSync, thisSystem } from '../machine.ts'

interface RecordedPorts {
  recorded: (project: ProjectKey) => Record<string, number>
  taken: (endpoint: Endpoint) => boolean
  ask: (project: ProjectKey, tunnel: string, argv: string[]) => string | null
}

const answerMs = 15_000

/** Reads sockets only on demand: read-only commands never need it, since their ports are recorded. `asks`: may run programs. */
export async function openRecordedPorts(ctx: Context, { asks = false } = {}): Promise<RecordedPorts> {
  const system = await thisSystem()
  const { state } = findFolders(ctx.env)
  let listeners: Listener[] | null = null
  return {
    ask: (project, tunnel, [program = '', ...args]) => {
      if (!asks) {
        const known = checkOwnFolder(state, system.uid)
          ? unlessDamaged(() => new Store(state, project).readDesired())
          : null
        return known?.get(tunnel)?.spec.asked ?? null
      }
      const { status, stdout } = spawnSync(program, args, {
        cwd: project.folder,
        env: ctx.env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: answerMs,
      })
      return status === 0 ? stdout : null
    },
    recorded: (project) => {
      const known = checkOwnFolder(state, system.uid)
        ? unlessDamaged(() => new Store(state, project).readPorts())
        : null
      return Object.fromEntries(known ?? [])
    },
    taken: (endpoint) => {
      listeners ??= system.look().listeners()
      return listeners.some((listener) => endpointsClash(listener, endpoint))
    },
  }
}

/** What is damaged is set aside by the next command that changes something; until then it must not keep a tunnel from being closed. */
function unlessDamaged<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof P2pError && error.code === 'state.unusable') return null
    throw error
  }
}
