/** One tunnel's health check: probes it repeatedly, counts failures in a row, reports a changed verdict. */
import { statSync } from 'node:fs'
import type { Health, LogPolicy } from '../core/model.ts'
import { shortCheck } from '../core/text/condition-words.ts'
import { lastComplaint } from '../runtime/logs/log-file.ts'
import { probe, type Probe, type ProbePlace } from '../runtime/tunnel/probe.ts'

interface Subject {
  health: Health
  question: Probe
  place: ProbePlace
  /** The verdict on record. */
  unhealthy: boolean
  log: string
  logs: LogPolicy
  /** Records a new verdict: what is wrong, or null. False: not recorded, retry. */
  report: (problem: string | null) => Promise<boolean>
}

/** After a failure the next check comes sooner than a long interval. */
const leastPauseMs = 1000

export class HealthCheck {
  readonly #subject: Subject
  #failures = 0
  #why: string | null = null
  #unhealthy: boolean
  #timer: NodeJS.Timeout
  #asking = false
  #ended = false

  constructor(subject: Subject) {
    this.#subject = subject
    this.#unhealthy = subject.unhealthy
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
    const { question, place, health, log } = this.#subject
    const logSize = statSync(log, { throwIfNoEntry: false })?.size ?? 0
    const answered = await probe(question, place, health.timeoutMs)
    if (!this.#isOver()) await this.#judge(answered, logSize)
    this.#asking = false
    if (this.#isOver()) return
    const pauseMs = answered ? health.intervalMs : Math.min(health.intervalMs, Math.max(leastPauseMs, health.timeoutMs))
    this.#timer = this.#in(pauseMs)
  }

  /** A method, since end() may be called during an await, which narrowing ignores. */
  #isOver(): boolean {
    return this.#ended
  }

  async #judge(answered: boolean, logSize: number): Promise<void> {
    const { log, logs } = this.#subject
    this.#failures = answered ? 0 : this.#failures + 1
    // A program may report it once and omit repeats.
    this.#why = answered ? null : (lastComplaint(log, logSize, Date.now(), logs) ?? this.#why)
    const unhealthy = this.#failures >= this.#subject.health.retries || (this.#unhealthy && !answered)
    if (unhealthy === this.#unhealthy) return
    if (await this.#subject.report(unhealthy ? this.#inWords() : null)) this.#unhealthy = unhealthy
  }

  #inWords(): string {
    const { question, health } = this.#subject
    const times = health.retries === 1 ? '' : `, ${health.retries} times in a row`
    const why = this.#why === null ? '' : `; its program says: ${this.#why}`
    return `no answer through the tunnel (${shortCheck(question)}${times})${why}`
  }
}
