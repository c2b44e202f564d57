/**
 * Makes the world what a goal asks for. Never decides: every step does what reconcile says about the world as it is in
 * that moment. Stops come first, dependants before what they need; starts come in waves, each as soon as what it needs
 * is open. The lock is held while things are changed and never while readiness is awaited.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { ApplyResult, TunnelEvent } from '../../core/events.ts'
import type { Observed, Problem, RunRecord, TunnelSpec } from '../../core/model.ts'
import type { Action, Goal, Plan } from '../../core/plan.ts'
import { withinLimits } from '../../core/decide/concurrency-limit.ts'
import { reconcile, type ObservedProject } from '../../core/decide/reconcile.ts'
import { unreachable } from '../../core/text/unreachable.ts'
import type { Inherited } from '../secrets/environment.ts'
import { forgetRecords, stopInOrder, survivorsProblem, type CloseOptions } from './close.ts'
import { EventLog, type Emit } from './event-log.ts'
import { rotateEvents } from '../state/events-write.ts'
import { classifyFailedStart, stopHopeless, type Hopeless } from './failed-starts.ts'
import { LaunchRequests } from './launch-requests.ts'
import { tailOfRun } from '../logs/log-file.ts'
import { observe } from './observe.ts'
import { ReadyWaiter, type ReadyState } from './wait-ready.ts'
import { setDamagedAside } from './recover.ts'
import { StartQueue } from './start-queue.ts'
import { keepSupervisor } from './supervisor.ts'
import { sweep } from './sweep.ts'
import { applyPolicies, recordDesired, releaseClaims } from '../state/desired.ts'
import { HealthWaiter, type HealthState } from './wait-healthy.ts'
import { prepareForWriting, withLock, type World } from '../state/world.ts'

export interface ApplyOptions {
  /** The plan of the first look, before anything of it is done. */
  onPlan: (plan: Plan) => void
  emit: Emit
  /**
   * Who asks. A command states what is wanted from now on and counts from nought; the supervisor only does again what
   * was wanted before: with the environment and the secrets of last time, where they are kept.
   */
  actor: 'command' | 'supervisor'
  /** Which of the goal's tunnels to touch, asked under the lock: since the goal was set the world has gone on. null: all. */
  stillWanted: ((seen: ObservedProject) => string[]) | null
  /** What new tunnels inherit; not needed to go down. */
  inherited: Inherited | null
  /** False: return as soon as everything is launched; only what others depend on is awaited. */
  wait: boolean
  /** Stop waiting after so many milliseconds, leaving things as they are; null: as long as ready.timeout allows. */
  waitTimeoutMs: number | null
  /** Grace before KILL instead of each tunnel's own; null: its own. */
  graceMs: number | null
}

/**
 * Applies until everything asked for is there or can't be.
 * @throws P2pError 'project.busy' when another command holds the project's lock for too long.
 */
export async function apply(world: World, goal: Goal, options: ApplyOptions): Promise<ApplyResult> {
  return new Application(world, goal, options).run()
}

/** What a look at the world asks for, with nothing done: for --dry-run. */
export function planOnly(world: World, goal: Goal): Plan {
  return reconcile(goalNow(world, goal), observe(world, { specs: true }))
}

/** Closing everything means what there is in that moment, also what waits to be opened by somebody else. */
function goalNow(world: World, goal: Goal): Goal {
  if (goal.want === 'up' || goal.everything !== true) return goal
  const wanted = [...world.store.readDesired()].flatMap(([name, { want }]) => (want === 'up' ? [name] : []))
  return { ...goal, names: [...new Set([...goal.names, ...observe(world).tunnels.keys(), ...wanted])] }
}

class Application {
  readonly #world: World
  readonly #goal: Goal
  readonly #options: ApplyOptions
  readonly #waiter: ReadyWaiter
  readonly #queue: StartQueue
  readonly #closing: CloseOptions
  readonly #outcomes = new Map<string, TunnelEvent>()
  readonly #requests: LaunchRequests
  /** The attempt on record when a start was planned: another one is somebody else's. */
  readonly #expectedAttempts = new Map<string, string | undefined>()
  /** Left to others: neither launched nor waited for any more. */
  readonly #unlaunched: string[] = []
  readonly #begun = new Map<string, number>()
  readonly #lastFor = new Map<string, string>()
  readonly #eventLog: EventLog

