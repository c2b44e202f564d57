/** Emits what is done to tunnels, and writes it to the project's event log with the attempt it is about. */
import type { StoredEvent, TunnelEvent } from '../../core/events.ts'
import { exitEvent } from '../../core/decide/exit-event.ts'
import type { Observed } from '../../core/model.ts'
import { appendEvents } from '../state/events-write.ts'
import type { World } from '../state/world.ts'

/** `attempt`: which launch it is about; null: none was begun yet. */
export type Emit = (event: TunnelEvent, attempt: string | null) => void

export class EventLog {
  readonly #world: World
  readonly #emit: Emit
  readonly #attempts = new Map<string, string>()
  #unwritten: StoredEvent[] = []

  constructor(world: World, emit: Emit) {
    this.#world = world
    this.#emit = emit
  }

  /** From now on events of this tunnel are about that attempt (null: about one that is still to begin). */
  turnTo(name: string, attempt: string | null): void {
    if (attempt === null) this.#attempts.delete(name)
    else this.#attempts.set(name, attempt)
  }

  record(event: TunnelEvent): void {
    const attempt = this.#attempts.get(event.name) ?? null
    this.#unwritten.push({ at: this.#world.ctx.now(), attempt, ...event })
    this.#emit(event, attempt)
  }

  /** Records the end of a tunnel that ended unobserved. */
  noteEnd(observed: Observed | undefined): void {
    if (observed === undefined) return
    const ended = exitEvent(observed, this.#world.system.bootId, this.#world.ctx.now())
    if (ended !== null) this.#unwritten.push(ended)
  }

  /** Writes what was recorded since the last time. */
  flush(): void {
    appendEvents(this.#world, this.#unwritten)
    this.#unwritten = []
  }
}
