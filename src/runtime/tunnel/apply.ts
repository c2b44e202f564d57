// Carries out a goal. Never decides: every step does what reconcile says about the world at that moment. Stops come first,
// dependants before what they need; starts come in waves. The lock is held during changes, never while waiting for readiness.
import { retriesEnded, type ApplyResult } from '../../core/events.ts'
import { mayStillOpen, nextOf } from '../../core/decide/future.ts'
import type { TunnelSpec } from '../../core/model.ts'
import type { Action, Goal, Plan } from '../../core/plan.ts'
import { reconcile, type ObservedProject } from '../../core/decide/reconcile.ts'
import { nextStep } from '../../core/decide/supervision.ts'
import { applyPolicies, factsOf, recordDesired, releaseClaims } from '../state/desired.ts'
import { handOverAgent } from '../secrets/environment.ts'
import { rotateEvents } from '../state/events-write.ts'
import { sweepVoids } from '../state/run-file.ts'
import { prepareForWriting, withLock, type World } from '../state/world.ts'
import { sweep } from './cleanup.ts'
import { clearStopMarks, forgetRecords, stopInOrder, type CloseOptions } from './close.ts'
import { endFailedStarts } from './failed-starts.ts'
import { Launching, type LaunchOptions } from './launching.ts'
import { escapeeOf } from './listener.ts'
import { keepProofs } from './proof-cache.ts'
import { planOfNothing } from './nothing-to-do.ts'
import { observe } from './observe.ts'
import { checkFiles } from './preflight.ts'
import { recordPlans } from './record-plans.ts'
import { setDamagedAside } from './recover.ts'
import { keepSupervisor } from './supervisor.ts'
import { tryIpv4 } from './try-ipv4.ts'
import { delay, performance, random } from '../machine.ts'

interface ApplyOptions extends LaunchOptions {
  /** The first plan, before any of it is carried out. */
  onPlan: (plan: Plan) => void
  /** Which of the goal's tunnels to touch, asked under the lock: the world may have changed since. null: all. */
  stillWanted: ((seen: ObservedProject) => string[]) | null
  /** Stop waiting after this time and leave tunnels opening; until then what fails and is retried is waited for, too. null: as
   *  long as ready.timeout allows. */
  waitTimeoutMs: number | null
  /** Overrides each tunnel's grace before KILL; null: its own. */
  graceMs: number | null
}

/** How often a command looks at what the supervisor retries. */
const followEveryMs = 200

const defaults: Omit<ApplyOptions, 'emit'> = {
  onPlan: () => undefined,
  actor: 'command',
  stillWanted: null,
  inherited: null,
  wait: true,
  waitTimeoutMs: null,
  graceMs: null,
}

/** @throws P2pError 'project.busy' if another command holds the project's lock for too long. */
export async function apply(
  world: World,
  goal: Goal,
  options: Pick<ApplyOptions, 'emit'> & Partial<ApplyOptions>,
): Promise<ApplyResult> {
  return new Application(world, goal, { ...defaults, ...options }).run()
}

/** For --dry-run. */
export function planOnly(world: World, goal: Goal): Plan {
  return reconcile(goalNow(world, goal), observe(world, { specs: true }))
}

/** `everything` also closes what another command is about to open. */
function goalNow(world: World, goal: Goal): Goal {
  if (goal.want === 'up' || goal.everything !== true) return goal
  const wanted = [...world.store.readDesired()].flatMap(([name, { want }]) => (want === 'up' ? [name] : []))
  return { ...goal, names: [...new Set([...goal.names, ...observe(world).tunnels.keys(), ...wanted])] }
}

class Application {
  readonly #world: World
  readonly #goal: Goal
  readonly #options: ApplyOptions
  readonly #launching: Launching
  readonly #closing: CloseOptions
  /** The attempt on record when a start was planned: any other was launched by another command. */
  readonly #expectedAttempts = new Map<string, string | undefined>()

  /** What `down` keeps from being opened later. */
  readonly #retried = new Set<string>()

