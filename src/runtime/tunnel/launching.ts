/** Starts of one `apply`: which tunnels may be launched now, their launch, and their events. */
import type { TunnelEvent, Unopened } from '../../core/events.ts'
import type { Observed, Problem, TunnelSpec } from '../../core/model.ts'
import type { Action, Goal } from '../../core/plan.ts'
import { exitMeaningOf, isOpen, reachWarnings } from '../../core/decide/status.ts'
import { endLines } from '../../core/decide/exit-meaning.ts'
import { withinLimits } from '../../core/decide/concurrency-limit.ts'
import { mayStillOpen, needInWords, nextOf, type Facts } from '../../core/decide/future.ts'
import type { Inherited } from '../secrets/environment.ts'
import type { World } from '../state/world.ts'
import { EventLog, type Emit } from './event-log.ts'
import type { Hooks } from './hooks.ts'
import { LaunchRequests } from './launch-requests.ts'
import { StartQueue } from './start-queue.ts'
import { HealthWaiter, type HealthState } from './wait-healthy.ts'
import { ReadyWaiter, type ReadyState } from './wait-ready.ts'
import { performance } from '../machine.ts'

export interface LaunchOptions {
  emit: Emit
  /** A command sets what is wanted and resets the counters; the supervisor repeats it with the kept environment and secrets. */
  actor: 'command' | 'supervisor'
  /** What new tunnels inherit; not needed to go down. */
  inherited: Inherited | null
  /** False: wait only for tunnels that others depend on. */
  wait: boolean
  /** Absent: those of this command, which waits until they have ended. */
  hooks?: Hooks
}

export class Launching {
  readonly queue: StartQueue
  readonly waiter: ReadyWaiter
  readonly requests: LaunchRequests
  readonly eventLog: EventLog
  readonly outcomes = new Map<string, TunnelEvent>()
  /** Given up before launch: left to other commands and the supervisor. */
  readonly unlaunched: string[] = []
  readonly #world: World
  readonly #goal: Goal
  readonly #options: LaunchOptions
  readonly #unreported: Unopened[] = []
  /** What did not open, as it was first said. */
  readonly #unopened = new Map<string, Unopened>()
  readonly #begun = new Map<string, number>()
  readonly #missing = new Map<string, string>()

  constructor(world: World, goal: Goal, options: LaunchOptions) {
    this.#world = world
    this.#goal = goal
    this.#options = options
    // The supervisor has looked at the needs of what it opens.
    const asked = options.actor === 'command' && goal.want === 'up' && goal.ignoreNeeds !== true
    this.queue = new StartQueue(
      this.#healthOf(new HealthWaiter(world)),
      (name) => !asked || isOpen(this.requests.before(name)),
    )
    this.waiter = new ReadyWaiter(world)
    const isAnew = options.actor === 'command' && goal.want === 'up' && goal.recreate === 'always'
    this.requests = new LaunchRequests(world, options.actor, isAnew)
    this.eventLog = new EventLog(world, options.emit)
  }

