/** Reads tunnels' logs, and goes on reading as they grow, through rotation and truncation. */
import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { readdirSync, statSync } from 'node:fs'
import { systemCode } from '../core/errors.ts'
import { unusable } from './folders.ts'
import { GrowingFile } from './growing-file.ts'
import type { World } from './world.ts'

export interface FollowOptions {
  /** Lines of each log to begin with; null: all. */
  tail: number | null
  /** Go on until the context is interrupted. */
  follow: boolean
  write: (name: string, chunk: Uint8Array) => void
}

/** Watches may be lost (network folders, limits of inotify): a slow look makes up for it. */
const lookEveryMs = 500

export async function followLogs(world: World, names: readonly string[], options: FollowOptions): Promise<void> {
  const logs = names.map((name) => {
    const write = (chunk: Uint8Array): void => {
      options.write(name, chunk)
    }
    return new GrowingFile(world.store.logOf(name), write)
  })
  for (const log of logs) log.begin(options.tail)
  if (!options.follow) {
    for (const log of logs) log.close()
    return
  }
  const { interrupted } = world.ctx
  await new Promise<void>((resolve) => {
    const look = (): void => {
      for (const log of logs) log.readNew()
    }
    const watchers = names.flatMap((name) => watchFolder(world.store.tunnelFolder(name), look))
    const timer = setInterval(look, lookEveryMs)
    const end = (): void => {
      clearInterval(timer)
      for (const watcher of watchers) watcher.close()
      look()
      for (const log of logs) log.close()
      resolve()
    }
    if (interrupted.aborted) end()
    else interrupted.addEventListener('abort', end, { once: true })
  })
}

/** Names of all tunnels that have a log, closed ones included. */
export function recordedLogs(world: World): string[] {
  try {
    return readdirSync(`${world.store.folder}/t`)
      .filter((name) => statSync(world.store.logOf(name), { throwIfNoEntry: false }) !== undefined)
      .sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw unusable(`${world.store.folder}/t`, error)
  }
}

function watchFolder(path: string, look: () => void): FSWatcher[] {
  try {
    const watcher = watch(path, { persistent: true }, look)
    watcher.on('error', () => {
      watcher.close()
    })
    return [watcher]
  } catch {
    return []
  }
}
