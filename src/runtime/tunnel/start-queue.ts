/** The tunnels that one `apply` starts: the state of each, and which may start now. */
import type { Need, TunnelSpec } from '../../core/model.ts'
import type { HealthState } from './wait-healthy.ts'

/** `pending`: not launched yet. `awaited`: launched, not open yet. `failed`: will not open. */
type StartState = 'pending' | 'awaited' | 'open' | 'failed'

const stateOfHealth = { unknown: 'awaited', healthy: 'open', unhealthy: 'failed' } as const

export class StartQueue {
  readonly #pending = new Map<string, TunnelSpec>()
  readonly #states = new Map<string, StartState>()
  readonly #healthOf: (name: string) => HealthState | null
  readonly #isOpenBeside: (name: string) => boolean

  /** `healthOf`: of a tunnel that others need healthy; null: not asked for. `isOpenBeside`: a need that is not started here. */
  constructor(healthOf: (name: string) => HealthState | null, isOpenBeside: (name: string) => boolean) {
    this.#healthOf = healthOf
    this.#isOpenBeside = isOpenBeside
  }

  get left(): number {
    return this.#pending.size
  }

  expect(spec: TunnelSpec): void {
    this.#pending.set(spec.name, spec)
    this.#states.set(spec.name, 'pending')
  }

  pending(name: string): TunnelSpec | undefined {
    return this.#pending.get(name)
  }

  settle(name: string, state: Exclude<StartState, 'pending'>): void {
    this.#pending.delete(name)
    this.#states.set(name, state)
  }

  hasFailed(name: string): boolean {
    return this.#states.get(name) === 'failed'
  }

  /** Drops everything pending and returns the names. */
  giveUp(): string[] {
    const names = [...this.#pending.keys()]
    this.#pending.clear()
    return names
  }

  /** Those whose needs are met. */
  ready(): TunnelSpec[] {
    return [...this.#pending.values()].filter(({ needs }) => needs.every((need) => this.#stateOf(need) === 'open'))
  }

  /** Those whose needs will never be open or healthy. */
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
      const isClosed = this.hasFailed(by) || found.has(by) || !(this.#states.has(by) || this.#isOpenBeside(by))
      return { spec, cause: `${by} is not ${isClosed ? 'open' : 'healthy'}` }
    })
  }

  #stateOf({ name, condition }: Need): StartState {
    const state = this.#states.get(name) ?? (this.#isOpenBeside(name) ? 'open' : 'failed')
    if (condition === 'open' || state !== 'open') return state
    const health = this.#healthOf(name)
    return health === null ? state : stateOfHealth[health]
  }
}
