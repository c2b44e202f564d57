/** One tunnel's check: asks through it again and again, counts failures in a row, tells when the verdict changes. */
import { statSync } from 'node:fs'
import type { Health } from '../core/model.ts'
import { shortCheck } from '../core/text/condition-words.ts'
import { readFrom } from '../runtime/files/read-file.ts'
import { probe, type Probe, type ProbePlace } from '../runtime/tunnel/probe.ts'

interface Subject {
  health: Health
  question: Probe
  place: ProbePlace
  /** The verdict on record. */
  unhealthy: boolean
  /** Path of the tunnel's log. */
  log: string
  /** Lines in which the program says why a connection through it failed (LogPolicy). */
  complaint: RegExp | null
  /** Puts a new verdict on record: what is wrong, or null. False: that did not work, ask me to try again. */
  report: (problem: string | null) => Promise<boolean>
}

/** A failure is looked into sooner: waiting out a long interval is no help. */
const leastPauseMs = 1000
/** What a program may have said during one check and be heard. */
const heardBytes = 64 * 1024

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
    const saidBefore = statSync(log, { throwIfNoEntry: false })?.size ?? 0
    const answered = await probe(question, place, health.timeoutMs)
    if (!this.#isOver()) await this.#judge(answered, saidBefore)
    this.#asking = false
    if (this.#isOver()) return
    const pauseMs = answered ? health.intervalMs : Math.min(health.intervalMs, Math.max(leastPauseMs, health.timeoutMs))
    this.#timer = this.#in(pauseMs)
  }

  /** end() may have been called while we waited. */
  #isOver(): boolean {
    return this.#ended
  }

  async #judge(answered: boolean, saidBefore: number): Promise<void> {
    this.#failures = answered ? 0 : this.#failures + 1
    // A program may say it once and keep silent about repeats.
    this.#why = answered ? null : (this.#complaintSince(saidBefore) ?? this.#why)
    const unhealthy = this.#failures >= this.#subject.health.retries || (this.#unhealthy && !answered)
    if (unhealthy === this.#unhealthy) return
    if (await this.#subject.report(unhealthy ? this.#inWords() : null)) this.#unhealthy = unhealthy
  }

  #complaintSince(offset: number): string | null {
    const { complaint, log } = this.#subject
    if (complaint === null) return null
    const lines = readFrom(log, () => offset, heardBytes).split(/\r?\n/)
    return lines.map((line) => complaint.exec(line)?.groups?.['why']).findLast((why) => why !== undefined) ?? null
  }

  #inWords(): string {
    const { question, health } = this.#subject
    const times = health.retries === 1 ? '' : `, ${health.retries} times in a row`
    const why = this.#why === null ? '' : `; its program says: ${this.#why}`
    return `no answer through the tunnel (${shortCheck(question)}${times})${why}`
  }
}