  constructor(world: World, goal: Goal, options: ApplyOptions) {
    this.#world = world
    this.#goal = goal
    this.#options = options
    this.#launching = new Launching(world, goal, options)
    this.#closing = {
      emit: (event) => {
        this.#launching.emit(event)
      },
      graceMs: options.graceMs,
      despiteWriteErrors: goal.want === 'down',
      comesBack: (name) => goal.want === 'up' && goal.project.tunnels.some((spec) => spec.name === name),
    }
  }

  async run(): Promise<ApplyResult> {
    const { eventLog, outcomes } = this.#launching
    const { interrupted } = this.#world.ctx
    if (await this.#isNothingToDo()) return { tunnels: outcomes, interrupted: false }
    prepareForWriting(this.#world)
    const deadline = this.#options.waitTimeoutMs === null ? Infinity : performance.now() + this.#options.waitTimeoutMs
    await this.#locked(async () => {
      sweepVoids(this.#world)
      setDamagedAside(this.#world)
      rotateEvents(this.#world)
      await this.#firstRound()
    })
    for (let pauseMs = 2; this.#isBusy(); pauseMs = Math.min(pauseMs * 1.5, 100)) {
      if (interrupted.aborted) {
        this.#leaveAll('interrupted')
        break
      }
      if (performance.now() >= deadline) {
        this.#leaveAll('timed out waiting')
        break
      }
      await delay(Math.min(pauseMs, Math.max(1, deadline - performance.now())))
      if (await this.#lookAround()) pauseMs = 2
    }
    eventLog.flush()
    if (this.#goal.want === 'up') keepProofs(this.#world.store)
    await this.#release()
    await this.#followRetries(deadline)
    await this.#hooksEnded()
    return { tunnels: outcomes, interrupted: interrupted.aborted }
  }

  async #isNothingToDo(): Promise<boolean> {
    const { inherited, actor, onPlan } = this.#options
    if (this.#goal.want !== 'up' || actor !== 'command' || inherited === null) return false
    const nothing = await planOfNothing(this.#world, this.#goal, inherited)
    if (nothing === null) return false
    this.#launching.requests.saw(nothing.seen)
    onPlan(nothing.plan)
    for (const action of nothing.plan.actions) this.#emitNoOps(action)
    return true
  }

  /** All stops, and every start whose needs are already open. */
  async #firstRound(): Promise<void> {
    const { queue, requests, eventLog } = this.#launching
    const isCommand = this.#options.actor === 'command'
    const seen = await this.#observe()
    clearStopMarks(this.#world, seen, this.#closing)
    const goal = goalNow(this.#world, this.#goal)
    const plan = reconcile({ ...goal, names: this.#options.stillWanted?.(seen) ?? goal.names }, seen)
    this.#options.onPlan(plan)
    const starts = plan.actions.flatMap((action) => (action.do === 'start' ? [action.name] : []))
    const closes = plan.actions.some((action) => action.do === 'stop')
    if (closes) checkFiles(this.#world, starts, isCommand ? this.#options.inherited : null)
    const facts = factsOf(this.#world, seen)
    if (goal.want === 'down')
      for (const action of plan.actions) if (mayStillOpen(nextOf(action.name, facts))) this.#retried.add(action.name)
    // What the supervisor opens is wanted already; what it closes no longer is.
    if (isCommand || goal.want === 'down') recordDesired(this.#world, this.#goal, plan, this.#closing)
    await eventLog.loadHooks(this.#options.hooks)
    if (isCommand) {
      applyPolicies(this.#world, plan)
      if (this.#options.inherited !== null) handOverAgent(this.#world, plan, this.#options.inherited)
    }
    for (const action of plan.actions) {
      if (action.do === 'start') {
        queue.expect(action.spec)
        this.#expectedAttempts.set(action.name, requests.before(action.name)?.record.attempt)
      }
      // The supervisor records exits as it sees them.
      if (isCommand && (action.do === 'start' || action.do === 'forget')) eventLog.noteEnd(requests.before(action.name))
    }
    const actions = await this.#launching.keepRunningWhenSecretsAreMissing(plan.actions)
    await stopInOrder(this.#world, actions, this.#closing)
    for (const action of actions) this.#emitNoOps(action)
    await this.#launching.launch(actions)
    if (isCommand) {
      await keepSupervisor(this.#world, this.#options.inherited)
      sweep(this.#world)
    }
  }

  async #observe(): Promise<ObservedProject> {
    const seen = observe(this.#world, { specs: true })
    await tryIpv4(this.#world, seen)
    this.#launching.requests.saw(seen)
    for (const [name, { record }] of seen.tunnels) this.#launching.eventLog.turnTo(name, record.attempt)
    return seen
  }

  /** One tick outside the lock; true if something happened. */
  async #lookAround(): Promise<boolean> {
    const launching = this.#launching
    const news = [...launching.waiter.poll()].filter(([name, state]) => !launching.noteWaiting(name, state))
    for (const [name, state] of news) if (state.kind === 'open') launching.becameOpen(name, state.warnings)
    const over = news.filter(([, { kind }]) => kind === 'ended' || kind === 'failed')
    if (over.length > 0) await this.#locked(() => endFailedStarts(this.#world, launching, over, this.#closing))
    if (launching.queue.blocked().length > 0) await this.#locked(() => this.#recordBlocked())
    if (launching.launchable().length > 0) await this.#locked(() => this.#nextRound())
    // At once: this process may be killed while it waits for the others.
    launching.eventLog.flush()
    return news.length > 0
  }

  /** Starts whose needs have opened. Observes again: the world may have changed while the lock was free. */
  async #nextRound(): Promise<void> {
    if (this.#goal.want !== 'up') return
    this.#applyNewerIntent(this.#launching.launchable(), this.#options.actor === 'supervisor')
    const names = new Set(this.#launching.launchable().map(({ name }) => name))
    const tunnels = this.#goal.project.tunnels.map((spec) => this.#launching.queue.pending(spec.name) ?? spec)
    const recreate = this.#goal.recreate === 'never' ? 'never' : 'changed'
    const project = { ...this.#goal.project, tunnels }
    const seen = await this.#observe()
    const plan = reconcile({ ...this.#goal, project, names: [...names], recreate, orphans: 'keep' }, seen)
    await stopInOrder(this.#world, plan.actions, this.#closing, names)
    const actions = plan.actions.filter(({ name }) => names.has(name))
    for (const action of actions) this.#emitNoOps(action)
    await this.#launching.launch(actions)
  }

  /** Not those that another command has launched or closed meanwhile: its record is the newer one. */
  async #recordBlocked(): Promise<void> {
    const blocked = this.#launching.queue.blocked().map(({ spec }) => spec)
    this.#applyNewerIntent(blocked, true)
    await this.#launching.recordBlocked()
  }

  /** The later command wins, with its newer declaration. `leavesLaunched`: skips what it has launched. */
  #applyNewerIntent(specs: readonly TunnelSpec[], leavesLaunched: boolean): void {
    const desired = this.#world.store.readDesired()
    const records = this.#world.store.readRecords()
    for (const { name } of specs) {
      const newest = desired.get(name)
      const attempt = records.get(name)?.attempt
      const isOvertaken = attempt !== undefined && attempt !== this.#expectedAttempts.get(name)
      if (newest?.want !== 'up') this.#launching.drop(name, 'closed by another p2p command')
      else if (isOvertaken && leavesLaunched) this.#launching.drop(name, 'launched by another p2p command')
      else this.#launching.queue.expect(newest.spec)
    }
  }

  /** Actions that change nothing now: kept, refused, forgotten, nothing to do. */
  #emitNoOps(action: Action): void {
    const launching = this.#launching
    const { name, cause } = action
    switch (action.do) {
      case 'keep':
        launching.keep(action)
        break
      case 'refuse':
        launching.failed(name, { code: action.code, reason: cause, hint: action.look, heals: false }, [])
        break
      case 'forget': {
        const escapee = escapeeOf(this.#world, action.record)
        if (escapee !== null) {
          launching.emit({ type: 'survived', name, ...escapee })
          break
        }
        forgetRecords(this.#world, [action.record], this.#closing)
        launching.emit({ type: 'nothing', name, cause: this.#retried.has(name) ? retriesEnded : cause })
        break
      }
      case 'nothing':
        if (launching.queue.hasFailed(name)) break
        launching.emit({ type: 'nothing', name, cause: this.#retried.has(name) ? retriesEnded : cause })
        break
      case 'start':
      case 'stop':
        break
    }
  }

  /** Without --wait only the needs of pending tunnels are waited for. */
  #isBusy(): boolean {
    if (this.#launching.queue.left > 0) return true
    if (this.#launching.waiter.size === 0) return false
    if (this.#options.wait) return true
    this.#leaveAll('not waiting')
    return false
  }

  /** Releases claims now rather than at exit: with --attach this process lives on. */
  async #release(): Promise<void> {
    const { unlaunched } = this.#launching
    if (unlaunched.length === 0 || this.#options.actor === 'supervisor' || this.#world.ctx.interrupted.aborted) return
    await withLock(this.#world, () => {
      releaseClaims(this.#world, unlaunched)
    })
  }

  #leaveAll(cause: string): void {
    this.#launching.leaveAll(cause)
    this.#launching.reportUnopened(factsOf(this.#world, observe(this.#world, { specs: true })))
  }

  /** Plans the retries of what did not open as the supervisor would, so that it is known when they are. Lock held. */
  #reportUnopened(): void {
    const names = this.#launching.unreported
    if (names.length === 0) return
    const facts = factsOf(this.#world, observe(this.#world, { specs: true }))
    const specs = names.flatMap((name) => facts.wanted().get(name)?.spec ?? [])
    const around = { now: facts.now, busy: new Set<string>(), problemSince: new Map(), random }
    const planned = facts.supervised ? recordPlans(this.#world, nextStep(specs, facts, around).plans, facts) : []
    this.#launching.reportUnopened(facts)
    for (const event of planned) this.#launching.eventLog.record(event)
  }

  /** What failed may be open by now. With a time limit that is waited for as long as it can still open. */
  async #followRetries(deadline: number): Promise<void> {
    const { actor, wait, waitTimeoutMs } = this.#options
    if (actor === 'supervisor' || !wait || !this.#launching.hasUnopened) return
    const look = (): boolean =>
      this.#launching.followUnopened(factsOf(this.#world, observe(this.#world, { specs: true })))
    const isOver = (): boolean => performance.now() >= deadline || this.#world.ctx.interrupted.aborted
    while (look() && waitTimeoutMs !== null && !isOver()) await delay(followEveryMs)
  }

  /** A hook may call p2p, which needs the lock. The supervisor does not wait: it has other tunnels. */
  async #hooksEnded(): Promise<void> {
    if (this.#options.actor === 'command') await this.#launching.eventLog.hooksEnded()
  }

  async #locked(work: () => Promise<void>): Promise<void> {
    await this.#hooksEnded()
    await withLock(this.#world, async () => {
      await work()
      this.#reportUnopened()
    })
    this.#launching.eventLog.flush()
  }
}
