/** Takes away what was left by commands that were killed, and what no tunnel uses any more. Lock held. */
import { dropUnusedEnvironments } from './environment.ts'
import { removeEmptyPrivateFolders } from './private-files.ts'
import { sweepRuns } from './runs.ts'
import type { World } from './world.ts'

export function tidy(world: World): void {
  const records = world.store.readRecords()
  dropUnusedEnvironments(world, new Set([...records.values()].map(({ environment }) => environment)))
  removeEmptyPrivateFolders(world)
  sweepRuns(world)
}
