/** The tunnels that an application is to start: where each stands, and which of them may set out. */
import type { Need, TunnelSpec } from '../../core/model.ts'
import type { HealthState } from './wait-healthy.ts'

/** `pending`: not launched yet. `awaited`: launched, and not open yet. `failed`: it is not going to open. */
type StartState = 'pending' | 'awaited' | 'open' | 'failed'

const stateOfHealth = { unknown: 'awaited', healthy: 'open', unhealthy: 'failed' } as const

export class StartQueue {
  readonly #pending = new Map<string, TunnelSpec>()
  readonly #states = new Map<string, StartState>()
  readonly #healthOf: (name: string) => HealthState | null

  /** `healthOf`: how a tunnel that others need healthy is; null: it is not asked for. */
  constructor(healthOf: (name: string) => HealthState | null) {
    this.#healthOf = healthOf
  }

  get left(): number {
    return this.#pending.size
  }

  /** To be started, as it is declared by now. */
  expect(spec: TunnelSpec): void {
    this.#pending.set(spec.name, spec)
    this.#states.set(spec.name, 'pending')
  }

  /** The specification that a tunnel is going to be started with, if it still is. */
  pending(name: string): TunnelSpec | undefined {
    return this.#pending.get(name)
  }

  /** It is not to be started any more, or has been: this is how it stands. */
  settle(name: string, state: Exclude<StartState, 'pending'>): void {
    this.#pending.delete(name)
    this.#states.set(name, state)
  }

  hasFailed(name: string): boolean {
    return this.#states.get(name) === 'failed'
  }

  /** Gives up all that were not started, and names them. */
  giveUp(): string[] {
    const names = [...this.#pending.keys()]
    this.#pending.clear()
    return names
  }

  /** Those that have all they need. Needs that take no part in this application don't count (--no-deps). */
  ready(): TunnelSpec[] {
    return [...this.#pending.values()].filter(({ needs }) =>
      needs.every((need) => [null, 'open'].includes(this.#stateOf(need))),
    )
  }

  /** Those that will never have what they need: it is not going to be open, or not healthy. */
  blocked(): { spec: TunnelSpec; cause: string }[] {
    const found = new Map<string, { spec: TunnelSpec; by: string }>()
    for (let before = -1; before !== found.size;) {
      before = found.size
      for (const spec of this.#pending.values()) {
        const need = spec.needs.find((one) => this.#stateOf(one) === 'failed' || found.has(one.name))
        if (need !== undefined) found.set(spec.name, { spec, by: need.name })
      }
    }
    return [...found.values()].map(({ spec, by }) => {
      const isClosed = this.hasFailed(by) || found.has(by)
      return { spec, cause: `${by} is not ${isClosed ? 'open' : 'healthy'}` }
    })
  }

  #stateOf({ name, condition }: Need): StartState | null {
    const state = this.#states.get(name) ?? null
    if (condition === 'open' || (state !== null && state !== 'open')) return state
    const health = this.#healthOf(name)
    return health === null ? state : stateOfHealth[health]
  }
}