  constructor(world: World, goal: Goal, options: ApplyOptions) {
    this.#world = world
    this.#goal = goal
    this.#options = options
    this.#waiter = new ReadyWaiter(world)
    this.#queue = new StartQueue(this.#healthOf(new HealthWaiter(world)))
    this.#requests = new LaunchRequests(world, options.actor)
    this.#eventLog = new EventLog(world, options.emit)
    this.#closing = {
      emit: (event) => {
        this.#emit(event)
      },
      graceMs: options.graceMs,
      despiteWriteErrors: goal.want === 'down',
      comesBack: (name) => goal.want === 'up' && goal.project.tunnels.some((spec) => spec.name === name),
    }
  }

  async run(): Promise<ApplyResult> {
    prepareForWriting(this.#world)
    const deadline = this.#options.waitTimeoutMs === null ? Infinity : performance.now() + this.#options.waitTimeoutMs
    await this.#locked(async () => {
      setDamagedAside(this.#world)
      rotateEvents(this.#world)
      await this.#firstRound()
    })
    for (let pauseMs = 2; this.#isBusy(); pauseMs = Math.min(pauseMs * 1.5, 100)) {
      if (this.#world.ctx.interrupted.aborted) {
        this.#leaveAll('interrupted')
        break
      }
      if (performance.now() >= deadline) {
        this.#leaveAll('the time to wait is over')
        break
      }
      await delay(Math.min(pauseMs, Math.max(1, deadline - performance.now())))
      if (await this.#lookAround()) pauseMs = 2
    }
    this.#eventLog.flush()
    await this.#release()
    return { tunnels: this.#outcomes, interrupted: this.#world.ctx.interrupted.aborted }
  }

  /** All stops, and every start that needs nothing which is not open yet. */
  async #firstRound(): Promise<void> {
    const seen = this.#observe()
    const goal = goalNow(this.#world, this.#goal)
    const plan = reconcile({ ...goal, names: this.#options.stillWanted?.(seen) ?? goal.names }, seen)
    this.#options.onPlan(plan)
    if (this.#options.actor === 'command') {
      recordDesired(this.#world, this.#goal, plan, this.#closing)
      applyPolicies(this.#world, plan)
    }
    for (const action of plan.actions) {
      if (action.do === 'start') {
        this.#queue.expect(action.spec)
        this.#expectedAttempts.set(action.name, this.#requests.before(action.name)?.record.attempt)
      }
      // The supervisor has told of it when it saw it.
      const isFound = this.#options.actor === 'command' && (action.do === 'start' || action.do === 'forget')
      if (isFound) this.#eventLog.noteEnd(this.#requests.before(action.name))
    }
    const actions = await this.#keepRunningWhenSecretsAreMissing(plan.actions)
    await stopInOrder(this.#world, actions, this.#closing)
    for (const action of actions) this.#emitNoOps(action)
    await this.#launchReady(actions)
    if (this.#options.actor === 'command') {
      await keepSupervisor(this.#world, this.#options.inherited)
      sweep(this.#world)
    }
  }

  #observe(): ObservedProject {
    const seen = observe(this.#world, { specs: true })
    this.#requests.saw(seen)
    for (const [name, { record }] of seen.tunnels) this.#eventLog.turnTo(name, record.attempt)
    return seen
  }

  /** One tick outside the lock. True: something happened. */
  async #lookAround(): Promise<boolean> {
    const verdicts = [...this.#waiter.poll()].filter(([name, verdict]) => !this.#noteWaiting(name, verdict))
    for (const [name, verdict] of verdicts) if (verdict.kind === 'open') this.#becameOpen(name)
    const over = verdicts.filter(([, { kind }]) => kind === 'ended' || kind === 'hopeless')
    if (over.length > 0) await this.#locked(() => this.#giveUp(over))
    if (this.#queue.hopeless().length > 0) await this.#locked(() => this.#skip())
    if (this.#launchable().length > 0) await this.#locked(() => this.#nextRound())
    // At once: we may be killed while the others are still waited for.
    this.#eventLog.flush()
    return verdicts.length > 0
  }

  /** Starts whose needs have become open, after another look: the world may have changed while nobody held the lock. */
  async #nextRound(): Promise<void> {
    if (this.#goal.want !== 'up') return
    this.#applyNewerIntent()
    const names = new Set(this.#launchable().map(({ name }) => name))
    const tunnels = this.#goal.project.tunnels.map((spec) => this.#queue.pending(spec.name) ?? spec)
    const recreate = this.#goal.recreate === 'never' ? 'never' : 'changed'
    const project = { ...this.#goal.project, tunnels }
    const seen = this.#observe()
    const plan = reconcile({ ...this.#goal, project, names: [...names], recreate, orphans: 'keep' }, seen)
    await stopInOrder(this.#world, plan.actions, this.#closing, names)
    const actions = plan.actions.filter(({ name }) => names.has(name))
    for (const action of actions) this.#emitNoOps(action)
    await this.#launchReady(actions)
  }

  /**
   * Who came after us wins: what was closed meanwhile stays closed, what was declared anew is opened as it is now.
   * Where a command is at work on a tunnel, the supervisor keeps off.
   */
  #applyNewerIntent(): void {
    const desired = this.#world.store.readDesired()
    const records = this.#world.store.readRecords()
    for (const { name } of this.#launchable()) {
      const wish = desired.get(name)
      const attempt = records.get(name)?.attempt
      const isOvertaken = attempt !== undefined && attempt !== this.#expectedAttempts.get(name)
      if (wish?.want !== 'up') this.#drop(name, 'closed by another p2p command')
      else if (isOvertaken && this.#options.actor === 'supervisor') this.#drop(name, 'launched by another p2p command')
      else this.#queue.expect(wish.spec)
    }
  }

  #drop(name: string, cause: string): void {
    this.#queue.settle(name, 'lost')
    this.#emit({ type: 'skipped', name, cause })
  }

  // -- starting ---------------------------------------------------------------------------------------------------

  #launchable(): TunnelSpec[] {
    const ready = this.#queue.ready()
    // Who does not wait for tunnels to open does not wait for others to pass either.
    if (!this.#options.wait) return ready
    const onTheirWay = this.#waiter.awaited().map(({ spec }) => spec)
    return withinLimits(ready, onTheirWay)
  }

  /** Asked only of what is open. A command asks nothing of tunnels that it takes no part in. */
  #healthOf(wellness: HealthWaiter): (name: string) => HealthState | null {
    return (name) => {
      if (this.#goal.want !== 'up' || (this.#options.actor === 'command' && !this.#goal.names.includes(name)))
        return null
      const spec = this.#goal.project.tunnels.find((tunnel) => tunnel.name === name)
      return spec === undefined ? null : wellness.of(spec)
    }
  }

  /** What is to be replaced keeps running when its successor could not have its secrets: they are opened before it stops. */
  async #keepRunningWhenSecretsAreMissing(actions: readonly Action[]): Promise<readonly Action[]> {
    const problems = await this.#requests.openForReplacements(actions)
    for (const [name, problem] of problems) {
      this.#unlaunched.push(name)
      this.#failed(name, { ...problem, reason: `left as it is: ${problem.reason}` }, [])
    }
    return actions.map((action): Action => {
      const { name, cause, after } = action
      return problems.has(name) ? { do: 'nothing', name, cause, after } : action
    })
  }

  /** Launches what these actions start and what they were checked for, where all it needs is open. */
  async #launchReady(actions: readonly Action[]): Promise<void> {
    const { inherited } = this.#options
    const starts = new Set(actions.flatMap((action) => (action.do === 'start' ? [action.name] : [])))
    const specs = this.#launchable().filter(({ name }) => starts.has(name))
    if (specs.length === 0 || inherited === null) return
    for (const { name } of specs) {
      this.#queue.settle(name, 'awaited')
      this.#begun.set(name, performance.now())
      const cause = actions.find((action) => action.do === 'start' && action.name === name)?.cause ?? 'not running'
      this.#eventLog.turnTo(name, null)
      this.#emit({ type: 'starting', name, cause })
    }
    const { launchWave } = await import('./launch.ts')
    const launched = await launchWave(
      this.#world,
      specs.map((spec) => this.#requests.of(spec, inherited)),
    )
    for (const spec of specs) {
      const result = launched.get(spec.name)
      if (result === undefined) continue
      this.#eventLog.turnTo(spec.name, result.record.attempt)
      if (result.problem !== null) this.#failed(spec.name, result.problem, [])
      else this.#nowAwaited(spec, result.record)
    }
  }

  #nowAwaited(spec: TunnelSpec, record: RunRecord): void {
    this.#emit({ type: 'launched', name: spec.name, pid: record.pids.program })
    this.#waiter.add(spec, record)
  }

  #becameOpen(name: string): void {
    const awaited = this.#waiter.remove(name)
    if (awaited === null) return
    const { spec, record, program } = awaited
    this.#queue.settle(name, 'open')
    const pid = program ?? record.pids.program
    this.#emit({ type: 'open', name, pid, endpoints: spec.endpoints, target: spec.target, ms: this.#elapsed(name) })
  }

  /** What ended by itself is read for its reason; what runs without hope is stopped. Lock held. */
  async #giveUp(over: readonly [string, ReadyState][]): Promise<void> {
    const hopeless: Hopeless[] = []
    const seen = observe(this.#world, { specs: true })
    for (const [name, verdict] of over) {
      const awaited = this.#waiter.remove(name)
      if (awaited === null) continue
      const observed = seen.tunnels.get(name)
      const why = classifyFailedStart(awaited, verdict, observed, seen.bootId)
      switch (why.kind) {
        case 'overtaken':
          this.#overtaken(name, awaited.spec, observed)
          break
        case 'hopeless':
          hopeless.push({ ...awaited, problem: why.problem })
          break
        case 'ended':
          this.#failed(name, why.problem, why.lastLines)
          if (why.remains !== null) hopeless.push({ ...awaited, problem: why.remains })
          break
        default:
          unreachable(why)
      }
    }
    if (hopeless.length === 0) return
    const results = await stopHopeless(this.#world, hopeless, this.#closing)
    for (const { record, spec, problem } of hopeless) {
      const result = results.get(record.name)
      if (result !== undefined && result.survivors.length > 0) {
        this.#emit({ type: 'survived', name: record.name, pids: result.survivors, problem: survivorsProblem(result) })
      }
      if (!this.#queue.isLost(record.name)) this.#failed(record.name, problem, this.#lastLines(record, spec))
    }
  }

  /** Somebody else stopped or replaced the attempt while we waited for it. */
  #overtaken(name: string, spec: TunnelSpec, observed: Observed | undefined): void {
    if (
      observed !== undefined &&
      observed.process.kind === 'running' &&
      observed.record.fingerprint === spec.fingerprint
    ) {
      this.#eventLog.turnTo(name, observed.record.attempt)
      this.#waiter.add(spec, observed.record)
      return
    }
    const reason = observed === undefined ? 'closed by another p2p command' : 'replaced by another p2p command'
    this.#failed(name, { code: 'start.overtaken', reason, hint: null, heals: true }, [])
  }

  #failed(name: string, problem: Problem, lastLines: string[]): void {
    this.#queue.settle(name, 'lost')
    const { code, reason, hint, heals } = problem
    this.#emit({ type: 'failed', name, problem: { code, reason, hint, heals }, lastLines })
  }

  /** Put on record with the reason, so that `ps` can tell it and the supervisor can open them later. Lock held. */
  async #skip(): Promise<void> {
    const skipped = this.#queue.hopeless()
    const { inherited } = this.#options
    if (inherited === null) return
    const { launchWave } = await import('./launch.ts')
    const recorded = await launchWave(
      this.#world,
      skipped.map(({ spec, cause }) => this.#requests.of(spec, inherited, needUnmet(cause))),
    )
    for (const [name, { record }] of recorded) this.#eventLog.turnTo(name, record.attempt)
    for (const { spec, cause } of skipped) {
      this.#drop(spec.name, cause)
    }
  }

  // -- the rest ---------------------------------------------------------------------------------------------------

  /** Actions that change nothing now: kept, refused, forgotten, nothing to do. */
  #emitNoOps(action: Action): void {
    const { name, cause } = action
    switch (action.do) {
      case 'keep': {
        const { record, spec, awaits } = action
        this.#queue.settle(name, awaits ? 'awaited' : 'open')
        this.#emit({
          type: 'kept',
          name,
          pid: record.pids.program,
          endpoints: record.endpoints,
          target: record.target,
          cause,
          open: !awaits,
        })
        this.#begun.set(name, performance.now())
        if (awaits && spec !== null) this.#waiter.add(spec, record)
        break
      }
      case 'refuse':
        this.#failed(name, { code: 'run.unknown', reason: cause, hint: action.look, heals: false }, [])
        break
      case 'forget':
        forgetRecords(this.#world, [action.record], this.#closing)
        this.#emit({ type: 'nothing', name, cause })
        break
      case 'nothing':
        if (!this.#queue.isLost(name)) this.#emit({ type: 'nothing', name, cause })
        break
      case 'start':
      case 'stop':
        break
    }
  }

  /** Whether anything is left to wait for. Without --wait only what others still wait for counts. */
  #isBusy(): boolean {
    if (this.#queue.left > 0) return true
    if (this.#waiter.size === 0) return false
    if (this.#options.wait) return true
    this.#leaveAll('not waited for')
    return false
  }

  #leaveAll(cause: string): void {
    for (const { spec, record, program } of this.#waiter.awaited()) {
      this.#waiter.remove(spec.name)
      this.#emit({ type: 'left', name: spec.name, pid: program ?? record.pids.program, cause })
    }
    for (const name of this.#queue.giveUp()) {
      this.#unlaunched.push(name)
      this.#emit({ type: 'skipped', name, cause })
    }
  }

  /** What is left to others must not wait for our end: with --attach it is far away. */
  async #release(): Promise<void> {
    if (this.#unlaunched.length === 0 || this.#options.actor === 'supervisor') return
    if (this.#world.ctx.interrupted.aborted) return
    await withLock(this.#world, () => {
      releaseClaims(this.#world, this.#unlaunched)
      return Promise.resolve()
    })
  }

  #noteWaiting(name: string, verdict: ReadyState): boolean {
    if (verdict.kind !== 'waiting') return false
    if (this.#lastFor.get(name) !== verdict.for) {
      this.#lastFor.set(name, verdict.for)
      this.#eventLog.record({ type: 'waiting', name, for: verdict.for, ms: this.#elapsed(name) })
    }
    return true
  }

  async #locked(work: () => Promise<void>): Promise<void> {
    await withLock(this.#world, work)
    this.#eventLog.flush()
  }

  #emit(event: TunnelEvent): void {
    // What could not be ended can't be started anew either.
    if (event.type === 'survived') this.#queue.settle(event.name, 'lost')
    this.#outcomes.set(event.name, event)
    this.#eventLog.record(event)
  }

  #elapsed(name: string): number {
    return Math.round(performance.now() - (this.#begun.get(name) ?? performance.now()))
  }

  #lastLines(record: RunRecord, { logs }: TunnelSpec): string[] {
    return tailOfRun(this.#world.store.logOf(record.name), record.logOffset, logs)
  }
}

/** `cause`: `db is not open`. */
function needUnmet(cause: string): Problem {
  return { code: 'needs.closed', reason: `${cause}, and it needs that`, hint: 'p2p up opens both', heals: true }
}
