/** Waits for all tunnels to open, outside the lock, so that `down` from another terminal never waits for a slow tunnel. */
import { stripVTControlCharacters } from 'node:util'
import { elapsed } from '../../core/text/clock.ts'
import { formatEndpoint } from '../../core/text/endpoint.ts'
import type {
  Endpoint,
  ListenerEvidence,
  Problem,
  ReadyCondition,
  RunRecord,
  Stage,
  TunnelSpec,
} from '../../core/model.ts'
import { conditionInWords } from '../../core/text/condition-words.ts'
import { hintFor } from '../../core/decide/complaints.ts'
import { readOutputMeaning } from '../../core/decide/exit-meaning.ts'
import { hostToReach, stageStartedBy } from '../../core/decide/startup-stages.ts'
import { formatHolder, lastFailed, reachWarnings } from '../../core/decide/status.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import { canListen } from './preflight.ts'
import { inBackground, portTaken } from './port-holder.ts'
import { readBytesFrom } from '../files/read-file.ts'
import { Growth } from '../logs/growth.ts'
import { lastComplaint, matchesAnyLine } from '../logs/log-file.ts'
import { missingNetwork, type Missing } from '../process/network.ts'
import { isLauncher } from './attempt-processes.ts'
import { proofCacheOf } from './proof-cache.ts'
import { listenerOf, type RunningProcess } from './listener.ts'
import { probe, probePlace, Prober, type Probe } from './probe.ts'
import { readRunFile } from '../state/run-file.ts'
import type { Listener, ProcessInfo, Snapshot } from '../process/system/index.ts'
import type { World } from '../state/world.ts'
import { performance } from '../machine.ts'

export type ReadyState =
  /** `for`: what is still missing, as text. */
  | { kind: 'waiting'; for: string }
  | { kind: 'open'; warnings: string[] }
  /** Its processes are gone; observe finds out why. */
  | { kind: 'ended' }
  /** It runs but will not open: stop it. `heard`: its output up to there is judged. */
  | { kind: 'failed'; problem: Problem; heard: number }

export interface Awaited {
  spec: TunnelSpec
  record: RunRecord
  program: number | null
  /** When the waiting began (performance.now()). */
  since: number
}

/** A foreign listener may be an old process about to exit; after that long it counts. */
const foreignPatienceMs = 1000
const probeTimeoutMs = 5000
/** A program may take IPv6 and then IPv4: a trial between the two would take its address. */
const trialPauseMs = 20
/** Between two looks at the network, and before the first: who has a network is past that stage by then. */
const networkPauseMs = 3000

export class ReadyWaiter {
  readonly #world: World
  readonly #waiting = new Map<string, Wait>()

  constructor(world: World) {
    this.#world = world
  }

  get size(): number {
    return this.#waiting.size
  }

  add(spec: TunnelSpec, record: RunRecord): void {
    this.#waiting.set(spec.name, new Wait({ spec, record, program: record.pids.program, since: performance.now() }))
  }

  remove(name: string): Awaited | null {
    const wait = this.#waiting.get(name)
    this.#waiting.delete(name)
    return wait?.awaited ?? null
  }

