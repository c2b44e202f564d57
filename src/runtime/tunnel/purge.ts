/** Removes what is left of closed tunnels: logs and state. */
import { existsSync, rmSync } from 'node:fs'
import { observe } from './observe.ts'
import { withLock, type World } from '../state/world.ts'

/** Of the named tunnels, or the whole project's folder. What runs (again) is left alone. */
export async function purge(world: World, names: readonly string[] | 'all'): Promise<void> {
  if (!existsSync(world.store.folder)) return
  await withLock(world, () => {
    const { tunnels, supervised } = observe(world)
    if (names === 'all') {
      // The lock lies in this folder: it goes last, and with it the project is as if it had never been.
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
