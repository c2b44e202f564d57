/** Takes away what was left by commands that were killed, and what no tunnel uses any more. Lock held. */
import { dropUnusedEnvironments } from '../secrets/environment.ts'
import { removeEmptyPrivateFolders } from '../secrets/private-files.ts'
import { sweepRuns } from '../state/run-file.ts'
import type { World } from '../state/world.ts'

export function sweep(world: World): void {
  const records = world.store.readRecords()
  dropUnusedEnvironments(world, new Set([...records.values()].map(({ environment }) => environment)))
  removeEmptyPrivateFolders(world)
  sweepRuns(world)
}