  awaited(): Awaited[] {
    return [...this.#waiting.values()].map(({ awaited }) => awaited)
  }

  /** Checks every awaited tunnel once. Marks those that opened on disk. */
  poll(): Map<string, ReadyState> {
    const snapshot = this.#world.system.look()
    const endpoints = this.awaited().flatMap(({ spec }) => spec.endpoints)
    const sockets = endpoints.length === 0 ? [] : snapshot.listenersAt(endpoints)
    const verdicts = new Map<string, ReadyState>()
    for (const [name, wait] of this.#waiting) {
      const verdict = wait.look(this.#world, snapshot, sockets)
      if (verdict.kind === 'open') {
        this.#world.store.markReady(wait.awaited.record.attempt, wait.tried)
        wait.keepProof(this.#world)
      }
      verdicts.set(name, verdict)
    }
    return verdicts
  }
}

type Probing = Extract<ReadyCondition, Probe>

class Wait {
  readonly awaited: Awaited
  #foreignSince: number | null = null
  #logRead: number
  #partialLine = ''
  #stage: Stage | null = null
  #outcome: Problem | null = null
  #network: Missing | null = null
  #nextLook: number
  readonly #seen = new Set<ReadyCondition>()
  readonly #probers = new Map<ReadyCondition, Prober>()
  readonly #trials = new Map<string, Prober>()
  #listener: ListenerEvidence = { kind: 'unchecked' }
  /** Null: its parent is not proved to be the launcher. */
  #program: ProcessInfo | null = null
  #growth: Growth | null = null
  /** Of that program. */
  readonly #sockets = new Map<string, string>()

  constructor(awaited: Awaited) {
    this.awaited = awaited
    this.#logRead = awaited.record.logOffset
    this.#nextLook = awaited.since + networkPauseMs
  }

  get tried(): string[] {
    return this.#listener.kind === 'ours' ? (this.#listener.sockets ?? []) : []
  }

  look(world: World, snapshot: Snapshot, sockets: readonly Listener[]): ReadyState {
    const { record, spec, since } = this.awaited
    const now = performance.now()
    const process = this.#process(world, snapshot)
    if (process === null) return { kind: 'ended' }
    const listening = this.#listening(world, snapshot, sockets, process, now)
    this.#growth ??= new Growth(world.store.logOf(record.name), record.logOffset)
    this.#growth.look()
    this.#hear(world)
    this.#lookAtNetwork(world, now)
    const missing = this.#outcome ?? listening ?? this.#unmet(world, now)
    if (missing === null) return { kind: 'open', warnings: this.#warnings(world) }
    const heard = this.#logRead
    if (typeof missing === 'object') return { kind: 'failed', problem: missing, heard }
    if (now - since >= spec.ready.timeoutMs) {
      const hint = (this.#network ?? this.#stage)?.hint ?? null
      return { kind: 'failed', problem: notReady(world, this.awaited, { awaits: missing, hint }), heard }
    }
    this.awaited.program = process.program ?? record.pids.program
    return { kind: 'waiting', for: missing }
  }

  /** What was proved on the way, so that the next look need not prove it again. */
  keepProof({ store, ctx }: World): void {
    if (this.#program === null) return
    const proof = { program: this.#program.startTime, sockets: this.#sockets, readiedAt: ctx.now() }
    proofCacheOf(store).set(this.awaited.record.attempt, proof)
  }

  /** null: nothing of it runs. Counts as running until its exit is recorded. */
  #process(world: World, snapshot: Snapshot): RunningProcess | null {
    const { record } = this.awaited
    const run = readRunFile(world.store.runFile(record.attempt))
    if (run.kind !== 'run' || run.status !== null) return null
    const program = run.program === null ? null : snapshot.process(run.program)
    const launcher = isLauncher(snapshot, run.launcher, record.attempt) ? run.launcher : null
    if (launcher === null && program === null) return null
    const isProved = launcher !== null && program?.ppid === launcher
    if (program?.startTime !== this.#program?.startTime) this.#sockets.clear()
    this.#program = isProved ? program : null
    return { kind: 'running', launcher, program: program?.pid ?? null, members: [], stopped: false }
  }

  /** Required in any case: nothing is open whose addresses are not its own. */
  #listening(
    world: World,
    snapshot: Snapshot,
    sockets: readonly Listener[],
    process: RunningProcess,
    now: number,
  ): string | Problem | null {
    const takesIpv4 = (endpoint: Endpoint): boolean | null => this.#isTaken(endpoint)
    const listener = listenerOf(world, snapshot, sockets, this.awaited.spec.endpoints, process, {
      takesIpv4,
      proved: this.#sockets,
    })
    this.#listener = listener
    if (listener.kind !== 'foreign') this.#foreignSince = null
    switch (listener.kind) {
      case 'ours':
      case 'unchecked':
        return null
      case 'none':
        if (listener.ipv6Only)
          return `its listener on ${formatEndpoint(listener.endpoint)}: so far it listens for IPv6 only`
        return (this.#network ?? this.#stage)?.awaits ?? `its listener on ${formatEndpoint(listener.endpoint)}`
      case 'foreign': {
        this.#foreignSince ??= now
        const { holder, endpoint } = listener
        if (holder?.tunnel?.attempt === this.awaited.record.attempt) return inBackground(holder.pid)
        if (now - this.#foreignSince >= foreignPatienceMs)
          return portTaken(world, this.awaited.spec, endpoint.port, holder)
        return `port ${endpoint.port} (in use by ${formatHolder(holder)})`
      }
      default:
        return unreachable(listener)
    }
  }

  /** By a trial until it is so; null: still trying. */
  #isTaken(endpoint: Endpoint): boolean | null {
    const key = formatEndpoint(endpoint)
    const trial = this.#trials.get(key) ?? new Prober(trialPauseMs)
    this.#trials.set(key, trial)
    trial.ask(async () => !(await canListen(endpoint)))
    return trial.answered || (trial.failures === 0 ? null : false)
  }

  #warnings(world: World): string[] {
    const { record, spec } = this.awaited
    const complaint = lastComplaint(world.store.logOf(record.name), record.logOffset, world.ctx.now(), spec.logs)
    return [
      ...reachWarnings(this.#listener, spec.endpoints),
      ...(complaint === null
        ? []
        : [[lastFailed(complaint), hintFor(complaint, spec.logs) ?? []].flat().join('; try: ')]),
    ]
  }

  /** Output is read once, so every pattern must see it now. */
  #hear(world: World): void {
    const text = this.#newOutput(world)
    if (text === '') return
    const { ready, logs } = this.awaited.spec
    this.#outcome ??= readOutputMeaning(stripVTControlCharacters(text).split('\n'), this.awaited.spec)
    for (const condition of ready.conditions) {
      if (condition.kind === 'log' && matchesAnyLine(text, new RegExp(condition.pattern))) this.#seen.add(condition)
    }
    for (const line of text.split('\n'))
      this.#stage = stageStartedBy(line.slice(0, 4096), logs.stages ?? []) ?? this.#stage
  }

  /** Only while the program waits for longer than usual, and cannot say for what. */
  #lookAtNetwork({ ctx }: World, now: number): void {
    const host = hostToReach(this.#stage, this.awaited.spec.logs)
    if (host === null) this.#network = null
    if (host === null || now < this.#nextLook) return
    this.#nextLook = Infinity
    void missingNetwork(host, ctx.env).then((missing) => {
      this.#network = missing
      this.#nextLook = performance.now() + networkPauseMs
    })
  }

  #unmet(world: World, now: number): string | null {
    let missing: string | null = null
    for (const condition of this.awaited.spec.ready.conditions) {
      if (this.#seen.has(condition)) continue
      if (this.#holds(condition, world, now)) this.#seen.add(condition)
      else
        missing ??=
          (condition.kind === 'log' ? (this.#network ?? this.#stage)?.awaits : null) ?? conditionInWords(condition)
    }
    return missing
  }

  #holds(condition: ReadyCondition, world: World, now: number): boolean {
    switch (condition.kind) {
      case 'listen':
        return true
      case 'log':
        return this.#seen.has(condition)
      case 'alive':
        // The clock may be set while waiting; time measured here does not depend on it.
        return (
          Math.max(now - this.awaited.since, elapsed(this.awaited.record.startedAt, world.ctx.now())) >= condition.ms
        )
      default:
        return this.#answers(condition, world)
    }
  }

  #answers(condition: Probing, world: World): boolean {
    const prober = this.#probers.get(condition) ?? new Prober()
    this.#probers.set(condition, prober)
    const { spec, record } = this.awaited
    const timeoutMs = spec.health?.timeoutMs ?? probeTimeoutMs
    prober.ask(() => probe(condition, probePlace(world, spec, record.environment), timeoutMs))
    return prober.answered
  }

  #newOutput(world: World): string {
    const { spec, record } = this.awaited
    const isPattern = (condition: ReadyCondition): boolean => condition.kind === 'log' && !this.#seen.has(condition)
    const isHeard = spec.logs.stages !== undefined || spec.outcomes.some(({ living }) => living)
    if (!isHeard && !spec.ready.conditions.some(isPattern)) return ''
    const fresh = readBytesFrom(world.store.logOf(record.name), (size) => {
      // Truncated by rotation: start again.
      if (size < this.#logRead) this.#logRead = 0
      return this.#logRead
    })
    this.#logRead += fresh.length
    const text = this.#partialLine + fresh.toString('utf8')
    this.#partialLine = text.slice(text.lastIndexOf('\n') + 1).slice(-4096)
    return text
  }
}

/** `missing`: what it still waits for. */
export function notReady(
  world: World,
  { spec, record }: Pick<Awaited, 'spec' | 'record'>,
  missing: { awaits: string; hint: string | null },
): Problem {
  const silent = readBytesFrom(world.store.logOf(record.name), () => record.logOffset, 1).length === 0
  const complaint = lastComplaint(world.store.logOf(record.name), record.logOffset, world.ctx.now(), spec.logs)
  const said = silent ? '; no output yet' : complaint === null ? '' : `; its program says: ${complaint}`
  const why =
    missing.hint ?? hintFor(complaint, spec.logs) ?? (silent ? 'run its program by hand' : 'p2p logs shows its output')
  const waited = `not ready within ${spec.ready.timeoutMs / 1000} s: still waiting for ${missing.awaits}`
  return {
    code: 'start.not-ready',
    reason: `${waited}${said}`,
    hint: `${why}; to wait longer, raise ready.timeout in p2p.yaml`,
    heals: true,
  }
}
