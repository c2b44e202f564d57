/** What each launch takes along: environment, counts, and secrets that were opened beforehand. */
import type { Observed, Problem, TunnelSpec } from '../../core/model.ts'
import type { Action } from '../../core/plan.ts'
import type { ObservedProject } from '../../core/decide/reconcile.ts'
import { countTry } from '../../core/decide/supervision.ts'
import { keptEnvironment, type Inherited } from '../secrets/environment.ts'
import type { LaunchRequest } from './launch.ts'
import { openLaunch, type OpenedLaunch } from '../secrets/open.ts'
import type { World } from '../state/world.ts'

export class LaunchRequests {
  readonly #world: World
  readonly #by: 'command' | 'supervisor'
  /** Each tunnel as it was last seen before it was touched. */
  readonly #before = new Map<string, Observed>()
  readonly #opened = new Map<string, { fingerprint: string; opened: OpenedLaunch }>()

  /** A command resets the counters; the supervisor counts on, with the environment and the secrets of last time. */
  constructor(world: World, by: 'command' | 'supervisor') {
    this.#world = world
    this.#by = by
  }

  saw({ tunnels }: ObservedProject): void {
    for (const [name, observed] of tunnels) this.#before.set(name, observed)
  }

  before(name: string): Observed | undefined {
    return this.#before.get(name)
  }

  /** Opens the secrets of what is to be replaced, and gives those whose secrets could not be had. */
  async openForReplacements(actions: readonly Action[]): Promise<Map<string, Problem>> {
    const problems = new Map<string, Problem>()
    // The supervisor has those of last time.
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

  /** `unmet`: why it is only put on record, which costs none of its tries. */
  of(spec: TunnelSpec, inherited: Inherited, unmet?: Problem): LaunchRequest {
    const early = this.#opened.get(spec.name)
    const more = {
      ...(unmet === undefined ? {} : { unmet }),
      // It may have been declared anew since.
      ...(early?.fingerprint === spec.fingerprint ? { opened: early.opened } : {}),
    }
    if (this.#by === 'command')
      return { spec, inherited, counts: { restarts: 0, tries: 0 }, useKeptSecrets: false, ...more }
    const before = this.#before.get(spec.name)
    const kept = before === undefined ? null : keptEnvironment(this.#world, before.record.environment)
    const { restarts, tries } = before?.record ?? { restarts: 0, tries: 0 }
    const counts = unmet === undefined ? countTry(before, this.#world.ctx.now()) : { restarts, tries }
    return { spec, inherited: kept ?? inherited, counts, useKeptSecrets: true, ...more }
  }
}
