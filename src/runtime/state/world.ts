/** One project on this machine: its context, system, store and folders. */
import { join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { checkOwnFolder, ensureOwnFolder, findFolders, refuseFoldersOfOthers } from '../files/folders.ts'
import { watchFolders } from '../files/watch.ts'
import { Store, projectId, type ProjectKey } from './store.ts'
import { takeLock } from './lock.ts'
import type { System } from '../process/system/index.ts'
import { existsSync, process, thisSystem } from '../machine.ts'

export interface World {
  ctx: Context
  system: System
  key: ProjectKey
  /** State root of all projects. */
  root: string
  store: Store
  /** Private files of all projects under this state root. */
  runtimeRoot: string
  /** Folder of this project's private files. */
  privateFolder: string
  /** This command, for others that wait for our lock: `p2p up`. */
  command: string
}

/** Creates nothing. @throws P2pError 'state.refused' if the state folder can't be trusted. */
export async function openWorld(ctx: Context, key: ProjectKey, command: string): Promise<World> {
  const system = await thisSystem()
  const folders = findFolders(ctx.env)
  checkOwnFolder(folders.state, system.uid)
  const store = new Store(folders.state, key)
  store.bootId = system.bootId
  // The variables of this command may point elsewhere: what was written is read, masked and removed where it is.
  const written = store.readRuntimeRoot()
  const isThere = written !== null && existsSync(join(written, projectId(key)))
  const runtimeRoot = isThere ? written : folders.runtime
  return {
    ctx,
    system,
    key,
    root: folders.state,
    store,
    runtimeRoot,
    privateFolder: join(runtimeRoot, projectId(key)),
    command,
  }
}

let umaskAtStart: number | null = null

/** The umask p2p was started with, restored for the tunnels' programs. */
export function inheritedUmask(): number {
  return umaskAtStart ?? 0o077
}

/** For a program that this process runs for its user. */
export function umaskOfUser(): number {
  if (umaskAtStart !== null) return umaskAtStart
  const own = process.umask(0o077)
  process.umask(own)
  return own
}

/** Creates missing folders; from now on everything p2p creates is private to its user. */
export function prepareForWriting(world: World): void {
  for (const path of [world.root, world.runtimeRoot]) refuseFoldersOfOthers(path, world.system.uid, world.ctx.env)
  umaskAtStart ??= world.ctx.isHosted === true ? umaskOfUser() : process.umask(0o077)
  ensureOwnFolder(world.root, world.system.uid)
  world.store.create()
}

/** Holds the project's lock during `work`. @throws P2pError 'project.busy' after the context's `lockTimeoutMs`. */
export async function withLock<T>(world: World, work: () => T | Promise<T>): Promise<T> {
  const place = { folder: world.store.folder, prefix: 'lock', system: world.system, command: world.command }
  const lock = await takeLock(place, world.ctx.globals.lockTimeoutMs, world.ctx.interrupted)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

/** Calls `look` now and after every change of the state (see watchFolders), until the context is interrupted. */
export function watchProject({ store, ctx }: World, look: Parameters<typeof watchFolders>[2]): Promise<void> {
  return watchFolders([store.folder, store.runs], ctx.interrupted, look)
}
