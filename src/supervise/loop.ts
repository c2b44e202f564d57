/** The supervisor's loop: wakes on changes and due times, observes, and applies the next step. */
import type { TunnelEvent } from '../core/events.ts'
import { P2pError, systemCode, systemRefusal } from '../core/errors.ts'
import type { Project, TunnelSpec } from '../core/model.ts'
import type { Goal, UpGoal } from '../core/plan.ts'
import type { ObservedProject } from '../core/decide/reconcile.ts'
import { problemOf } from '../core/decide/status.ts'
import { delayBefore, nextStep, type Step } from '../core/decide/supervision.ts'
import { recordFault } from '../runtime/tunnel/fault.ts'
import { apply } from '../runtime/tunnel/apply.ts'
import { Bell, Watches } from '../runtime/files/watch.ts'
import { inheritedFrom } from '../runtime/secrets/environment.ts'
import type { Lock } from '../runtime/state/lock.ts'
import { LogLimits } from '../runtime/logs/log-limits.ts'
import { Hooks } from '../runtime/tunnel/hooks.ts'
import { observe } from '../runtime/tunnel/observe.ts'
import { tryIpv4 } from '../runtime/tunnel/try-ipv4.ts'
import { needsSupervisor, type Desired, type DesiredTunnel } from '../runtime/state/store.ts'
import { factsOf, isClaimed, unused } from '../runtime/state/desired.ts'
import { appendEvents } from '../runtime/state/events-write.ts'
import { recordPlans } from '../runtime/tunnel/record-plans.ts'
import { Heartbeat } from '../runtime/state/heartbeat.ts'
import { withLock, type World } from '../runtime/state/world.ts'
import { HealthChecks } from './health-checks.ts'
import { OutcomeWatch } from './outcome-watch.ts'
import { EndReporter } from './report-ends.ts'
import { delay, random } from '../runtime/machine.ts'

/** Look at least that often: watches can be lost, launchers can be killed. */
const fullLookEveryMs = 10_000
/** Half as often after a quiet minute: an idle supervisor must cost next to nothing. */
const quietAfterMs = 60_000
const quietLookEveryMs = 20_000
const leastPauseMs = 30
/** After a look that failed: what it began to write rings as well. */
const pauseAfterFailureMs = 1000
/** How soon the exit of a command with claims is noticed. */
const claimsEveryMs = 1000
/** How soon the exit of a command that used tunnels is noticed: no one waits for it. */
const usersEveryMs = 4000
/** A timer that late means that the machine slept, or that this process was stopped. */
const lateMs = 3000

export class Supervisor {
  readonly #world: World
  readonly #lock: Lock
  readonly #say: (line: string) => void
  readonly #busy = new Set<string>()
  readonly #problemSince = new Map<string, number>()
  readonly #hooks: Hooks
  readonly #health: HealthChecks
  readonly #endReporter: EndReporter
  readonly #outcomes: OutcomeWatch
  readonly #logLimits: LogLimits
  readonly #bell = new Bell()
  /** Why the last look failed; null: it did not. */
  #failure: string | null = null
  /** Batches in a row that p2p itself failed to open. */
  #faults = 0
  #desired: Desired = new Map()
  #wantedSpecs: TunnelSpec[] = []
  #desiredStamp = ''
  #fingerprints: ReadonlyMap<string, string> = new Map()

