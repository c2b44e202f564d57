/** Records what only the supervisor sees: each end once with what comes of it, each opening. */
import type { StoredEvent } from '../core/events.ts'
import { exitEvent } from '../core/decide/exit-event.ts'
import type { Observed } from '../core/model.ts'
import type { ObservedProject } from '../core/decide/reconcile.ts'
import { exitMeaningOf } from '../core/decide/status.ts'
import { countTry, type Step } from '../core/decide/supervision.ts'
import { appendEvents } from '../runtime/state/events-write.ts'
import { attemptsToldEnded } from '../runtime/state/events-read.ts'
import type { World } from '../runtime/state/world.ts'

export class EndReporter {
  readonly #world: World
  /** Attempts whose end is on record, also by an earlier supervisor. */
  readonly #told: Set<string>

  constructor(world: World) {
    this.#world = world
    this.#told = attemptsToldEnded(world)
  }

  /** `apply` records this attempt's end. */
  toldElsewhere(attempt: string): void {
    this.#told.add(attempt)
  }

  /** Tells of every tunnel that is seen ended for the first time, but for those that are being opened: `apply` tells of them. */
  tellEnded({ tunnels, bootId }: ObservedProject, busy: ReadonlySet<string>): void {
    const events: StoredEvent[] = []
    for (const [name, observed] of tunnels) {
      const { attempt } = observed.record
      if (busy.has(name) || this.#told.has(attempt)) continue
      const ended = exitEvent(observed, bootId, this.#world.ctx.now())
      if (ended === null) continue
      this.#told.add(attempt)
      events.push(ended)
    }
    appendEvents(this.#world, events)
    this.#forgetOthers(tunnels)
  }

  /** Marks and records what became open after the process that awaited it was gone. `skip`: what is awaited. */
  tellOpened({ tunnels }: ObservedProject, skip: ReadonlySet<string>): void {
    const at = this.#world.ctx.now()
    const events = [...tunnels].flatMap(([name, { record, readied, readiedAt, process }]): StoredEvent[] => {
      if (process.kind !== 'running' || !readied || readiedAt !== null || skip.has(name)) return []
      this.#world.store.markReady(record.attempt)
      const { attempt, endpoints, target, startedAt } = record
      const pid = process.program
      return [{ at, attempt, type: 'open', name, pid, endpoints, target, ms: Math.max(0, at - startedAt) }]
    })
    appendEvents(this.#world, events)
  }

  /** Tells when each tunnel that is to come back does. */
  tellPlans(plans: Step['plans'], { tunnels, bootId }: ObservedProject): void {
    const at = this.#world.ctx.now()
    const events = [...plans].flatMap(([name, { nextAt, waitsFor }]): StoredEvent[] => {
      const observed = tunnels.get(name)
      if (observed === undefined || (nextAt === null && waitsFor === null)) return []
      const inMs = nextAt === null ? null : Math.max(0, nextAt - at)
      const { tries } = countTry(observed, at)
      const reason = exitMeaningOf(observed, bootId)?.reason ?? 'processes of its last run remain'
      return [{ at, attempt: observed.record.attempt, type: 'retrying', name, inMs, waitsFor, tries, reason }]
    })
    appendEvents(this.#world, events)
  }

  #forgetOthers(tunnels: ReadonlyMap<string, Observed>): void {
    const current = new Set([...tunnels.values()].map(({ record }) => record.attempt))
    for (const attempt of this.#told) if (!current.has(attempt)) this.#told.delete(attempt)
  }
}
