/** Finds a project's running supervisor. */
import { supervisorName, type RunRecord } from '../../core/model.ts'
import { lockOwner } from '../state/lock.ts'
import { isLauncher } from './attempt-processes.ts'
import { recoverRecords } from './recover.ts'
import { isSignallable, type Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'

interface RunningSupervisor {
  pid: number
  /** Stopped by a signal (SIGSTOP) until continued. */
  suspended: boolean
}

/** A supervisor holds its lock for life; one just launched is about to take it. Null: not running. */
export function findSupervisor(
  world: World,
  snapshot: Snapshot = world.system.look(),
  records: ReadonlyMap<string, RunRecord> = recoverRecords(world),
): RunningSupervisor | null {
  const owner = lockOwner({ folder: world.store.folder, prefix: 'sup', system: world.system })
  if (owner !== null) return { pid: owner.pid, suspended: isSuspended(world, snapshot, owner) }
  const record = records.get(supervisorName)
  if (record === undefined) return null
  const { launcher, program } = record.pids
  if (program === null || !isSignallable(launcher) || record.bootId !== world.system.bootId) return null
  const child = snapshot.process(program)
  if (child?.ppid !== launcher || !isLauncher(snapshot, launcher, record.attempt)) return null
  return { pid: program, suspended: child.suspended }
}

/** A PID of another container names a different process here. */
function isSuspended(
  { system }: World,
  snapshot: Snapshot,
  owner: { pid: number; pidNamespace: string | null },
): boolean {
  return owner.pidNamespace === system.pidNamespace && snapshot.process(owner.pid)?.suspended === true
}
