/** Emits tunnel events, writes them to the project's event log with their attempt, and runs their hooks. */
import type { StoredEvent, TunnelEvent } from '../../core/events.ts'
import { exitEvent } from '../../core/decide/exit-event.ts'
import type { Observed } from '../../core/model.ts'
import { appendEvents } from '../state/events-write.ts'
import type { World } from '../state/world.ts'
import type { Hooks } from './hooks.ts'

/** `attempt`: the launch it is about; null: not launched yet. */
export type Emit = (event: TunnelEvent, attempt: string | null) => void

export class EventLog {
  readonly #world: World
  readonly #emit: Emit
  readonly #attempts = new Map<string, string>()
  #unwritten: StoredEvent[] = []
  #hooks: Hooks | null = null

  constructor(world: World, emit: Emit) {
    this.#world = world
    this.#emit = emit
  }

  /** Events of this tunnel are now about that attempt (null: one not launched yet). */
  turnTo(name: string, attempt: string | null): void {
    if (attempt === null) this.#attempts.delete(name)
    else this.#attempts.set(name, attempt)
  }

  /** Before the first event. `given`: those of the supervisor. Loaded only where a tunnel has any. */
  async loadHooks(given: Hooks | undefined): Promise<void> {
    const isUsed = [...this.#world.store.readDesired().values()].some(({ spec }) => spec.hooks !== undefined)
    if (!isUsed) return
    const { Hooks } = await import('./hooks.ts')
    this.#hooks = given ?? new Hooks(this.#world, this.#emit)
  }

  async hooksEnded(): Promise<void> {
    await this.#hooks?.ended()
  }

  record(event: TunnelEvent): void {
    const attempt = this.#attempts.get(event.name) ?? null
    this.#note({ at: this.#world.ctx.now(), attempt, ...event })
    this.#emit(event, attempt)
  }

  /** Records an exit that was not observed when it happened. */
  noteEnd(observed: Observed | undefined): void {
    if (observed === undefined) return
    const ended = exitEvent(observed, this.#world.system.bootId, this.#world.ctx.now())
    if (ended !== null) this.#note(ended)
  }

  flush(): void {
    appendEvents(this.#world, this.#unwritten)
    this.#unwritten = []
    this.#hooks?.begin()
  }

  #note(event: StoredEvent): void {
    this.#unwritten.push(event)
    this.#hooks?.note(event)
  }
}
