/** Finds a project's running supervisor. */
import { supervisorName, type RunRecord } from '../../core/model.ts'
import { formatDuration } from '../../core/text/units.ts'
import { lockOwner } from '../state/lock.ts'
import { silenceMs, silenceOf } from '../state/heartbeat.ts'
import { whyOutdated, type Owner } from '../state/owner.ts'
import { isLauncher } from './attempt-processes.ts'
import { recoverRecords } from './recover.ts'
import { isSignallable, type Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'

interface RunningSupervisor {
  pid: number
  /** Stopped by a signal (SIGSTOP) until continued. */
  suspended: boolean
  /** Why `up` replaces it; null: it does not. */
  unfit: string | null
}

/** A supervisor holds its lock for life; one just launched is about to take it. Null: not running. */
export function findSupervisor(
  world: World,
  snapshot: Snapshot = world.system.look(),
  records: ReadonlyMap<string, RunRecord> = recoverRecords(world),
): RunningSupervisor | null {
  const owner = lockOwner({ folder: world.store.folder, prefix: 'sup', system: world.system })
  if (owner !== null) {
    return { pid: owner.pid, suspended: isSuspended(world, snapshot, owner), unfit: whyUnfit(world, owner, snapshot) }
  }
  const record = records.get(supervisorName)
  if (record === undefined) return null
  const { launcher, program } = record.pids
  if (program === null || !isSignallable(launcher) || record.bootId !== world.system.bootId) return null
  const child = snapshot.process(program)
  if (child?.ppid !== launcher || !isLauncher(snapshot, launcher, record.attempt)) return null
  return { pid: program, suspended: child.suspended, unfit: null }
}

/** What is wrong with a project's supervisor, and what to do; null: nothing, or none is needed. */
export function supervisorProblem(world: World, supervisor: RunningSupervisor | null): string | null {
  if (supervisor?.suspended === true) {
    return `the supervisor is stopped (SIGSTOP), so nothing is reopened; kill -CONT ${supervisor.pid} resumes it`
  }
  if (supervisor !== null && supervisor.unfit !== null) {
    return `the supervisor (PID ${supervisor.pid}) ${supervisor.unfit}; p2p up replaces it, the tunnels stay open`
  }
  if (supervisor !== null) return null
  return world.store.isSupervised()
    ? 'the supervisor is not running, so nothing is reopened; p2p up starts it again'
    : null
}

/** Why its owner should be replaced by a supervisor of this build that works; null: it should not. */
export function whyUnfit(world: World, owner: Owner, snapshot: Snapshot = world.system.look()): string | null {
  const outdated = whyOutdated(owner)
  if (outdated !== null) return `is ${outdated}`
  // Of another machine or boot there is no beat to compare, and who is stopped is silent.
  if (owner.bootId !== world.system.bootId || isSuspended(world, snapshot, owner)) return null
  const silent = silenceOf(world.store.heartbeat, owner.pid) ?? 0
  return silent < silenceMs
    ? null
    : `hangs: no sign of life for ${formatDuration(Math.round(silent / 1000) * 1000)}, so nothing is reopened`
}

/** A PID of another container names a different process here. */
function isSuspended(
  { system }: World,
  snapshot: Snapshot,
  owner: { pid: number; pidNamespace: string | null },
): boolean {
  return owner.pidNamespace === system.pidNamespace && snapshot.process(owner.pid)?.suspended === true
}
