/** Removes leftovers: of killed commands, and on request the logs and state of closed tunnels. */
import { join } from 'node:path'
import { dropUnusedEnvironments } from '../secrets/environment.ts'
import { removeEmptyPrivateFolders } from '../secrets/private-files.ts'
import { forgetCompiled } from '../state/compiled-projects.ts'
import { namesIn } from '../files/read-file.ts'
import { sweepRuns, voidsOf } from '../state/run-file.ts'
import { withLock, type World } from '../state/world.ts'
import { forgetRecords } from './close.ts'
import { isOver } from './listener.ts'
import { observe } from './observe.ts'
import { existsSync, rmSync } from '../machine.ts'

/** Lock held. */
export function sweep(world: World): void {
  const over = [...world.store.readRecords().values()].filter((record) => isOver(world, record))
  forgetRecords(world, over, { despiteWriteErrors: true, comesBack: () => false })
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
      if (tunnels.size === 0 && !supervised) removeAllButMarks(world)
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

/** What keeps others out stays: locks, since the highest number must never disappear, and voids of launchers that may be late. */
function removeAllButMarks({ store }: World): void {
  for (const name of namesIn(store.folder)) {
    if (name !== 'runs' && !/^(lock|sup)\.[0-9]+$/.test(name))
      rmSync(join(store.folder, name), { recursive: true, force: true })
  }
  const voids = new Set(voidsOf(store))
  for (const name of namesIn(store.runs)) if (!voids.has(name)) rmSync(store.runFile(name), { force: true })
}
