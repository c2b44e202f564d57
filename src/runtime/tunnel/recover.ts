/** Recovers from damaged state files: finds what still runs before anything starts over. */
import { join } from 'node:path'
import { P2pError, systemCode } from '../../core/errors.ts'
import type { RunRecord } from '../../core/model.ts'
import { namesIn } from '../files/read-file.ts'
import { findAttemptProcesses } from './attempt-processes.ts'
import { readRunFile, type RunFile } from '../state/run-file.ts'
import type { LaunchedTunnels } from '../state/store.ts'
import type { World } from '../state/world.ts'
import { lstatSync, renameSync, rmSync } from '../machine.ts'

/** The records of state.json, else of specs.json, with live attempts they lack. @throws P2pError 'state.unusable' */
export function recoverRecords(world: World): Map<string, RunRecord> {
  try {
    return adoptUnrecorded(world, recordsOnDisk(world)).records
  } catch (error) {
    if (!isDamage(error)) throw error
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

/** Whether the index names all that runs. @throws P2pError 'state.unusable' if it is damaged. */
export function isRecordWhole(world: World): boolean {
  const { adopted, unknown } = adoptUnrecorded(world, world.store.readRecords())
  return !adopted && unknown.length === 0
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
    } catch (error) {
      const path = join(world.store.folder, name)
      if (!isDamage(error) || lstatSync(path, { throwIfNoEntry: false }) === undefined) throw error
      aside.push(`${path}.damaged`)
    }
  }
  if (aside.length === 0) {
    recordAdopted(world)
    return aside
  }
  const isIndexWhole = world.store.hasRecords() && !aside.some((path) => path.endsWith('/state.json.damaged'))
  const records = isIndexWhole ? world.store.readRecords() : recoverOrNone(world)
  if (records === null)
    throw new P2pError('state.unusable', `${world.store.folder} is damaged and its tunnels are still running`, {
      hint: 'stop them first',
    })
  const whole = withAdopted(world, records)
  for (const path of aside) {
    // Of an earlier time: a folder does not replace a file, nor a file a folder.
    rmSync(path, { recursive: true, force: true })
    renameSync(path.replace(/\.damaged$/, ''), path)
  }
  world.store.writeRecords(whole.records)
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
  } catch (error) {
    if (!isDamage(error)) throw error
    return null
  }
}

/** A format of another build does not count as damage, nor that this process could not open it: nothing is changed. */
function isDamage(error: unknown): error is P2pError {
  if (!(error instanceof P2pError) || error.code === 'state.version') return false
  return !['EMFILE', 'ENFILE', 'ENOMEM', 'EINTR'].includes(systemCode(error.cause) ?? '')
}

/** Live attempts that no record names (a backup put back), as in specs.json; `unknown`: PIDs it does not know. */
function adoptUnrecorded(
  world: World,
  recorded: ReadonlyMap<string, RunRecord>,
): { records: Map<string, RunRecord>; adopted: boolean; unknown: number[] } {
  const records = new Map(recorded)
  const named = new Set([...records.values()].map(({ attempt }) => attempt))
  // Usually there is none: every ps asks, so files of named runs are not read.
  const unnamed = runsOf(world, named).filter(({ run }) => run.kind === 'run' && run.status === null)
  const unknown: number[] = []
  if (unnamed.length === 0) return { records, adopted: false, unknown }
  const alive = findAttemptProcesses(world.system.look(), world.system, unnamed)
  const launched = readLaunchedIfWhole(world) ?? new Map<never, never>()
  for (const [nonce, { pids }] of alive) {
    if (pids.length === 0) continue
    const known = [...launched.values()].find(({ record }) => record.attempt === nonce)
    const instead = records.get(known?.record.name ?? '')
    const isFree = instead === undefined || readRunFile(world.store.runFile(instead.attempt)).kind !== 'run'
    if (known !== undefined && isFree) records.set(known.record.name, known.record)
    else unknown.push(...pids)
  }
  return {
    records,
    adopted: records.size > recorded.size || [...records].some(([name, r]) => recorded.get(name) !== r),
    unknown,
  }
}

/** A missing index reads as empty; specs.json says whether there should be more. */
function recordsOnDisk({ store }: World): Map<string, RunRecord> {
  return store.hasRecords() ? store.readRecords() : recordsOf(store.readLaunched())
}

/** Lock held. */
function recordAdopted(world: World): void {
  const { records, adopted } = withAdopted(world, recordsOnDisk(world))
  // A missing index was read from specs.json.
  if (adopted || (records.size > 0 && !world.store.hasRecords())) world.store.writeRecords(records)
}

/** @throws P2pError 'state.unusable' for processes of this project that are on no record. */
function withAdopted(
  world: World,
  recorded: ReadonlyMap<string, RunRecord>,
): { records: Map<string, RunRecord>; adopted: boolean } {
  const { records, unknown, ...found } = adoptUnrecorded(world, recorded)
  let { adopted } = found
  if (unknown.length > 0) {
    const message = `processes of this project run that its records do not know: PIDs ${unknown.join(', ')}`
    throw new P2pError('state.unusable', message, {
      hint: `was a backup put back? stop them: kill ${unknown.join(' ')}`,
    })
  }
  // Named before its launcher has reported (an older index was put back): settled like any launch that was interrupted.
  for (const [name, { record }] of readLaunchedIfWhole(world) ?? []) {
    const { kind } = readRunFile(world.store.runFile(record.attempt))
    if (records.has(name) || (kind !== 'absent' && kind !== 'empty')) continue
    records.set(name, record)
    adopted = true
  }
  return { records, adopted }
}

function recordsOf(launched: LaunchedTunnels): Map<string, RunRecord> {
  return new Map([...launched].map(([name, { record }]) => [name, record]))
}

/** Live processes of any attempt that has a run file. */
function survivors(world: World): number[] {
  return [...findAttemptProcesses(world.system.look(), world.system, runsOf(world)).values()].flatMap(
    ({ pids }) => pids,
  )
}

function runsOf(world: World, except: ReadonlySet<string> = new Set()): { nonce: string; run: RunFile }[] {
  const nonces = namesIn(world.store.runs).filter((name) => /^[0-9a-f]{32}$/.test(name) && !except.has(name))
  return nonces.map((nonce) => ({ nonce, run: readRunFile(world.store.runFile(nonce)) }))
}
