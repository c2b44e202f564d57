/** Who watches over a project's tunnels: its supervisor, as it stands now. */
import { supervisorName, type RunRecord } from '../../core/model.ts'
import { lockOwner } from '../state/lock.ts'
import { isLauncher } from './attempt-processes.ts'
import { isSignallable, type Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'

interface RunningSupervisor {
  pid: number
  /** By a signal (SIGSTOP): it does nothing until it is continued. */
  suspended: boolean
}

/** A supervisor holds its lock for life; one that was just launched is on its way to it. Null: there is none. */
export function findSupervisor(
  world: World,
  snapshot: Snapshot = world.system.look(),
  records: ReadonlyMap<string, RunRecord> = world.store.readRecords(),
): RunningSupervisor | null {
  const owner = lockOwner({ folder: world.store.folder, prefix: 'sup', system: world.system })
  if (owner !== null) return { pid: owner.pid, suspended: isSuspended(world, snapshot, owner) }
  const record = records.get(supervisorName)
  if (record === undefined) return null
  const { launcher, program } = record.pids
  if (program === null || !isSignallable(launcher) || record.bootId !== world.system.bootId) return null
  const isOnItsWay = isLauncher(snapshot, launcher, record.attempt) && snapshot.process(program)?.ppid === launcher
  return isOnItsWay ? { pid: program, suspended: false } : null
}

/** PIDs of another container mean other processes here. */
function isSuspended(
  { system }: World,
  snapshot: Snapshot,
  owner: { pid: number; pidNamespace: string | null },
): boolean {
  return owner.pidNamespace === system.pidNamespace && snapshot.process(owner.pid)?.suspended === true
}
