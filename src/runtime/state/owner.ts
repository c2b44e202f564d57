/** The owner of a lock or claim: enough to check from another process whether it is still alive. */
import type { System } from '../process/system/index.ts'
import { existsSync, hostname, process } from '../machine.ts'

export interface Owner {
  pid: number
  startTime: string
  bootId: string
  pidNamespace: string | null
  host: string
  /** Its command, for people: `p2p up`. */
  command: string
  /** The build of p2p that it runs; absent: one before builds had names, or none. */
  build?: string
  /** Node, which may have been replaced since; absent: unknown. */
  node?: string
}

declare const P2P_BUILD: string | undefined

const thisBuild = typeof P2P_BUILD === 'string' ? { build: P2P_BUILD, node: process.execPath } : {}

/** Why it should be replaced by a process of this build; null: it should not, or this code has no build to compare with. */
export function whyOutdated({ build, node }: Owner): string | null {
  if ('build' in thisBuild && build !== thisBuild.build) return 'of another build of p2p'
  return node === undefined || existsSync(node) ? null : `run by a Node that is gone (${node})`
}

export function thisProcess({ system, command }: { system: System; command: string }): Owner {
  return {
    pid: process.pid,
    startTime: system.look().process(process.pid)?.startTime ?? '',
    bootId: system.bootId,
    pidNamespace: system.pidNamespace,
    host: hostname(),
    command,
    ...thisBuild,
  }
}

/** An owner on another host, or in another PID namespace that is not proved gone, can't be checked: counts as alive, as does a paused one. */
export function isAlive(owner: Owner, system: System): boolean {
  // The same boot is the same machine, even if it was renamed.
  if (owner.bootId !== system.bootId) return owner.host !== hostname()
  const snapshot = system.look()
  if (owner.pidNamespace !== system.pidNamespace) return !snapshot.isNamespaceGone(owner.pidNamespace)
  const its = snapshot.process(owner.pid)?.startTime
  return its !== undefined && its === owner.startTime
}

export function isThisProcess(owner: Owner | null, system: System): boolean {
  const me = thisProcess({ system, command: '' })
  return (
    owner !== null && (['pid', 'startTime', 'bootId', 'pidNamespace'] as const).every((key) => owner[key] === me[key])
  )
}

/** What JSON text says, if it says an owner: any process, PID 1 of a container as well, since none is signalled by this. */
export function parseOwner(text: string): Owner | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && 'pid' in value && isPid(value.pid)) return value as Owner
  } catch {
    return null
  }
  return null
}

function isPid(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}
