/** Removes leftovers: of killed commands, and on request the logs and state of closed tunnels. */
import { existsSync, rmSync } from 'node:fs'
import { dropUnusedEnvironments } from '../secrets/environment.ts'
import { removeEmptyPrivateFolders } from '../secrets/private-files.ts'
import { forgetCompiled } from '../state/compiled-projects.ts'
import { sweepRuns } from '../state/run-file.ts'
import { withLock, type World } from '../state/world.ts'
import { observe } from './observe.ts'

/** Lock held. */
export function sweep(world: World): void {
  const records = world.store.readRecords()
  dropUnusedEnvironments(world, new Set([...records.values()].map(({ environment }) => environment)))
  removeEmptyPrivateFolders(world)
  sweepRuns(world)
}

/** Removes the named tunnels, or the whole project. Skips what runs (again). */
export async function purge(world: World, names: readonly string[] | 'all'): Promise<void> {
  forgetCompiled(world.root)
  if (!existsSync(world.store.folder)) return
  await withLock(world, () => {
    const { tunnels, supervised } = observe(world)
    if (names === 'all') {
      // Includes the lock.
      if (tunnels.size === 0 && !supervised) rmSync(world.store.folder, { recursive: true, force: true })
    } else {
      const desired = world.store.readDesired()
      for (const name of names) {
        if (tunnels.has(name)) continue
        rmSync(world.store.tunnelFolder(name), { recursive: true, force: true })
        desired.delete(name)
      }
      world.store.writeDesired(desired)
    }
  })
}
