/** Closes recorded tunnels in dependency order and removes their records; the project's lock is held. */
import type { TunnelEvent } from '../../core/events.ts'
import type { Endpoint, Problem, RunRecord, StopPolicy, TunnelSpec } from '../../core/model.ts'
import type { ObservedProject } from '../../core/decide/reconcile.ts'
import type { Action } from '../../core/plan.ts'
import { escapeeOf, listenerOf } from './listener.ts'
import { tolerating } from '../files/write-file.ts'
import { removePrivateFiles } from '../secrets/private-files.ts'
import { forgetRun } from '../state/run-file.ts'
import { stopTunnels, type StopResult } from './stop.ts'
import type { World } from '../state/world.ts'

export interface CloseOptions {
  emit: (event: TunnelEvent) => void
  /** Overrides each tunnel's grace before KILL; null: its own. */
  graceMs: number | null
  /** Ignore failed writes of records: tunnels must be closable on a full disk. */
  despiteWriteErrors: boolean
  /** Whether a tunnel will run again: its private files stay, so the restart asks nothing. */
  comesBack: (name: string) => boolean
}

/** Stops layer by layer, dependants first. `only`: restricts it to these names. */
export async function stopInOrder(
  world: World,
  actions: readonly Action[],
  options: CloseOptions,
  only?: ReadonlySet<string>,
): Promise<void> {
  const isMeant = (entry: [number, Action]): entry is [number, StopAction] =>
    entry[1].do === 'stop' && only?.has(entry[1].name) !== false
  const left = new Map([...actions.entries()].filter(isMeant))
  while (left.size > 0) {
    const layer = [...left].filter(([, { after }]) => !after.some((index) => left.has(index)))
    // Recorded needs of different ages may form a cycle: stop all the rest at once.
    const now = layer.length > 0 ? layer : [...left]
    for (const [index] of now) left.delete(index)
    await stopLayer(
      world,
      now.map(([, action]) => action),
      options,
    )
  }
}

/** The tunnel's own policy, or TERM with 10 s if its specification is lost. */
export function stopPolicy(spec: TunnelSpec | null, graceMs: number | null): StopPolicy {
  const own = spec?.stop ?? { signal: 'TERM', graceMs: 10_000 }
  return graceMs === null ? own : { ...own, graceMs }
}

/** Another stop would hold the lock that is ours: marks of killed commands would only mislead. */
export function clearStopMarks(world: World, { tunnels }: ObservedProject, options: CloseOptions): void {
  const marked = [...tunnels.values()].filter(
    ({ record, process }) => record.stoppingAt !== null && process.kind !== 'gone',
  )
  if (marked.length === 0) return
  const records = world.store.readRecords()
  for (const { record } of marked) {
    const stored = records.get(record.name)
    if (stored?.attempt === record.attempt) stored.stoppingAt = null
  }
  tolerating(options, () => {
    world.store.writeRecords(records)
  })
}

/** Removes the records of exited tunnels, with their private files and run files. */
export function forgetRecords(
  world: World,
  gone: readonly RunRecord[],
  options: Pick<CloseOptions, 'despiteWriteErrors' | 'comesBack'>,
): void {
  if (gone.length === 0) return
  const { store } = world
  const records = store.readRecords()
  const launched = store.readLaunched()
  for (const { name, attempt } of gone) {
    if (records.get(name)?.attempt === attempt) records.delete(name)
    if (launched.get(name)?.record.attempt === attempt) launched.delete(name)
    if (options.comesBack(name)) continue
    tolerating(options, () => {
      removePrivateFiles(world, name)
    })
  }
  const isForgotten = tolerating(options, () => {
    store.writeRecords(records)
    store.writeLaunched(launched)
  })
  // A record without its run file reads as a launch under way.
  if (isForgotten) for (const { attempt } of gone) forgetRun(world, attempt)
}

export function survivorsProblem({ survivors }: StopResult): Problem {
  return {
    code: 'stop.survivors',
    reason: `could not be stopped: PID ${survivors.join(', ')} still running`,
    hint: `inspect it: ps -fp ${survivors.join(',')}`,
    heals: false,
  }
}

type StopAction = Extract<Action, { do: 'stop' }>

async function stopLayer(world: World, actions: readonly StopAction[], options: CloseOptions): Promise<void> {
  markStopping(world, actions, options)
  for (const { name, cause, record } of actions) {
    options.emit({ type: 'stopping', name, cause, pid: record.pids.program })
  }
  const served = ownSockets(world, actions)
  const results = await stopTunnels(
    world,
    actions.map(({ record, spec }) => ({ record, policy: stopPolicy(spec, options.graceMs) })),
  )
  const closed: RunRecord[] = []
  const escaped: RunRecord[] = []
  const after = world.system.look()
  const kept =
    served.size === 0 ? [] : after.listenersAt(endpointsOf(actions)).filter(({ socket }) => served.has(socket))
  for (const { name, cause, record } of actions) {
    const result = results.get(name)
    if (result === undefined) continue
    if (result.survivors.length > 0) {
      options.emit({ type: 'survived', name, pids: result.survivors, problem: survivorsProblem(result) })
      continue
    }
    closed.push(record)
    const own = kept.flatMap(({ port, socket }) => (record.endpoints.some((one) => one.port === port) ? [socket] : []))
    const left = { ...record, escaped: [...own, ...(record.escaped ?? [])] }
    const escapee = escapeeOf(world, left, after)
    if (escapee !== null) {
      options.emit({ type: 'survived', name, ...escapee })
      delete left.refusals
      escaped.push({ ...left, verdict: escapee.problem })
    } else {
      options.emit({ type: 'stopped', name, cause, ms: result.ms, killed: result.killed })
    }
  }
  forgetRecords(world, closed, options)
  if (escaped.length === 0) return
  // Stays on record until nothing serves its port any more.
  const records = world.store.readRecords()
  for (const record of escaped) records.set(record.name, record)
  tolerating(options, () => {
    world.store.writeRecords(records)
  })
}

/** The listening sockets of these tunnels, before they are stopped. */
function ownSockets({ system }: World, actions: readonly StopAction[]): Set<string> {
  const snapshot = system.look()
  const own = new Map<string, string>()
  const sockets = snapshot.listenersAt(endpointsOf(actions))
  for (const { record } of actions) {
    const process = { kind: 'running' as const, ...record.pids, members: [], stopped: false }
    listenerOf(null, snapshot, sockets, record.endpoints, process, { proved: own })
  }
  return new Set(own.keys())
}

function endpointsOf(actions: readonly StopAction[]): Endpoint[] {
  return actions.flatMap(({ record }) => record.endpoints)
}

/** Readers then show `closing`. */
function markStopping(world: World, actions: readonly StopAction[], options: CloseOptions): void {
  const records = world.store.readRecords()
  for (const { name, record } of actions) {
    const stored = records.get(name)
    if (stored?.attempt === record.attempt) stored.stoppingAt = world.ctx.now()
  }
  tolerating(options, () => {
    world.store.writeRecords(records)
  })
}
