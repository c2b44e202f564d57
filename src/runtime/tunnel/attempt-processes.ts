/** Which processes belong to an attempt, proved by their nonce, never by a recorded PID alone. */
import { launcherMark } from '../process/nonce.ts'
import type { RunFile } from '../state/run-file.ts'
import { relationsOf, withDescendants, type Relations, type Snapshot, type System } from '../process/system/index.ts'

/** Whether this process is the attempt's launcher, by its own argument. One read on Linux. */
export function isLauncher(snapshot: Snapshot, pid: number, nonce: string): boolean {
  return snapshot.hasArgument(pid, launcherMark(nonce))
}

export interface AttemptProcesses {
  /** The launcher's PID while it lives: it pins the process group's id. */
  leader: number | null
  pids: number[]
}

/** One walk over all processes finds each attempt's: the leader's group, descendants, and any with the nonce in their environment. */
export function findAttemptProcesses(
  snapshot: Snapshot,
  system: System,
  attempts: readonly { nonce: string; run: RunFile }[],
): Map<string, AttemptProcesses> {
  const processes = snapshot.processes().filter(({ pid }) => snapshot.ownerOf(pid) === system.uid)
  const nonces = new Set(attempts.map(({ nonce }) => nonce))
  const carriers = new Map<string, Set<number>>()
  for (const { pid } of processes) {
    const nonce = snapshot.attemptOf(pid)
    if (nonce !== null && nonces.has(nonce)) carriers.set(nonce, (carriers.get(nonce) ?? new Set()).add(pid))
  }
  const own = { pids: new Set(processes.map(({ pid }) => pid)), relations: relationsOf(processes) }
  return new Map(
    attempts.map(({ nonce, run }) => [nonce, membersOf(nonce, run, own, carriers.get(nonce) ?? new Set(), snapshot)]),
  )
}

function membersOf(
  nonce: string,
  run: RunFile,
  own: { pids: ReadonlySet<number>; relations: Relations },
  carriers: ReadonlySet<number>,
  snapshot: Snapshot,
): AttemptProcesses {
  const recorded = run.kind === 'run' ? [run.launcher, run.program].filter((pid) => pid !== null) : []
  const marked = [...carriers, ...recorded.filter((pid) => own.pids.has(pid))]
  const leader = marked.find((pid) => isLauncher(snapshot, pid, nonce)) ?? null
  const found = new Set(carriers)
  if (leader !== null) found.add(leader)
  // A group id stays taken while any member lives, so a proved member in it proves the group is still ours.
  const launcher = run.kind === 'run' ? run.launcher : leader
  const group = launcher === null ? [] : (own.relations.byGroup.get(launcher) ?? [])
  if (group.some(({ pid }) => found.has(pid))) for (const { pid } of group) found.add(pid)
  return { leader, pids: withDescendants(found, own.relations) }
}
