/** One tunnel's health check: probes it repeatedly, counts failures in a row, reports a changed verdict. */
import type { Health, LogPolicy } from '../core/model.ts'
import { needsPort, shortCheck } from '../core/text/condition-words.ts'
import { lastComplaint } from '../runtime/logs/log-file.ts'
import { probe, type Probe, type ProbePlace } from '../runtime/tunnel/probe.ts'
import { clearTimeout, performance, setTimeout, statSync, timeOfDay } from '../runtime/machine.ts'

interface Subject {
  health: Health
  question: Probe
  place: ProbePlace
  /** What the check goes through: of several addresses it is the first. */
  through: string
  /** The verdict on record. */
  unhealthy: boolean
  log: string
  /** Where its run begins in the log: what failed at its start may not be said again. */
  logOffset: number
  logs: LogPolicy
  /** Records a new verdict: what is wrong, or null, and its program's own words. False: not recorded, retry. */
  report: (problem: string | null, why: string | null) => Promise<boolean>
  /** Takes how long the far end took to answer. */
  measured: (ms: number) => void
}

/** After a failure the next check comes sooner than a long interval. */
const leastPauseMs = 1000

export class HealthCheck {
  readonly #subject: Subject
  #failures = 0
  #why: string | null = null
  #unhealthy: boolean
  #reported: string | null = null
  /** How much of the log was searched. */
  #heard: number
  #timer: NodeJS.Timeout
  #asking = false
  #ended = false

  constructor(subject: Subject) {
    this.#subject = subject
    this.#unhealthy = subject.unhealthy
    this.#heard = subject.logOffset
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
    const { question, place, health, measured } = this.#subject
    const from = performance.now()
    const answered = await probe(question, place, health.timeoutMs)
    // A command is mostly its own start.
    if (answered && needsPort(question.kind) && !this.#isOver()) measured(performance.now() - from)
    if (!this.#isOver()) await this.#judge(answered)
    this.#asking = false
    if (this.#isOver()) return
    const pauseMs = answered ? health.intervalMs : Math.min(health.intervalMs, Math.max(leastPauseMs, health.timeoutMs))
    this.#timer = this.#in(pauseMs)
  }

  /** A method, since end() may be called during an await, which narrowing ignores. */
  #isOver(): boolean {
    return this.#ended
  }

  async #judge(answered: boolean): Promise<void> {
    this.#failures = answered ? 0 : this.#failures + 1
    // A program may report it once and omit repeats, or only after the check gave up.
    const complaint = this.#newComplaint()
    this.#why = answered ? null : (complaint ?? this.#why)
    const unhealthy = this.#failures >= this.#subject.health.retries || (this.#unhealthy && !answered)
    const why = unhealthy ? this.#why : null
    if (unhealthy === this.#unhealthy && why === this.#reported) return
    if (!(await this.#subject.report(unhealthy ? this.#inWords() : null, why))) return
    this.#unhealthy = unhealthy
    this.#reported = why
  }

  #newComplaint(): string | null {
    const { log, logs } = this.#subject
    const from = this.#heard
    this.#heard = statSync(log, { throwIfNoEntry: false })?.size ?? 0
    return lastComplaint(log, from, timeOfDay(), logs)
  }

  #inWords(): string {
    const { question, health, through } = this.#subject
    const times = health.retries === 1 ? '' : `, ${health.retries} times in a row`
    const why = this.#why === null ? '' : `; its program says: ${this.#why}`
    return `no answer through ${through} (${shortCheck(question)}${times})${why}`
  }
}
