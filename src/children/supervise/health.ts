/** Health checks that go through a tunnel, each at its own interval; what they find is put on record for readers. */
import type { Environment } from '../../core/context.ts'
import type { Health, TunnelSpec } from '../../core/model.ts'
import type { World as Facts } from '../../core/reconcile.ts'
import { probe } from '../../runtime/probe.ts'
import type { Probe } from '../../runtime/probe.ts'
import { withLock } from '../../runtime/world.ts'
import type { World } from '../../runtime/world.ts'

export class HealthChecks {
  readonly #world: World
  readonly #say: (line: string) => void
  readonly #found: () => void
  readonly #checks = new Map<string, Check>()

  /** `found`: called when a record changed. */
  constructor(world: World, say: (line: string) => void, found: () => void) {
    this.#world = world
    this.#say = say
    this.#found = found
  }

  /** Begins checks of tunnels that have become open, ends those of tunnels that are not (any more). */
  follow(wanted: readonly TunnelSpec[], facts: Facts): void {
    const current = new Set<string>()
    for (const spec of wanted) {
      const observed = facts.tunnels.get(spec.name)
      const question = questionOf(spec.health)
      if (question === null || spec.health === null) continue
      if (observed?.process.kind !== 'running' || !observed.readied) continue
      const key = `${spec.name} ${observed.record.attempt} ${JSON.stringify(spec.health)}`
      current.add(key)
      if (!this.#checks.has(key)) {
        const { attempt, sick } = observed.record
        this.#checks.set(
          key,
          this.#begin({ spec, attempt, question, health: spec.health, sick: sick !== null, env: this.#world.ctx.env }),
        )
      }
    }
    for (const [key, check] of this.#checks) {
      if (current.has(key)) continue
      check.end()
      this.#checks.delete(key)
    }
  }

  /** After a sleep nothing that was known counts: every check is due at once. */
  allDue(): void {
    for (const check of this.#checks.values()) check.now()
  }

  stop(): void {
    for (const check of this.#checks.values()) check.end()
    this.#checks.clear()
  }

  #begin(subject: Subject): Check {
    return new Check(subject, (sick) => {
      void this.#record(subject, sick)
    })
  }

  async #record({ spec, attempt }: Subject, sick: string | null): Promise<void> {
    this.#say(`${spec.name}: ${sick ?? 'healthy again'}`)
    try {
      await withLock(this.#world, () => {
        const records = this.#world.store.readRecords()
        const record = records.get(spec.name)
        if (record?.attempt === attempt) record.sick = sick
        this.#world.store.writeRecords(records)
        return Promise.resolve()
      })
    } catch {
      // The project is busy or the disk full: the next finding is recorded again.
      return
    }
    this.#found()
  }
}

interface Subject {
  spec: TunnelSpec
  attempt: string
  question: Probe
  health: Health
  sick: boolean
  env: Environment
}

/** One tunnel's check: asks, counts failures in a row, reports a change of the verdict. */
class Check {
  readonly #subject: Subject
  readonly #report: (sick: string | null) => void
  #failures = 0
  #sick: boolean
  #timer: NodeJS.Timeout
  #asking = false
  #ended = false

  constructor(subject: Subject, report: (sick: string | null) => void) {
    this.#subject = subject
    this.#report = report
    this.#sick = subject.sick
    this.#timer = this.#in(subject.health.intervalMs)
  }

  now(): void {
    clearTimeout(this.#timer)
    void this.#ask()
  }

  end(): void {
    this.#ended = true
    clearTimeout(this.#timer)
  }

  #in(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.#ask(), ms)
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#ended) return
    this.#asking = true
    const { spec, question, health, env } = this.#subject
    const answered = await probe(
      question,
      { endpoint: spec.endpoints[0] ?? null, cwd: spec.launch.cwd, env },
      health.timeoutMs,
    )
    this.#asking = false
    // end() may have been called while we waited; the compiler can't see that.
    if (this.#ended as boolean) return
    this.#failures = answered ? 0 : this.#failures + 1
    const sick = this.#failures >= health.retries || (this.#sick && !answered)
    if (sick !== this.#sick) {
      this.#sick = sick
      this.#report(sick ? `no answer through the tunnel (${words(question)}, ${health.retries} times in a row)` : null)
    }
    // A failure is looked into sooner: nobody is helped by waiting out a long interval.
    this.#timer = this.#in(answered ? health.intervalMs : Math.min(health.intervalMs, Math.max(1000, health.timeoutMs)))
  }
}

function questionOf(health: Health | null): Probe | null {
  return health === null || health.check.kind === 'listen' ? null : health.check
}

function words(question: Probe): string {
  switch (question.kind) {
    case 'banner':
      return `greeting ${question.pattern}`
    case 'http':
      return `GET ${question.path}`
    case 'tls':
      return 'TLS handshake'
    case 'command':
      return question.argv[0] ?? 'command'
  }
}
