/** Whether tunnels answer through themselves, for others that need them healthy: asked only while one of those waits. */
import type { TunnelSpec } from '../../core/model.ts'
import { probePlace } from './probe.ts'
import { Prober } from './prober.ts'
import type { World } from '../state/world.ts'

/** `unhealthy`: it did not answer as often in a row as its check allows for; it is not asked again. */
export type HealthState = 'unknown' | 'healthy' | 'unhealthy'

export class HealthWaiter {
  readonly #world: World
  readonly #probers = new Map<string, Prober>()

  constructor(world: World) {
    this.#world = world
  }

  /** What is known of a tunnel that is open. A check that only looks at the listener asks no more than that. */
  of(spec: TunnelSpec): HealthState {
    if (spec.health === null || spec.health.check.kind === 'listen') return 'healthy'
    const prober = this.#probers.get(spec.name) ?? new Prober()
    this.#probers.set(spec.name, prober)
    const { check, timeoutMs, retries } = spec.health
    if (prober.answered) return 'healthy'
    if (prober.failures >= retries) return 'unhealthy'
    const environmentOf = (): string | undefined => this.#world.store.readRecords().get(spec.name)?.environment
    prober.ask(check, () => probePlace(this.#world, spec, environmentOf()), timeoutMs)
    return 'unknown'
  }
}
