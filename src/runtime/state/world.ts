/** One project's place on this machine: what every part of the runtime works on. */
import { join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { checkOwnFolder, ensureOwnFolder, findFolders } from '../files/folders.ts'
import { watchFolders } from '../files/watch.ts'
import { Store, projectId, type ProjectKey } from './store.ts'
import { takeLock } from './lock.ts'
import { thisSystem, type System } from '../process/system/index.ts'

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
  /** What is running, for commands that wait for our lock: `p2p up`. */
  command: string
}

/**
 * Opens a project's place for reading: nothing is created.
 * @throws P2pError 'state.refused' where the state folder can't be trusted.
 */
export async function openWorld(ctx: Context, key: ProjectKey, command: string): Promise<World> {
  const system = await thisSystem()
  const folders = findFolders(ctx.env)
  checkOwnFolder(folders.state, system.uid)
  return {
    ctx,
    system,
    key,
    root: folders.state,
    store: new Store(folders.state, key),
    runtimeRoot: folders.runtime,
    privateFolder: join(folders.runtime, projectId(key)),
    command,
  }
}

let umaskAtStart: number | null = null

/** The umask that p2p was started with; the tunnels' programs get it back. */
export function inheritedUmask(): number {
  return umaskAtStart ?? 0o077
}

/** Makes the folders that are missing, and from here on everything p2p creates is for its user alone. */
export function prepareForWriting(world: World): void {
  umaskAtStart ??= process.umask(0o077)
  ensureOwnFolder(world.root, world.system.uid)
  world.store.create()
}

/**
 * Runs `work` while holding the project's lock; no other command changes anything meanwhile.
 * @throws P2pError 'project.busy' when it can't be had within the context's `lockTimeoutMs`.
 */
export async function withLock<T>(world: World, work: () => T | Promise<T>): Promise<T> {
  const place = { folder: world.store.folder, prefix: 'lock', system: world.system, command: world.command }
  const lock = await takeLock(place, world.ctx.globals.lockTimeoutMs, world.ctx.interrupted)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

/** Calls `look` at once and after every change of what is recorded (see watchFolders), until the context is interrupted. */
export function watchProject({ store, ctx }: World, look: Parameters<typeof watchFolders>[2]): Promise<void> {
  return watchFolders([store.folder, store.runs], ctx.interrupted, look)
}
