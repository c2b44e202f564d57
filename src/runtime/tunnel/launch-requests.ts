/** Builds launch requests: environment, counters, and secrets opened beforehand. */
import type { Observed, Problem, TunnelSpec } from '../../core/model.ts'
import type { Action } from '../../core/plan.ts'
import type { ObservedProject } from '../../core/decide/reconcile.ts'
import { countRefusals, countTry } from '../../core/decide/supervision.ts'
import { keptEnvironment, type Inherited } from '../secrets/environment.ts'
import type { LaunchRequest } from './launch.ts'
import { openLaunch, type OpenedLaunch } from '../secrets/open.ts'
import type { World } from '../state/world.ts'

export class LaunchRequests {
  readonly #world: World
  readonly #by: 'command' | 'supervisor'
  /** Each tunnel as last observed before any change. */
  readonly #before = new Map<string, Observed>()
  readonly #opened = new Map<string, { fingerprint: string; opened: OpenedLaunch }>()

  readonly #isAnew: boolean

  /** A command resets the counters; the supervisor keeps counting and reuses the last environment and secrets. `isAnew`: the
   *  user stopped what ran, so it does not count that it was open before. */
  constructor(world: World, by: 'command' | 'supervisor', isAnew: boolean) {
    this.#world = world
    this.#by = by
    this.#isAnew = isAnew
  }

  saw({ tunnels }: ObservedProject): void {
    for (const [name, observed] of tunnels) this.#before.set(name, observed)
  }

  before(name: string): Observed | undefined {
    return this.#before.get(name)
  }

  /** Opens the secrets of tunnels to be replaced; returns those whose secrets are not available. */
  async openForReplacements(actions: readonly Action[]): Promise<Map<string, Problem>> {
    const problems = new Map<string, Problem>()
    if (this.#by === 'supervisor') return problems
    const stopped = new Set(actions.flatMap((action) => (action.do === 'stop' ? [action.name] : [])))
    for (const action of actions) {
      if (action.do !== 'start' || !stopped.has(action.name)) continue
      const { name, launch, fingerprint } = action.spec
      const result = await openLaunch(launch, this.#world.ctx.env, {})
      if ('opened' in result) this.#opened.set(name, { fingerprint, opened: result.opened })
      else problems.set(name, result.problem)
    }
    return problems
  }

  /** `unmet`: why it is only recorded, which uses up no retry. */
  of(spec: TunnelSpec, inherited: Inherited, unmet?: Problem): LaunchRequest {
    const early = this.#opened.get(spec.name)
    const more = {
      ...(unmet === undefined ? {} : { unmet }),
      // Its declaration may have changed since.
      ...(early?.fingerprint === spec.fingerprint ? { opened: early.opened } : {}),
    }
    const before = this.#before.get(spec.name)
    const refusals = this.#isAnew ? undefined : countRefusals(before, spec.fingerprint, this.#world.system.bootId)
    const escaped = before?.record.bootId === this.#world.system.bootId ? before.record.escaped : undefined
    const since = { ...(refusals === undefined ? {} : { refusals }), ...(escaped === undefined ? {} : { escaped }) }
    if (this.#by === 'command')
      return { spec, inherited, counts: { restarts: 0, tries: 0, ...since }, useKeptSecrets: false, ...more }
    const kept = before === undefined ? null : keptEnvironment(this.#world, before.record.environment)
    const { restarts, tries } = before?.record ?? { restarts: 0, tries: 0 }
    const counts = unmet === undefined ? countTry(before, this.#world.ctx.now()) : { restarts, tries }
    return { spec, inherited: kept ?? inherited, counts: { ...counts, ...since }, useKeptSecrets: true, ...more }
  }
}
