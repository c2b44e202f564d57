/**
 * Makes the world what a goal asks for. Never decides: every step does what reconcile says about the world as it is in
 * that moment. Stops come first, dependants before what they need; starts come in waves, each as soon as what it needs
 * is open. The lock is held while things are changed and never while readiness is awaited.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { endingOf } from '../core/status.ts'
import { countTry } from '../core/supervision.ts'
import type { Outcomes, TunnelEvent } from '../core/events.ts'
import type { Need, Observed, Problem, RunRecord, TunnelSpec } from '../core/model.ts'
import type { Action, Goal, Plan } from '../core/plan.ts'
import { passingGates } from '../core/gates.ts'
import { reconcile } from '../core/reconcile.ts'
import type { World as Facts } from '../core/reconcile.ts'
import { dropUnusedEnvironments, keptEnvironment } from './environment.ts'
import type { Inherited } from './environment.ts'
import { forgetRecords, stopInOrder, stopPolicy, survivorsProblem, tolerating } from './close.ts'
import type { CloseOptions } from './close.ts'
import { Chronicle } from './chronicle.ts'
import type { Emit } from './chronicle.ts'
import { rotateEvents } from './events-file.ts'
import type { LaunchRequest } from './launch.ts'
import { tailOfRun } from './log-file.ts'
import { observe } from './observe.ts'
import { removeEmptyPrivateFolders } from './private-files.ts'
import { Readiness } from './ready.ts'
import type { Verdict } from './ready.ts'
import { setDamagedAside } from './recover.ts'
import { sweepRuns } from './runs.ts'
import { stopTunnels } from './stop.ts'
import { openLaunch } from './secrets.ts'
import type { OpenedLaunch } from './secrets.ts'
import { keepSupervisor } from './supervisor.ts'
import { applyPolicies, recordWish, releaseClaims } from './wish.ts'
import { Wellness } from './wellness.ts'
import { prepareForWriting, withLock } from './world.ts'
import type { World } from './world.ts'

export interface ApplyOptions {
  /** The plan of the first look, before anything of it is done. */
  planned: (plan: Plan) => void
  emit: Emit
  /**
   * Who asks. A command states what is wanted from now on and counts from nought; the supervisor only does again what
   * was wanted before: with the environment and the secrets of last time, where they are kept.
   */
  by: 'command' | 'supervisor'
  /** Which of the goal's tunnels to touch, asked under the lock: since the goal was set the world has gone on. null: all. */
  choose: ((seen: Facts) => string[]) | null
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
export async function apply(world: World, goal: Goal, options: ApplyOptions): Promise<Outcomes> {
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

type Fate = 'pending' | 'awaited' | 'open' | 'lost'

const fateOfHealth = { unknown: 'awaited', well: 'open', sick: 'lost' } as const

class Application {
  readonly #world: World
  readonly #goal: Goal
  readonly #options: ApplyOptions
  readonly #readiness: Readiness
  readonly #wellness: Wellness
  readonly #closing: CloseOptions
  readonly #outcomes = new Map<string, TunnelEvent>()
  /** Where each tunnel of an `up` stands; the starts that follow it look here. */
  readonly #fates = new Map<string, Fate>()
  readonly #pending = new Map<string, TunnelSpec>()
  /** Each tunnel as it was last seen before it was touched. */
  readonly #before = new Map<string, Observed>()
  /** Secrets that were opened before what is to be replaced was stopped. */
  readonly #opened = new Map<string, OpenedLaunch>()
  /** Left to others: neither launched nor waited for any more. */
  readonly #unlaunched: string[] = []
  readonly #begun = new Map<string, number>()
  readonly #lastFor = new Map<string, string>()
  readonly #chronicle: Chronicle

  constructor(world: World, goal: Goal, options: ApplyOptions) {
    this.#world = world
    this.#goal = goal
    this.#options = options
    this.#readiness = new Readiness(world)
    this.#wellness = new Wellness(world)
    this.#chronicle = new Chronicle(world, options.emit)
    this.#closing = {
      emit: (event) => {
        this.#emit(event)
      },
      graceMs: options.graceMs,
      despiteWriteErrors: goal.want === 'down',
      comesBack: (name) => goal.want === 'up' && goal.project.tunnels.some((spec) => spec.name === name),
    }
  }

  async run(): Promise<Outcomes> {
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
    this.#chronicle.flush()
    await this.#release()
    return { tunnels: this.#outcomes, interrupted: this.#world.ctx.interrupted.aborted }
  }

  /** All stops, and every start that needs nothing which is not open yet. */
  async #firstRound(): Promise<void> {
    const seen = this.#observe()
    const goal = goalNow(this.#world, this.#goal)
    const plan = reconcile({ ...goal, names: this.#options.choose?.(seen) ?? goal.names }, seen)
    this.#options.planned(plan)
    if (this.#options.by === 'command') {
      recordWish(this.#world, this.#goal, plan, this.#closing)
      applyPolicies(this.#world, plan)
    }
    for (const action of plan.actions) {
      if (action.do === 'start') {
        this.#fates.set(action.name, 'pending')
        this.#pending.set(action.name, action.spec)
      }
      // The supervisor has told of it when it saw it.
      const isFound = this.#options.by === 'command' && (action.do === 'start' || action.do === 'forget')
      if (isFound) this.#chronicle.noteEnd(this.#before.get(action.name))
    }
    const actions = await this.#withOpenedSecrets(plan.actions)
    await stopInOrder(this.#world, actions, this.#closing)
    for (const action of actions) this.#settleQuiet(action)
    await this.#launchReady(actions)
    if (this.#options.by === 'command') {
      await keepSupervisor(this.#world, this.#options.inherited)
      this.#tidy()
    }
  }

  #observe(): Facts {
    const seen = observe(this.#world, { specs: true })
    for (const [name, observed] of seen.tunnels) {
      this.#before.set(name, observed)
      this.#chronicle.turnTo(name, observed.record.attempt)
    }
    return seen
  }

  /** One tick outside the lock. True: something happened. */
  async #lookAround(): Promise<boolean> {
    const verdicts = [...this.#readiness.poll()].filter(([name, verdict]) => !this.#noteWaiting(name, verdict))
    for (const [name, verdict] of verdicts) if (verdict.kind === 'open') this.#becameOpen(name)
    const over = verdicts.filter(([, { kind }]) => kind === 'ended' || kind === 'hopeless')
    if (over.length > 0) await this.#locked(() => this.#giveUp(over))
    if (this.#skippable().length > 0) await this.#locked(() => this.#skip())
    if (this.#launchable().length > 0) await this.#locked(() => this.#nextRound())
    // At once: we may be killed while the others are still waited for.
    this.#chronicle.flush()
    return verdicts.length > 0
  }

  /** Starts whose needs have become open, after another look: the world may have changed while nobody held the lock. */
  async #nextRound(): Promise<void> {
    if (this.#goal.want !== 'up') return
    this.#heedOthers()
    const names = new Set(this.#launchable().map(({ name }) => name))
    const tunnels = this.#goal.project.tunnels.map((spec) => this.#pending.get(spec.name) ?? spec)
    const recreate = this.#goal.recreate === 'never' ? 'never' : 'changed'
    const project = { ...this.#goal.project, tunnels }
    const seen = this.#observe()
    const plan = reconcile({ ...this.#goal, project, names: [...names], recreate, orphans: 'keep' }, seen)
    await stopInOrder(this.#world, plan.actions, this.#closing, names)
    const actions = plan.actions.filter(({ name }) => names.has(name))
    for (const action of actions) {
      if (action.do !== 'start' && action.do !== 'stop') this.#pending.delete(action.name)
      this.#settleQuiet(action)
    }
    await this.#launchReady(actions)
  }

  /**
   * Who came after us wins: what was closed meanwhile stays closed, what was declared anew is opened as it is now.
   * Where a command is at work on a tunnel, the supervisor keeps off.
   */
  #heedOthers(): void {
    const desired = this.#world.store.readDesired()
    const records = this.#world.store.readRecords()
    for (const { name } of this.#launchable()) {
      const wish = desired.get(name)
      const isOvertaken = records.get(name)?.attempt !== this.#before.get(name)?.record.attempt
      if (wish?.want !== 'up') this.#drop(name, 'closed by another p2p command')
      else if (isOvertaken && this.#options.by === 'supervisor') this.#drop(name, 'launched by another p2p command')
      else this.#pending.set(name, wish.spec)
    }
  }

  #drop(name: string, cause: string): void {
    this.#pending.delete(name)
    this.#fates.set(name, 'lost')
    this.#emit({ type: 'skipped', name, cause })
  }

  // -- stopping ---------------------------------------------------------------------------------------------------

  /** What could not be ended can't be started anew either. */
  #survived(name: string): void {
    this.#pending.delete(name)
    this.#fates.set(name, 'lost')
  }

  // -- starting ---------------------------------------------------------------------------------------------------

  #launchable(): TunnelSpec[] {
    const ready = [...this.#pending.values()].filter((spec) => this.#needFates(spec).every((fate) => fate === 'open'))
    // Who does not wait for tunnels to open does not wait for others to pass either.
    return this.#options.wait ? passingGates(ready, this.#onTheirWay()) : ready
  }

  #onTheirWay(): TunnelSpec[] {
    return this.#readiness.awaited().map(({ spec }) => spec)
  }

  /** Only needs that this goal takes part in count: with --no-deps nobody waits for the others. */
  #needFates({ needs }: TunnelSpec): Fate[] {
    return needs.flatMap((need) => this.#needFate(need) ?? [])
  }

  #needFate({ name, condition }: Need): Fate | null {
    const fate = this.#fates.get(name) ?? null
    if (condition === 'open' || this.#goal.want !== 'up' || (fate !== null && fate !== 'open')) return fate
    if (fate === null && this.#options.by === 'command') return null
    const spec = this.#goal.project.tunnels.find((tunnel) => tunnel.name === name)
    return spec === undefined ? fate : fateOfHealth[this.#wellness.of(spec)]
  }

  /** What is to be replaced keeps running when its successor could not have its secrets: they are opened before it stops. */
  async #withOpenedSecrets(actions: readonly Action[]): Promise<readonly Action[]> {
    if (this.#options.by === 'supervisor') return actions
    const stopped = new Set(actions.flatMap((action) => (action.do === 'stop' ? [action.name] : [])))
    const spared = new Set<string>()
    for (const action of actions) {
      if (action.do !== 'start' || !stopped.has(action.name)) continue
      const result = await openLaunch(action.spec.launch, this.#world.ctx.env, {})
      if ('opened' in result) {
        this.#opened.set(action.name, result.opened)
        continue
      }
      spared.add(action.name)
      this.#pending.delete(action.name)
      this.#failed(action.name, { ...result.problem, reason: `left as it is: ${result.problem.reason}` }, [])
    }
    return actions.map((action) => {
      if (!spared.has(action.name)) return action
      return { do: 'nothing', name: action.name, cause: action.cause, after: action.after }
    })
  }

  /** Launches what these actions start and what they were checked for, where all it needs is open. */
  async #launchReady(actions: readonly Action[]): Promise<void> {
    const { inherited } = this.#options
    const starts = new Set(actions.flatMap((action) => (action.do === 'start' ? [action.name] : [])))
    const specs = this.#launchable().filter(({ name }) => starts.has(name))
    if (specs.length === 0 || inherited === null) return
    for (const { name } of specs) {
      this.#pending.delete(name)
      this.#begun.set(name, performance.now())
      const cause = actions.find((action) => action.do === 'start' && action.name === name)?.cause ?? 'not running'
      this.#chronicle.turnTo(name, null)
      this.#emit({ type: 'starting', name, cause })
    }
    const { launchWave } = await import('./launch.ts')
    const launched = await launchWave(
      this.#world,
      specs.map((spec) => this.#request(spec, inherited)),
    )
    for (const spec of specs) {
      const result = launched.get(spec.name)
      if (result === undefined) continue
      this.#chronicle.turnTo(spec.name, result.record.attempt)
      if (result.problem !== null) this.#failed(spec.name, result.problem, [])
      else this.#nowAwaited(spec, result.record)
    }
  }

  /** `unmet`: why it is only put on record, which costs none of its tries. */
  #request(spec: TunnelSpec, inherited: Inherited, unmet?: Problem): LaunchRequest {
    const aside = unmet === undefined ? {} : { unmet }
    if (this.#options.by === 'command')
      return { spec, inherited, counts: { restarts: 0, tries: 0 }, useKeptSecrets: false, ...aside }
    const before = this.#before.get(spec.name)
    const kept = before === undefined ? null : keptEnvironment(this.#world, before.record.environment)
    const { restarts, tries } = before?.record ?? { restarts: 0, tries: 0 }
    const counts = unmet === undefined ? countTry(before, this.#world.ctx.now()) : { restarts, tries }
    return { spec, inherited: kept ?? inherited, counts, useKeptSecrets: true, ...aside }
  }

  #nowAwaited(spec: TunnelSpec, record: RunRecord): void {
    this.#emit({ type: 'launched', name: spec.name, pid: record.pids.program })
    this.#fates.set(spec.name, 'awaited')
    this.#readiness.add(spec, record)
  }

  #becameOpen(name: string): void {
    const awaited = this.#readiness.remove(name)
    if (awaited === null) return
    const { spec, record, program } = awaited
    this.#fates.set(name, 'open')
    const pid = program ?? record.pids.program
    this.#emit({ type: 'open', name, pid, endpoints: spec.endpoints, target: spec.target, ms: this.#elapsed(name) })
  }

  /** What ended by itself is read for its reason; what runs without hope is stopped and keeps the reason on record. */
  async #giveUp(over: readonly [string, Verdict][]): Promise<void> {
    const hopeless: { record: RunRecord; spec: TunnelSpec; problem: Problem }[] = []
    const world = observe(this.#world, { specs: true })
    for (const [name, verdict] of over) {
      const awaited = this.#readiness.remove(name)
      if (awaited === null) continue
      const observed = world.tunnels.get(name)
      if (observed?.record.attempt !== awaited.record.attempt) {
        this.#takenOver(name, awaited.spec, observed)
      } else if (verdict.kind === 'hopeless' && observed.process.kind !== 'gone') {
        hopeless.push({ record: observed.record, spec: awaited.spec, problem: verdict.problem })
      } else {
        const ending = endingOf(observed, world.bootId)
        // Where the driver's table knows what happened, its words say more than the program's last lines.
        const explained = ending !== null && !ending.code.startsWith('run.')
        const lines = observed.process.kind === 'gone' && !explained ? observed.process.lastLines : []
        this.#failed(name, ending ?? leftoverProblem, lines)
        if (observed.process.kind === 'leftover')
          hopeless.push({ record: observed.record, spec: awaited.spec, problem: leftoverProblem })
      }
    }
    if (hopeless.length === 0) return
    this.#recordVerdicts(hopeless)
    const results = await stopTunnels(
      this.#world,
      hopeless.map(({ record, spec }) => ({ record, policy: stopPolicy(spec, this.#options.graceMs) })),
    )
    for (const { record, spec, problem } of hopeless) {
      const result = results.get(record.name)
      if (result !== undefined && result.survivors.length > 0) {
        this.#emit({ type: 'survived', name: record.name, pids: result.survivors, problem: survivorsProblem(result) })
      }
      if (this.#fates.get(record.name) !== 'lost') this.#failed(record.name, problem, this.#lastLines(record, spec))
    }
  }

  /** Somebody else stopped or replaced the attempt while we waited for it. */
  #takenOver(name: string, spec: TunnelSpec, observed: Observed | undefined): void {
    if (
      observed !== undefined &&
      observed.process.kind === 'running' &&
      observed.record.fingerprint === spec.fingerprint
    ) {
      this.#chronicle.turnTo(name, observed.record.attempt)
      this.#readiness.add(spec, observed.record)
      return
    }
    const reason = observed === undefined ? 'closed by another p2p command' : 'replaced by another p2p command'
    this.#failed(name, { code: 'start.overtaken', reason, hint: null, heals: true }, [])
  }

  #recordVerdicts(hopeless: readonly { record: RunRecord; problem: Problem }[]): void {
    const records = this.#world.store.readRecords()
    for (const { record, problem } of hopeless) {
      const stored = records.get(record.name)
      if (stored?.attempt === record.attempt) stored.verdict = problem
    }
    tolerating(this.#closing, () => {
      this.#world.store.writeRecords(records)
    })
  }

  #failed(name: string, problem: Problem, lastLines: string[]): void {
    this.#fates.set(name, 'lost')
    const { code, reason, hint, heals } = problem
    this.#emit({ type: 'failed', name, problem: { code, reason, hint, heals }, lastLines })
  }

  /** Starts that will never come, since something they need is not going to be open, or not healthy. */
  #skippable(): { spec: TunnelSpec; cause: string }[] {
    const found = new Map<string, { spec: TunnelSpec; lost: string }>()
    for (let before = -1; before !== found.size;) {
      before = found.size
      for (const spec of this.#pending.values()) {
        const need = spec.needs.find((one) => this.#needFate(one) === 'lost' || found.has(one.name))
        if (need !== undefined) found.set(spec.name, { spec, lost: need.name })
      }
    }
    return [...found.values()].map(({ spec, lost }) => {
      const closed = this.#fates.get(lost) === 'lost' || found.has(lost)
      return { spec, cause: `${lost} is not ${closed ? 'open' : 'healthy'}` }
    })
  }

  /** Put on record with the reason, so that `ps` can tell it and the supervisor can open them later. Lock held. */
  async #skip(): Promise<void> {
    const skipped = this.#skippable()
    const { inherited } = this.#options
    if (inherited === null) return
    const { launchWave } = await import('./launch.ts')
    const recorded = await launchWave(
      this.#world,
      skipped.map(({ spec, cause }) => this.#request(spec, inherited, needUnmet(cause))),
    )
    for (const [name, { record }] of recorded) this.#chronicle.turnTo(name, record.attempt)
    for (const { spec, cause } of skipped) {
      this.#pending.delete(spec.name)
      this.#fates.set(spec.name, 'lost')
      this.#emit({ type: 'skipped', name: spec.name, cause })
    }
  }

  // -- the rest ---------------------------------------------------------------------------------------------------

  /** Actions that change nothing now: kept, refused, forgotten, nothing to do. */
  #settleQuiet(action: Action): void {
    const { name, cause } = action
    switch (action.do) {
      case 'keep': {
        const { record, spec, awaits } = action
        this.#fates.set(name, awaits ? 'awaited' : 'open')
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
        if (awaits && spec !== null) this.#readiness.add(spec, record)
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
        if (this.#fates.get(name) !== 'lost') this.#emit({ type: 'nothing', name, cause })
        break
      case 'start':
      case 'stop':
        break
    }
  }

  /** Whether anything is left to wait for. Without --wait only what others still wait for counts. */
  #isBusy(): boolean {
    if (this.#pending.size > 0) return true
    if (this.#readiness.size === 0) return false
    if (this.#options.wait) return true
    this.#leaveAll('not waited for')
    return false
  }

  #leaveAll(cause: string): void {
    for (const { spec, record, program } of this.#readiness.awaited()) {
      this.#readiness.remove(spec.name)
      this.#emit({ type: 'left', name: spec.name, pid: program ?? record.pids.program, cause })
    }
    for (const name of this.#pending.keys()) {
      this.#unlaunched.push(name)
      this.#emit({ type: 'skipped', name, cause })
    }
    this.#pending.clear()
  }

  /** What is left to others must not wait for our end: with --attach it is far away. */
  async #release(): Promise<void> {
    if (this.#unlaunched.length === 0 || this.#options.by === 'supervisor') return
    if (this.#world.ctx.interrupted.aborted) return
    await withLock(this.#world, () => {
      releaseClaims(this.#world, this.#unlaunched)
      return Promise.resolve()
    })
  }

  #noteWaiting(name: string, verdict: Verdict): boolean {
    if (verdict.kind !== 'waiting') return false
    if (this.#lastFor.get(name) !== verdict.for) {
      this.#lastFor.set(name, verdict.for)
      this.#chronicle.tell({ type: 'waiting', name, for: verdict.for, ms: this.#elapsed(name) })
    }
    return true
  }

  /** What was left by commands that were killed, and what no tunnel uses any more. */
  #tidy(): void {
    const records = this.#world.store.readRecords()
    dropUnusedEnvironments(this.#world, new Set([...records.values()].map(({ environment }) => environment)))
    removeEmptyPrivateFolders(this.#world)
    sweepRuns(this.#world)
  }

  async #locked(work: () => Promise<void>): Promise<void> {
    await withLock(this.#world, work)
    this.#chronicle.flush()
  }

  #emit(event: TunnelEvent): void {
    if (event.type === 'survived') this.#survived(event.name)
    this.#outcomes.set(event.name, event)
    this.#chronicle.tell(event)
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

const leftoverProblem: Problem = {
  code: 'start.daemonised',
  reason: 'its program ended and left processes behind: a tunnel program must stay in the foreground',
  hint: 'take away its option to run in the background',
  heals: false,
}
