/** Probes tunnels that others need healthy, only while one of those waits. */
import type { TunnelSpec } from '../../core/model.ts'
import { probe, probePlace, Prober } from './probe.ts'
import type { World } from '../state/world.ts'

/** `unhealthy`: it failed all its retries and is not probed again. */
export type HealthState = 'unknown' | 'healthy' | 'unhealthy'

export class HealthWaiter {
  readonly #world: World
  readonly #probers = new Map<string, Prober>()

  constructor(world: World) {
    this.#world = world
  }

  /** Health of an open tunnel; a `listen` check is satisfied by that. */
  of(spec: TunnelSpec): HealthState {
    if (spec.health === null || spec.health.check.kind === 'listen') return 'healthy'
    const prober = this.#probers.get(spec.name) ?? new Prober()
    this.#probers.set(spec.name, prober)
    const { check, timeoutMs, retries } = spec.health
    if (prober.answered) return 'healthy'
    if (prober.failures >= retries) return 'unhealthy'
    const environmentOf = (): string | undefined => this.#world.store.readRecords().get(spec.name)?.environment
    prober.ask(() => probe(check, probePlace(this.#world, spec, environmentOf()), timeoutMs))
    return 'unknown'
  }
}
