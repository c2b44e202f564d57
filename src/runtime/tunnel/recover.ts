/** Recovers from damaged state files: finds what still runs before anything starts over. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { P2pError } from '../../core/errors.ts'
import type { RunRecord } from '../../core/model.ts'
import { namesIn } from '../files/read-file.ts'
import { findAttemptProcesses } from './attempt-processes.ts'
import { readRunFile } from '../state/run-file.ts'
import type { LaunchedTunnels } from '../state/store.ts'
import type { World } from '../state/world.ts'

/**
 * The records of state.json; if that is damaged, those of specs.json, which is written before it with the same attempts.
 * @throws P2pError 'state.unusable' if both are damaged and processes of recorded runs are alive: names their PIDs.
 */
export function recoverRecords(world: World): Map<string, RunRecord> {
  try {
    // A missing index reads as empty; specs.json says whether there should be more.
    if (world.store.hasRecords()) return world.store.readRecords()
    return recordsOf(world.store.readLaunched())
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    const launched = readLaunchedIfWhole(world)
    if (launched !== null) return recordsOf(launched)
    const alive = survivors(world)
    if (alive.length === 0) throw error
    throw new P2pError(
      'state.unusable',
      `${error.message}, and processes of its tunnels are still running: PIDs ${alive.join(', ')}`,
      {
        hint: `stop them, then remove ${world.store.folder}`,
      },
    )
  }
}

/** Renames damaged files once none of their tunnels run, so that the project can start over. Lock held. */
export function setDamagedAside(world: World): string[] {
  const aside: string[] = []
  for (const [name, read] of [
    ['state.json', () => world.store.readRecords()],
    ['specs.json', () => world.store.readLaunched()],
    ['desired.json', () => world.store.readDesired()],
    ['ports.json', () => world.store.readPorts()],
    ['project.json', () => world.store.readProject()],
  ] as const) {
    try {
      read()
    } catch {
      aside.push(join(world.store.folder, `${name}.damaged`))
    }
  }
  if (aside.length === 0) return aside
  const records = recoverOrNone(world)
  if (records === null)
    throw new P2pError('state.unusable', `${world.store.folder} is damaged and its tunnels are still running`, {
      hint: 'stop them first',
    })
  for (const path of aside) renameSync(path.replace(/\.damaged$/, ''), path)
  world.store.writeRecords(records)
  return aside
}

function recoverOrNone(world: World): Map<string, RunRecord> | null {
  const launched = readLaunchedIfWhole(world)
  if (launched !== null) return recordsOf(launched)
  return survivors(world).length === 0 ? new Map() : null
}

function readLaunchedIfWhole(world: World): LaunchedTunnels | null {
  try {
    const launched = world.store.readLaunched()
    return launched.size === 0 ? null : launched
  } catch {
    return null
  }
}

function recordsOf(launched: LaunchedTunnels): Map<string, RunRecord> {
  return new Map([...launched].map(([name, { record }]) => [name, record]))
}

/** Live processes of any attempt that has a run file. */
function survivors(world: World): number[] {
  const nonces = namesIn(world.store.runs).filter((name) => /^[0-9a-f]{32}$/.test(name))
  const attempts = nonces.map((nonce) => ({ nonce, run: readRunFile(world.store.runFile(nonce)) }))
  return [...findAttemptProcesses(world.system.look(), world.system, attempts).values()].flatMap(({ pids }) => pids)
}
