/** One question put through a tunnel again and again until it is answered, aside from the looks that wait for it. */
import { probe, type Probe, type ProbePlace } from './probe.ts'

const pauseMs = 250

export class Prober {
  answered = false
  /** Times it was not answered. */
  failures = 0
  #busy = false
  #nextAt = 0

  /** A question takes time: one is asked at a time, after a pause, and its answer is found at a later look. */
  ask(question: Probe, place: () => ProbePlace, timeoutMs: number): void {
    if (this.answered || this.#busy || performance.now() < this.#nextAt) return
    this.#busy = true
    void probe(question, place(), timeoutMs).then((answered) => {
      this.answered = answered
      if (!answered) this.failures += 1
      this.#busy = false
      this.#nextAt = performance.now() + pauseMs
    })
  }
}