  launchable(): TunnelSpec[] {
    const ready = this.queue.ready()
    // Concurrency limits need readiness, which nothing waits for here.
    if (!this.#options.wait) return ready
    return withinLimits(
      ready,
      this.waiter.awaited().map(({ spec }) => spec),
    )
  }

  /** Launches the start actions whose needs are open. Lock held. */
  async launch(actions: readonly Action[]): Promise<void> {
    const { inherited } = this.#options
    const starts = new Map(actions.flatMap((action) => (action.do === 'start' ? [[action.name, action.cause]] : [])))
    const specs = this.launchable().filter(({ name }) => starts.has(name))
    if (specs.length === 0 || inherited === null) return
    for (const { name } of specs) {
      this.queue.settle(name, 'awaited')
      this.#begun.set(name, performance.now())
      this.eventLog.turnTo(name, null)
      this.emit({ type: 'starting', name, cause: starts.get(name) ?? 'not running' })
    }
    const { launchWave } = await import('./launch.ts')
    const launched = await launchWave(
      this.#world,
      specs.map((spec) => this.requests.of(spec, inherited)),
    )
    for (const spec of specs) {
      const result = launched.get(spec.name)
      if (result === undefined) continue
      const { record, problem } = result
      this.eventLog.turnTo(spec.name, record.attempt)
      if (problem !== null) {
        this.failed(spec.name, problem, [])
      } else {
        this.emit({ type: 'launched', name: spec.name, pid: record.pids.program })
        this.waiter.add(spec, record)
      }
    }
  }

  /** Opens secrets before stopping: a tunnel keeps running if its replacement's secrets are not available. */
  async keepRunningWhenSecretsAreMissing(actions: readonly Action[]): Promise<readonly Action[]> {
    const problems = await this.requests.openForReplacements(actions)
    for (const [name, problem] of problems) {
      this.unlaunched.push(name)
      this.failed(name, { ...problem, reason: `not replaced: ${problem.reason}` }, [])
    }
    return actions.map((action): Action => {
      const { name, cause, after } = action
      return problems.has(name) ? { do: 'nothing', name, cause, after } : action
    })
  }

  /** Records blocked tunnels with the reason, so that `ps` shows it and the supervisor can open them later. Lock held. */
  async recordBlocked(): Promise<void> {
    const blocked = this.queue.blocked()
    const { inherited } = this.#options
    if (inherited === null) return
    const { launchWave } = await import('./launch.ts')
    const recorded = await launchWave(
      this.#world,
      blocked.map(({ spec, cause }) => this.requests.of(spec, inherited, needUnmet(cause))),
    )
    for (const [name, { record }] of recorded) this.eventLog.turnTo(name, record.attempt)
    for (const { spec, cause } of blocked) this.drop(spec.name, cause)
  }

  /** It runs as declared; waits for it if it is not open yet. */
  keep(action: Extract<Action, { do: 'keep' }>): void {
    const { name, cause, record, spec, awaits } = action
    const { endpoints, target, pids } = record
    this.queue.settle(name, awaits ? 'awaited' : 'open')
    const observed = awaits ? undefined : this.requests.before(name)
    const warnings = observed === undefined ? [] : reachWarnings(observed.listener, endpoints)
    const more = warnings.length === 0 ? {} : { warnings }
    this.emit({ type: 'kept', name, pid: pids.program, endpoints, target, cause, open: !awaits, ...more })
    this.#begun.set(name, performance.now())
    if (awaits && spec !== null) this.waiter.add(spec, record)
  }

  noteWaiting(name: string, state: ReadyState): boolean {
    if (state.kind !== 'waiting') return false
    if (this.#missing.get(name) !== state.for) {
      this.#missing.set(name, state.for)
      this.eventLog.record({ type: 'waiting', name, for: state.for, ms: this.#elapsed(name) })
    }
    return true
  }

  becameOpen(name: string, warnings: string[]): void {
    const awaited = this.waiter.remove(name)
    if (awaited === null) return
    const { spec, record, program } = awaited
    this.queue.settle(name, 'open')
    const pid = program ?? record.pids.program
    const { endpoints, target } = spec
    const more = warnings.length === 0 ? {} : { warnings }
    this.emit({ type: 'open', name, pid, endpoints, target, ms: this.#elapsed(name), ...more })
  }

  failed(name: string, { code, reason, hint, heals }: Problem, lastLines: string[]): void {
    this.queue.settle(name, 'failed')
    this.#unreported.push({
      type: 'failed',
      name,
      problem: { code, reason, hint, heals },
      lastLines: lastLines.slice(-endLines),
    })
  }

  drop(name: string, cause: string): void {
    this.queue.settle(name, 'failed')
    this.#unreported.push({ type: 'skipped', name, cause })
  }

  get hasUnopened(): boolean {
    return this.#unopened.size > 0
  }

  get unreported(): string[] {
    return this.#unreported.map(({ name }) => name)
  }

  /** Emits what failed or was skipped since the last call, with what becomes of it. */
  reportUnopened(facts: Facts): void {
    for (const event of this.#unreported.splice(0)) {
      const now = asItIs(event, facts)
      this.emit(now)
      // Without a future it was open all along: what replaces it could not be started.
      if (now.next !== null) this.#unopened.set(event.name, event)
    }
  }

  /** Tells of what did not open as it is now; returns whether any of it may still open. */
  followUnopened(facts: Facts): boolean {
    for (const [name, event] of this.#unopened) {
      const observed = facts.tunnels.get(name)
      if (observed === undefined || !isOpen(observed)) {
        this.outcomes.set(name, asItIs(event, facts))
      } else {
        this.#unopened.delete(name)
        this.#openedByOther(observed)
      }
    }
    return [...this.#unopened.keys()].some((name) => mayStillOpen(nextOf(name, facts)))
  }

  /** The supervisor, or another command, has opened it. */
  #openedByOther({ record, process }: Observed): void {
    const { name, endpoints, target, startedAt } = record
    const pid = process.kind === 'running' ? process.program : null
    this.eventLog.turnTo(name, record.attempt)
    this.emit({ type: 'open', name, pid, endpoints, target, ms: Math.max(0, this.#world.ctx.now() - startedAt) })
  }

  leaveAll(cause: string): void {
    for (const { spec, record, program } of this.waiter.awaited()) {
      this.waiter.remove(spec.name)
      this.#unreported.push({ type: 'left', name: spec.name, pid: program ?? record.pids.program, cause })
    }
    for (const name of this.queue.giveUp()) {
      this.unlaunched.push(name)
      this.#unreported.push({ type: 'skipped', name, cause })
    }
  }

  emit(event: TunnelEvent): void {
    // What could not be stopped can't be started again.
    if (event.type === 'survived') this.queue.settle(event.name, 'failed')
    this.outcomes.set(event.name, event)
    this.eventLog.record(event)
  }

  /** Asked only of open tunnels; a command skips those it was not asked to open. */
  #healthOf(waiter: HealthWaiter): (name: string) => HealthState | null {
    const goal = this.#goal
    return (name) => {
      if (goal.want !== 'up' || (goal.ignoreNeeds === true && !goal.names.includes(name))) return null
      const spec = goal.project.tunnels.find((tunnel) => tunnel.name === name)
      return spec === undefined ? null : waiter.of(spec)
    }
  }

  #elapsed(name: string): number {
    return Math.round(performance.now() - (this.#begun.get(name) ?? performance.now()))
  }
}

/** The event with what becomes of its tunnel as things are now. What was left opening may have ended since. */
function asItIs(event: Unopened, facts: Facts): Unopened {
  const { name } = event
  const next = nextOf(name, facts)
  if (event.type === 'skipped') return { ...event, cause: needInWords(next, facts) ?? event.cause, next }
  const observed = event.type === 'left' ? facts.tunnels.get(name) : undefined
  if (observed?.process.kind !== 'gone') return { ...event, next }
  const {
    code = 'run.killed',
    reason = 'not running',
    hint = null,
    heals = true,
  } = exitMeaningOf(observed, facts.bootId) ?? {}
  const lastLines = observed.process.lastLines.slice(-endLines)
  return { type: 'failed', name, problem: { code, reason, hint, heals }, lastLines, next }
}

/** `cause`: `db is not open`. */
function needUnmet(cause: string): Problem {
  return { code: 'needs.closed', reason: `${cause} (depends_on)`, hint: 'p2p up opens both', heals: true }
}
