/** Checks every recorded tunnel against the operating system (launch-protocol.md 1.4). Read-only: opens no connection either. */
import { elapsed } from '../../core/text/clock.ts'
import {
  supervisorName,
  type Endpoint,
  type ListenerEvidence,
  type Observed,
  type ProcessEvidence,
  type ReadyCondition,
  type RunRecord,
} from '../../core/model.ts'
import type { ObservedProject } from '../../core/decide/reconcile.ts'
import { strangePort } from '../../core/decide/status.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { shellWord } from '../../core/text/shell-word.ts'
import { namesIn } from '../files/read-file.ts'
import { logMatches, tailOfRun } from '../logs/log-file.ts'
import { foreignListenerOn, isOver, isVague, listenerOf, type RunningProcess } from './listener.ts'
import { findAttemptProcesses, isLauncher, type AttemptProcesses } from './attempt-processes.ts'
import { pruneProofs, type ProofCache } from './proof-cache.ts'
import { recoverRecords } from './recover.ts'
import { readRunFile, type RunFile } from '../state/run-file.ts'
import { findSupervisor } from './find-supervisor.ts'
import { lockOwner } from '../state/lock.ts'
import { isThisProcess } from '../state/owner.ts'
import type { LaunchedTunnels } from '../state/store.ts'
import { isSignallable, type ProcessInfo, type Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'
import { statSync } from '../machine.ts'

/** Reads specs.json only if a tunnel is dead, drifted or undeclared (`declared`: fingerprints by name), or if `specs`. */
export function observe(
  world: World,
  want: { declared?: ReadonlyMap<string, string>; specs?: boolean } = {},
): ObservedProject {
  const records = recoverRecords(world)
  // Before the sockets: otherwise a mark that appears in between would meet an older view of the listeners.
  const marks = new Set(namesIn(world.store.runs))
  const snapshot = world.system.look()
  const proofCache = pruneProofs(
    world.store,
    [...records.values()].map(({ attempt }) => attempt),
  )
  const runs = [...records.values()].flatMap((stored) =>
    stored.name === supervisorName ? [] : [findRun(world, snapshot, stored, proofCache)],
  )
  const processes = observeProcesses(world, snapshot, runs)
  const wantsSpecs =
    want.specs === true ||
    runs.some(
      ({ record }) =>
        processes.get(record.name)?.kind !== 'running' || want.declared?.get(record.name) !== record.fingerprint,
    )
  const launched: LaunchedTunnels = wantsSpecs ? world.store.readLaunched() : new Map<never, never>()
  const listeners = observeListeners(
    world,
    snapshot,
    runs.map(({ record }) => ({ record, process: processes.get(record.name) })),
    proofCache,
  )

  // A stop holds the project's lock. Where this process holds it, it is not stopping what it looks at.
  const isStopped = runs.some(({ record }) => record.stoppingAt !== null)
  const stopper = isStopped ? lockOwner({ folder: world.store.folder, prefix: 'lock', system: world.system }) : null
  const isAbandoned = isStopped && (stopper === null || isThisProcess(stopper, world.system))
  const tunnels = new Map<string, Observed>()
  for (const { record } of runs) {
    const process = processes.get(record.name)
    if (process === undefined) continue
    if (isOver(world, record)) continue
    const listener = listeners.get(record.name) ?? { kind: 'unchecked' }
    const known = launched.get(record.name)
    // While a newer attempt is being recorded specs.json is ahead; the same fingerprint is the same launch.
    const isIts = known?.record.attempt === record.attempt || known?.record.fingerprint === record.fingerprint
    const spec = isIts ? known.spec : null
    const observed: Observed = {
      record,
      launched: spec,
      process:
        process.kind === 'gone'
          ? { ...process, lastLines: tailOfRun(world.store.logOf(record.name), record.logOffset, spec?.logs, Infinity) }
          : process,
      listener,
      ...readiness(world, marks, proofCache, { record, process, listener }),
      ...(isAbandoned && record.stoppingAt !== null ? { stopAbandoned: true } : {}),
    }
    const port = strangePort(observed, world.system.bootId)
    // No tunnel declares it: another tunnel of the project, or a stranger.
    const strange = port === null ? [] : [{ host: '127.0.0.1', port }]
    if (port !== null) observed.listener = foreignListenerOn(world, snapshot, snapshot.listenersAt(strange), strange)
    tunnels.set(record.name, observed)
  }
  return { tunnels, bootId: world.system.bootId, supervised: findSupervisor(world, snapshot, records) !== null }
}

interface Run {
  record: RunRecord
  run: RunFile
  /** Set if the recorded launcher proved itself. */
  proved: ProcessEvidence | null
}

/** Recorded PIDs are a hint: if that launcher has the nonce, its run file need not be read; otherwise the run file decides. */
function findRun(world: World, snapshot: Snapshot, stored: RunRecord, proofCache: ProofCache): Run {
  const { launcher, program } = stored.pids
  if (program !== null && isSignallable(launcher) && isHere(world, stored)) {
    const child = snapshot.process(program)
    // Without its program the launcher is writing its last line, or has written it.
    if (child?.ppid === launcher && isChildOf(snapshot, stored, child, proofCache)) {
      const run: RunFile = { kind: 'run', launcher, program, status: null, writtenAt: 0 }
      return { record: stored, run, proved: running(launcher, child) }
    }
  }
  proofCache.delete(stored.attempt)
  const run = readRunFile(world.store.runFile(stored.attempt))
  const pids = run.kind === 'run' ? { launcher: run.launcher, program: run.program } : stored.pids
  return { record: { ...stored, pids }, run, proved: null }
}

/** Once its parent was proved to be the launcher, that holds for as long as its ppid stays the same. */
function isChildOf(snapshot: Snapshot, { attempt }: RunRecord, child: ProcessInfo, proofCache: ProofCache): boolean {
  const proof = proofCache.get(attempt)
  if (proof?.program === child.startTime) return true
  if (!isLauncher(snapshot, child.ppid, attempt)) return false
  proofCache.set(attempt, { readiedAt: proof?.readiedAt ?? null, sockets: new Map(), program: child.startTime })
  return true
}

function isHere({ system }: World, record: RunRecord): boolean {
  return record.bootId === system.bootId && record.pidNamespace === system.pidNamespace
}

/** A proved launcher. `child`: its program, if alive. */
function running(launcher: number, child: ProcessInfo | null): RunningProcess {
  return { kind: 'running', launcher, program: child?.pid ?? null, members: [], stopped: child?.suspended ?? false }
}

function observeProcesses(world: World, snapshot: Snapshot, runs: readonly Run[]): Map<string, ProcessEvidence> {
  const evidence = new Map<string, ProcessEvidence>()
  const doubtful: Run[] = []
  for (const each of runs) {
    const quick = each.proved ?? quickLook(world, snapshot, each.record, each.run)
    if (quick === null) doubtful.push(each)
    else evidence.set(each.record.name, quick)
  }
  if (doubtful.length === 0) return evidence
  // One walk over all processes serves every tunnel whose launcher could not be proved.
  const members = findAttemptProcesses(
    snapshot,
    world.system,
    doubtful.map(({ record, run }) => ({ nonce: record.attempt, run })),
  )
  for (const { record, run } of doubtful) {
    const found = members.get(record.attempt) ?? { leader: null, pids: [] }
    // The launcher writes its last line before it exits: what was read earlier may lack that line.
    const read = found.leader === null ? readRunFile(world.store.runFile(record.attempt)) : run
    const last = read.kind === 'run' ? read : run
    const isLost = last.kind === 'damaged' && found.pids.length === 0
    evidence.set(record.name, isLost ? unknownRun(world, record) : closeLook(last, found, snapshot))
  }
  return evidence
}

/** What few reads can decide: no start, another boot, or a proved launcher. null: look closer. */
function quickLook(world: World, snapshot: Snapshot, record: RunRecord, run: RunFile): ProcessEvidence | null {
  if (record.bootId !== world.system.bootId) return gone(run)
  if (record.pidNamespace !== world.system.pidNamespace) {
    // It was refused there: no program began.
    if (run.kind === 'absent' && record.verdict !== null) return gone(run)
    if (snapshot.isNamespaceGone(record.pidNamespace)) return gone(run)
    return {
      kind: 'unknown',
      why: 'it was launched in another container (PID namespace)',
      // What runs here is closed first: without its record nothing would know of it.
      look: `run p2p there; if that container is gone: p2p down; rm -r ${shellWord(world.store.folder)}`,
    }
  }
  switch (run.kind) {
    case 'absent':
      return record.verdict === null ? { kind: 'starting', launcher: null } : gone(run)
    case 'empty':
    // Its processes carry its nonce all the same.
    case 'damaged':
      return null
    case 'run':
      if (run.status !== null || !isLauncher(snapshot, run.launcher, record.attempt)) return null
      return running(run.launcher, childOf(snapshot, run.launcher, run.program))
    default:
      return unreachable(run)
  }
}

/** No process has its nonce, and no line tells that it ended. */
function unknownRun({ store }: World, { attempt }: RunRecord): ProcessEvidence {
  const why = 'the record of its run is damaged'
  return { kind: 'unknown', why, look: `if nothing of it runs: rm ${shellWord(store.runFile(attempt))}` }
}

/** Null if the PID now belongs to another process. */
function childOf(snapshot: Snapshot, launcher: number, program: number | null): ProcessInfo | null {
  const child = program === null ? null : snapshot.process(program)
  return child?.ppid === launcher ? child : null
}

function closeLook(run: RunFile, members: AttemptProcesses, snapshot: Snapshot): ProcessEvidence {
  if (members.pids.length === 0) return gone(run)
  if (run.kind === 'damaged') {
    if (members.leader === null) return { kind: 'leftover', members: members.pids, status: null }
    const program = members.pids.find((pid) => snapshot.process(pid)?.ppid === members.leader) ?? null
    return { ...running(members.leader, program === null ? null : snapshot.process(program)), members: members.pids }
  }
  // The launcher has not written its first line yet.
  if (run.kind !== 'run') return { kind: 'starting', launcher: members.leader }
  // It writes its last line while alive: for an instant the launcher outlives its record.
  const others = members.pids.filter((pid) => pid !== run.launcher || members.leader === null)
  if (run.status !== null)
    return others.length === 0 ? gone(run) : { kind: 'leftover', members: others, status: run.status }
  const program = run.program !== null && members.pids.includes(run.program) ? run.program : null
  if (members.leader === null && program === null) return { kind: 'leftover', members: members.pids, status: null }
  return {
    kind: 'running',
    launcher: members.leader,
    program,
    members: members.pids,
    stopped: program !== null && snapshot.process(program)?.suspended === true,
  }
}

/** `lastLines` are filled in once its specification says which lines are noise. */
function gone(run: RunFile): ProcessEvidence {
  const ended = run.kind === 'run' && run.status !== null
  return {
    kind: 'gone',
    status: ended ? run.status : null,
    endedAt: ended ? run.writtenAt : null,
    lastLines: [],
  }
}

/** Reads the kernel's socket table once for all tunnels; checks owners only of sockets found. */
function observeListeners(
  world: World,
  snapshot: Snapshot,
  tunnels: readonly { record: RunRecord; process: ProcessEvidence | undefined }[],
  proofCache: ProofCache,
): Map<string, ListenerEvidence> {
  // After an exit the port's holder is looked up too: it may be the reason.
  const asked = tunnels.filter(
    ({ record, process }) => process?.kind === 'running' || (process?.kind === 'gone' && record.verdict === null),
  )
  const endpoints = asked.flatMap(({ record }) => record.endpoints)
  const sockets = endpoints.length === 0 ? [] : snapshot.listenersAt(endpoints)
  const evidence = new Map<string, ListenerEvidence>()
  for (const { record, process } of asked) {
    const seen =
      process?.kind === 'running'
        ? listenerOf(world, snapshot, sockets, record.endpoints, process, {
            proved: proofCache.get(record.attempt)?.sockets,
          })
        : foreignListenerOn(world, snapshot, sockets, record.endpoints)
    evidence.set(record.name, seen)
  }
  return evidence
}

function readiness(
  world: World,
  marks: ReadonlySet<string>,
  proofCache: ProofCache,
  { record, process, listener }: Pick<Observed, 'record' | 'process' | 'listener'>,
): Pick<Observed, 'readied' | 'readiedAt'> {
  if (marks.has(`${record.attempt}.ready`)) return { readied: true, readiedAt: whenReadied(world, record, proofCache) }
  if (process.kind !== 'running' || process.program === null) return { readied: false, readiedAt: null }
  const bound = listener.kind === 'ours' ? listener.bound : undefined
  const isTried = (endpoint: Endpoint, index: number): boolean => !isVague(bound?.[index], endpoint)
  // What a reader can decide itself: the waiting process may have died before it made the mark. Whatever `ready` says, its
  // own listener counts, as for who waits.
  if (record.endpoints.length > 0 && !(listener.kind === 'ours' && record.endpoints.every(isTried)))
    return { readied: false, readiedAt: null }
  return { readied: record.ready.conditions.every(showsIn(world, record)), readiedAt: null }
}

/** Whether a condition of `ready` holds, as far as it shows without asking. The listener is another look's. */
export function showsIn({ store, ctx }: World, record: RunRecord): (condition: ReadyCondition) => boolean {
  return (condition) => {
    if (condition.kind === 'listen') return true
    if (condition.kind === 'log') return logMatches(store.logOf(record.name), record.logOffset, condition.pattern)
    return condition.kind === 'alive' && elapsed(record.startedAt, ctx.now()) >= condition.ms
  }
}

function whenReadied({ store }: World, { attempt }: RunRecord, proofCache: ProofCache): number | null {
  const proof = proofCache.get(attempt)
  if (proof !== undefined && proof.readiedAt !== null) return proof.readiedAt
  const readiedAt = statSync(store.readyMark(attempt), { throwIfNoEntry: false })?.mtimeMs ?? null
  if (proof !== undefined) proof.readiedAt = readiedAt
  return readiedAt
}
