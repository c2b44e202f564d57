/** Whether tunnels answer through themselves, for others that need them healthy: asked only while somebody waits for it. */
import type { TunnelSpec } from '../../core/model.ts'
import { placeOf, probe } from './probe.ts'
import type { World } from '../state/world.ts'

/** `sick`: it did not answer as often in a row as its check allows for; nobody is asked again. */
export type HealthState = 'unknown' | 'well' | 'sick'

const pauseMs = 250

export class HealthWaiter {
  readonly #world: World
  readonly #states = new Map<string, { verdict: HealthState; failures: number; busy: boolean; nextAt: number }>()

  constructor(world: World) {
    this.#world = world
  }

  /** What is known of a tunnel that is open. A check that only looks at the listener asks no more than that. */
  of(spec: TunnelSpec): HealthState {
    if (spec.health === null || spec.health.check.kind === 'listen') return 'well'
    const state = this.#states.get(spec.name) ?? { verdict: 'unknown', failures: 0, busy: false, nextAt: 0 }
    this.#states.set(spec.name, state)
    if (state.verdict !== 'unknown' || state.busy || performance.now() < state.nextAt) return state.verdict
    const { check, timeoutMs, retries } = spec.health
    const environment = this.#world.store.readRecords().get(spec.name)?.environment
    state.busy = true
    void probe(check, placeOf(this.#world, spec, environment), timeoutMs).then((answered) => {
      if (answered) state.verdict = 'well'
      else if (++state.failures >= retries) state.verdict = 'sick'
      state.busy = false
      state.nextAt = performance.now() + pauseMs
    })
    return state.verdict
  }
}
