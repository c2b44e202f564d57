/** Runs the health checks of all open tunnels and records their results. */
import type { StoredEvent } from '../core/events.ts'
import type { Health, TunnelSpec } from '../core/model.ts'
import { hintFor } from '../core/decide/complaints.ts'
import type { ObservedProject } from '../core/decide/reconcile.ts'
import { needsPort } from '../core/text/condition-words.ts'
import { formatEndpoint } from '../core/text/endpoint.ts'
import type { Hooks } from '../runtime/tunnel/hooks.ts'
import { probePlace, type Probe } from '../runtime/tunnel/probe.ts'
import { keepRoundTrip } from '../runtime/tunnel/traffic.ts'
import { withLock, type World } from '../runtime/state/world.ts'
import { HealthCheck } from './health-check.ts'

export class HealthChecks {
  readonly #world: World
  readonly #hooks: Hooks
  readonly #say: (line: string) => void
  readonly #found: () => void
  readonly #checks = new Map<string, HealthCheck>()

  /** `found`: called when a record changed. */
  constructor(world: World, hooks: Hooks, say: (line: string) => void, found: () => void) {
    this.#world = world
    this.#hooks = hooks
    this.#say = say
    this.#found = found
  }

  /** Starts checks of tunnels that opened, ends those of tunnels that are no longer open. */
  follow(wanted: readonly TunnelSpec[], facts: ObservedProject): void {
    const current = new Set<string>()
    for (const spec of wanted) {
      const observed = facts.tunnels.get(spec.name)
      const question = questionOf(spec.health)
      if (question === null || spec.health === null) continue
      if (observed?.process.kind !== 'running' || !observed.readied) continue
      const { attempt, sick, environment, logOffset } = observed.record
      const key = `${spec.name} ${attempt} ${JSON.stringify(spec.health)}`
      current.add(key)
      if (!this.#checks.has(key)) {
        const subject = { health: spec.health, question, unhealthy: sick !== null, logOffset }
        this.#checks.set(key, this.#begin(spec, attempt, environment, subject))
      }
    }
    for (const [key, check] of this.#checks) {
      if (current.has(key)) continue
      check.end()
      this.#checks.delete(key)
    }
  }

  allDue(): void {
    for (const check of this.#checks.values()) check.now()
  }

  stop(): void {
    for (const check of this.#checks.values()) check.end()
    this.#checks.clear()
  }

  #begin(
    spec: TunnelSpec,
    attempt: string,
    environment: string,
    subject: { health: Health; question: Probe; unhealthy: boolean; logOffset: number },
  ): HealthCheck {
    const [first, ...others] = spec.endpoints
    return new HealthCheck({
      ...subject,
      place: probePlace(this.#world, spec, environment),
      through:
        first === undefined || others.length === 0 || !needsPort(subject.question.kind)
          ? 'the tunnel'
          : formatEndpoint(first),
      log: this.#world.store.logOf(spec.name),
      logs: spec.logs,
      measured: (ms) => {
        keepRoundTrip(this.#world, spec.name, attempt, ms)
      },
      report: (problem, why) => this.#record(spec.name, attempt, problem, hintFor(why, spec.logs)),
    })
  }

  /** False: not recorded. */
  async #record(name: string, attempt: string, problem: string | null, behind: string | null): Promise<boolean> {
    this.#say(`${name}: ${problem ?? 'healthy again'}`)
    const events: StoredEvent[] = []
    try {
      await withLock(this.#world, () => {
        const records = this.#world.store.readRecords()
        const record = records.get(name)
        if (record?.attempt === attempt) {
          if ((record.sick === null) !== (problem === null))
            events.push({ at: this.#world.ctx.now(), attempt, type: 'health', name, reason: problem })
          record.sick = problem
          if (problem === null) delete record.sickSince
          else record.sickSince ??= this.#world.ctx.now()
          if (behind === null) delete record.sickBehind
          else record.sickBehind = behind
        }
        this.#world.store.writeRecords(records)
      })
    } catch {
      // The project is busy, or the disk is full.
      return false
    }
    this.#hooks.record(events)
    this.#found()
    return true
  }
}

function questionOf(health: Health | null): Probe | null {
  return health === null || health.check.kind === 'listen' ? null : health.check
}
