/** Records events that only the supervisor sees: exits and late openings. */
import type { StoredEvent } from '../core/events.ts'
import { exitEvent } from '../core/decide/exit-event.ts'
import type { Observed } from '../core/model.ts'
import type { ObservedProject } from '../core/decide/reconcile.ts'
import { endedAttempts } from '../runtime/state/events-read.ts'
import type { Hooks } from '../runtime/tunnel/hooks.ts'
import type { World } from '../runtime/state/world.ts'

export class EndReporter {
  readonly #world: World
  readonly #hooks: Hooks
  /** Attempts with a recorded end, also by an earlier supervisor. */
  readonly #reported: Set<string>

  constructor(world: World, hooks: Hooks) {
    this.#world = world
    this.#hooks = hooks
    this.#reported = endedAttempts(world)
  }

  /** `apply` records this attempt's end. */
  reportedElsewhere(attempt: string): void {
    this.#reported.add(attempt)
  }

  /** Reports each newly ended tunnel, except those being opened, which `apply` reports. */
  reportEnded({ tunnels, bootId }: ObservedProject, busy: ReadonlySet<string>): void {
    const events: StoredEvent[] = []
    for (const [name, observed] of tunnels) {
      const { attempt } = observed.record
      if (busy.has(name) || this.#reported.has(attempt)) continue
      const ended = exitEvent(observed, bootId, this.#world.ctx.now())
      if (ended === null) continue
      this.#reported.add(attempt)
      events.push(ended)
    }
    this.#hooks.record(events)
    this.#forgetOthers(tunnels)
  }

  /** Marks and reports tunnels that opened after the process that awaited them was gone. `skip`: still awaited. */
  reportOpened({ tunnels }: ObservedProject, skip: ReadonlySet<string>): void {
    const at = this.#world.ctx.now()
    const events = [...tunnels].flatMap(([name, { record, readied, readiedAt, process }]): StoredEvent[] => {
      if (process.kind !== 'running' || !readied || readiedAt !== null || skip.has(name)) return []
      this.#world.store.markReady(record.attempt)
      const { attempt, endpoints, target, startedAt } = record
      const pid = process.program
      return [{ at, attempt, type: 'open', name, pid, endpoints, target, ms: Math.max(0, at - startedAt) }]
    })
    this.#hooks.record(events)
  }

  #forgetOthers(tunnels: ReadonlyMap<string, Observed>): void {
    const current = new Set([...tunnels.values()].map(({ record }) => record.attempt))
    for (const attempt of this.#reported) if (!current.has(attempt)) this.#reported.delete(attempt)
  }
}
