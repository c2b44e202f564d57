/** One tunnel's check: asks through it again and again, counts failures in a row, tells when the verdict changes. */
import { statSync } from 'node:fs'
import type { Health } from '../core/model.ts'
import { shortCheck } from '../core/text/condition-words.ts'
import { readFrom } from '../runtime/logs/log-file.ts'
import { probe, type Probe, type ProbePlace } from '../runtime/tunnel/probe.ts'

export interface Subject {
  health: Health
  question: Probe
  place: ProbePlace
  /** The verdict on record. */
  sick: boolean
  /** Path of the tunnel's log. */
  log: string
  /** Lines in which the program says why a connection through it failed (LogPolicy). */
  complaint: RegExp | null
  /** Puts a new verdict on record: what is wrong, or null. False: that did not work, ask me to try again. */
  report: (sick: string | null) => Promise<boolean>
}

/** A failure is looked into sooner: nobody is helped by waiting out a long interval. */
const leastPauseMs = 1000
/** What a program may have said during one check and be heard. */
const heardBytes = 64 * 1024

export class HealthCheck {
  readonly #subject: Subject
  #failures = 0
  #why: string | null = null
  #sick: boolean
  #timer: NodeJS.Timeout
  #asking = false
  #ended = false

  constructor(subject: Subject) {
    this.#subject = subject
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
    const sick = this.#failures >= this.#subject.health.retries || (this.#sick && !answered)
    if (sick === this.#sick) return
    if (await this.#subject.report(sick ? this.#inWords() : null)) this.#sick = sick
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
