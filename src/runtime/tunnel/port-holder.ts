/** Names who holds a port: where it is a tunnel of p2p, which one, of any project of this user. */
import type { Holder, Problem, TunnelSpec } from '../../core/model.ts'
import { P2pError } from '../../core/errors.ts'
import { formatHolder, toFree } from '../../core/decide/status.ts'
import { knownProjects, Store } from '../state/store.ts'
import type { Listener, Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'

/** `world` null: the state can't be trusted, so nothing is read from it. */
export function holderOf(world: World | null, snapshot: Snapshot, socket: Listener): Holder | null {
  const holder = snapshot.holder(socket)
  const attempt = typeof holder?.pid !== 'number' ? null : snapshot.attemptOf(holder.pid)
  if (world === null || holder === null || attempt === null) return holder
  for (const project of knownProjects(world.root)) {
    const store = new Store(world.root, project)
    const name = nameOf(store, attempt)
    if (name === null) continue
    return { ...holder, tunnel: { project: project.name, name, isHere: store.folder === world.store.folder, attempt } }
  }
  return holder
}

function nameOf(store: Store, attempt: string): string | null {
  try {
    return [...store.readRecords().values()].find((record) => record.attempt === attempt)?.name ?? null
  } catch (error) {
    // Damaged, or of a later format: of no help here.
    if (error instanceof P2pError) return null
    throw error
  }
}

/** The only message for a port in use. */
export function portTaken(world: World | null, { name }: TunnelSpec, port: number, holder: Holder | null): Problem {
  const recorded = holder?.tunnel === undefined ? (world?.store.readPorts() ?? []) : []
  const isAuto = [...recorded].some(([key, auto]) => auto === port && key.split(/[. ]/)[0] === name)
  return {
    code: 'port.taken',
    reason: `port ${port} is already in use by ${formatHolder(holder)}`,
    hint: isAuto
      ? 'stop that program, or write a free port in place of auto in p2p.yaml'
      : (toFree(holder) ?? 'stop that program, or set another port in p2p.yaml'),
    heals: true,
  }
}

/** It left the group of its launcher: p2p finds it only as long as it keeps its environment. */
export function inBackground(pid: number | null): Problem {
  return {
    code: 'start.daemonised',
    reason: `its own program put itself into the background${pid === null ? '' : ` (PID ${pid})`}: a tunnel program must stay in the foreground`,
    hint: 'remove its option to run in the background',
    heals: false,
  }
}