  constructor(world: World, lock: Lock, say: (line: string) => void) {
    this.#world = world
    this.#lock = lock
    this.#say = say
    this.#hooks = new Hooks(world, (event) => {
      this.#tell(event)
    })
    this.#endReporter = new EndReporter(world, this.#hooks)
    this.#logLimits = new LogLimits(world.store)
    const ring = (): void => {
      this.#bell.ring()
    }
    this.#health = new HealthChecks(world, this.#hooks, say, ring)
    this.#outcomes = new OutcomeWatch(world, ring)
  }

  /** Returns when no tunnel needs a supervisor, or on a signal. */
  async run(stop: AbortSignal): Promise<void> {
    stop.addEventListener('abort', () => {
      this.#bell.ring()
    })
    const watches = new Watches([this.#world.store.folder, this.#world.store.runs], () => {
      this.#bell.ring()
    })
    for (const folder of watches.begin()) {
      this.#say(`can't watch ${folder}; checking every ${fullLookEveryMs / 1000} s`)
    }
    const heartbeat = new Heartbeat(this.#world.store.heartbeat)
    this.#say('watching')
    try {
      while (!stop.aborted) {
        heartbeat.turn()
        const begun = this.#world.ctx.now()
        // If the state folder was removed, another supervisor may start: this one has no project.
        if (!this.#lock.isHeld()) break
        const dueAt = await this.#look()
        if (dueAt === 'done') break
        const lookedUntil = this.#world.ctx.now()
        const waitMs = Math.max(leastPauseMs, Math.min(dueAt - lookedUntil, this.#lookEveryMs()))
        // The machine may also sleep during a look.
        const lateBy = Math.max(
          lookedUntil - begun,
          await this.#bell.wait(waitMs, this.#failure === null ? undefined : pauseAfterFailureMs),
        )
        if (lateBy > lateMs) {
          this.#say(`late by ${Math.round(lateBy / 1000)} s: checking everything`)
          this.#health.allDue()
        }
      }
    } finally {
      watches.end()
      heartbeat.end()
      this.#health.stop()
      this.#outcomes.stop()
      this.#logLimits.end()
      await this.#hooks.ended()
      this.#say('exiting')
    }
  }

  /** One pass. Returns when the next is due (epoch milliseconds), or that nothing is left to do. */
  async #look(): Promise<number | 'done'> {
    const { now } = this.#world.ctx
    try {
      const wanted = this.#wanted()
      if (!this.#isNeeded()) {
        await this.#hooks.ended()
        return await this.#leave()
      }
      // Reads specs.json only if a tunnel is dead or has drifted.
      const facts = observe(this.#world, { declared: this.#fingerprints })
      await tryIpv4(this.#world, facts)
      this.#noteProblems(facts)
      this.#endReporter.reportEnded(facts, this.#busy)
      this.#logLimits.follow(wanted)
      this.#health.follow(wanted, facts)
      const busy = new Set([...this.#busy, ...this.#claimed(facts)])
      this.#endReporter.reportOpened(facts, busy)
      await this.#outcomes.follow(wanted, facts, busy)
      const step = this.#decide(wanted, facts, busy)
      await this.#record(step, facts)
      this.#start(step, wanted)
      this.#closeUnused()
      this.#failure = null
      // A command's exit changes nothing on disk.
      const claimsAt = busy.size > this.#busy.size ? now() + claimsEveryMs : Infinity
      const usersAt = [...this.#desired.values()].some(isUsed) ? now() + usersEveryMs : Infinity
      return Math.min(claimsAt, usersAt, step.dueAt ?? now() + this.#lookEveryMs())
    } catch (error) {
      // A full disk or a busy project: retry later.
      const failure = inWords(error, 'could not check')
      if (failure !== this.#failure) this.#say(failure)
      this.#failure = failure
      return now() + fullLookEveryMs
    }
  }

  #lookEveryMs(): number {
    return this.#bell.quietMs() < quietAfterMs ? fullLookEveryMs : quietLookEveryMs
  }

  /** Leaves only under the project's lock, after another look, so that an `up` sees it either gone or staying. */
  async #leave(): Promise<number | 'done'> {
    return withLock<number | 'done'>(this.#world, () => {
      if (this.#isNeeded()) return this.#world.ctx.now()
      this.#lock.release()
      return 'done'
    })
  }

  #isNeeded(): boolean {
    this.#wanted()
    return [...this.#desired.values()].some(needsSupervisor)
  }

  /** Reread only if replaced: the file is large, and a look must cost next to nothing. */
  #wanted(): TunnelSpec[] {
    const stamp = this.#world.store.desiredStamp()
    if (stamp !== this.#desiredStamp) {
      this.#desired = this.#world.store.readDesired()
      this.#wantedSpecs = [...this.#desired.values()].flatMap(({ want, spec }) => (want === 'up' ? [spec] : []))
      this.#fingerprints = new Map(this.#wantedSpecs.map(({ name, fingerprint }) => [name, fingerprint]))
      this.#desiredStamp = stamp
    }
    return this.#wantedSpecs
  }

  /** Not persisted: losing it costs only time. */
  #noteProblems(facts: ObservedProject): void {
    for (const [name, observed] of facts.tunnels) {
      if (!observed.readied || problemOf(observed) === null) this.#problemSince.delete(name)
      else if (!this.#problemSince.has(name)) this.#problemSince.set(name, this.#world.ctx.now())
    }
  }

  async #record({ plans }: Step, seen: ObservedProject): Promise<void> {
    if (plans.size === 0) return
    await withLock(this.#world, () => {
      const facts = factsOf(this.#world, seen)
      const attempt = (name: string): string | null => seen.tunnels.get(name)?.record.attempt ?? null
      const planned = recordPlans(this.#world, plans, facts)
      appendEvents(
        this.#world,
        planned.map((event) => ({ at: facts.now, attempt: attempt(event.name), ...event })),
      )
    })
  }

  /** Tunnels that a live command is about to launch, or waits for. */
  #claimed(facts: ObservedProject): string[] {
    return [...this.#desired].flatMap(([name, desired]) =>
      isClaimed(this.#world, desired, facts.tunnels.get(name)) ? [name] : [],
    )
  }

  #decide(wanted: readonly TunnelSpec[], facts: ObservedProject, busy: ReadonlySet<string>): Step {
    const { now } = this.#world.ctx
    return nextStep(wanted, facts, { now: now(), busy, problemSince: this.#problemSince, random })
  }

  /** Applies each batch in the background; its tunnels are busy until then. */
  #start(step: Step, wanted: readonly TunnelSpec[]): void {
    if (step.open.length > 0) this.#apply(step.open, { recreate: 'changed' }, wanted)
    if (step.reopen.size > 0) {
      for (const [name, cause] of step.reopen) this.#say(`${name}: reopening: ${cause}`)
      this.#apply([...step.reopen.keys()], { recreate: 'always', causes: step.reopen }, wanted)
    }
  }

  /** What a killed `p2p run` left: one that ends by itself closes it. */
  #closeUnused(): void {
    const left = (): string[] => {
      this.#wanted()
      return unused(this.#world, this.#desired, { besidesMe: false })
    }
    const names = left().filter((name) => !this.#busy.has(name))
    if (names.length === 0) return
    this.#say(`${names.join(', ')}: closing: the command that used it is gone`)
    this.#carryOut({ want: 'down', names }, () => left().filter((name) => names.includes(name)))
  }

  #apply(names: string[], how: Pick<UpGoal, 'recreate' | 'causes'>, wanted: readonly TunnelSpec[]): void {
    const goal = { want: 'up', project: this.#projectOf(wanted), names, orphans: 'keep', ...how } as const
    this.#carryOut(goal, (seen) => {
      const { open, reopen } = this.#decide(this.#wanted(), seen, new Set(this.#claimed(seen)))
      return names.filter((name) => open.includes(name) || reopen.has(name))
    })
  }

  #carryOut(goal: Goal, stillWanted: (seen: ObservedProject) => string[]): void {
    const { names } = goal
    for (const name of names) this.#busy.add(name)
    const free = (name: string): void => {
      if (this.#busy.delete(name)) this.#bell.ring()
    }
    void apply(this.#world, goal, {
      emit: (event, attempt) => {
        this.#tell(event)
        if (event.type === 'failed' && attempt !== null) this.#endReporter.reportedElsewhere(attempt)
        // A tunnel with a final event is free again, even if others of its batch are not.
        if (isFinal(event)) free(event.name)
      },
      actor: 'supervisor',
      stillWanted,
      inherited: inheritedFrom(this.#world.ctx.env, []),
      hooks: this.#hooks,
    })
      .then(() => {
        this.#faults = 0
      })
      .catch(async (error: unknown) => {
        if (goal.want === 'up') await this.#holdBack(names, error)
        else this.#say(inWords(error, `could not close ${names.join(', ')}`))
      })
      .finally(() => {
        names.forEach(free)
      })
  }

  /** A fault of p2p's own, or of its folders: at once again it would only fail again. */
  async #holdBack(names: readonly string[], error: unknown): Promise<void> {
    this.#say(inWords(error, `could not open ${names.join(', ')}`))
    const delayMs = delayBefore(this.#faults, random)
    this.#faults += 1
    const why = inWords(error, 'a bug')
    await recordFault(this.#world, names, why, this.#world.ctx.now() + delayMs).catch(() => undefined)
    await delay(delayMs)
  }

  #projectOf(tunnels: readonly TunnelSpec[]): Project {
    const undeclared = { files: [], active: [], secretVariables: [], accounts: [], autoPorts: {} }
    return { ...this.#world.key, ...undeclared, tunnels: [...tunnels] }
  }

  #tell(event: TunnelEvent): void {
    if (event.type === 'failed') this.#say(`${event.name}: failed: ${event.problem.reason}`)
    else if (event.type === 'hook') this.#say(`${event.name}: ${event.hook} hook failed: ${event.reason}`)
    else if (event.type === 'open' || event.type === 'starting') this.#say(`${event.name}: ${event.type}`)
  }
}

/** Messages of libraries and the system are not shown, only the code. */
function inWords(error: unknown, what: string): string {
  const known = error instanceof P2pError ? error : systemRefusal(error)
  return known?.message ?? `${what}: ${systemCode(error) ?? 'internal error'}`
}

function isUsed({ want, usedBy }: DesiredTunnel): boolean {
  return want === 'up' && usedBy !== undefined
}

function isFinal({ type }: TunnelEvent): boolean {
  return ['open', 'failed', 'skipped', 'left', 'survived', 'nothing'].includes(type)
}
