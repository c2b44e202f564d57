// Breadth first over all states, so that the first violation found has a shortest trace.
import { isNoChild, isOneChild, violationOf, type Invariant } from './invariants.ts'
import { newMachine, slots, tidy, type Machine } from './machine.ts'
import { eachMove, protocolOf, type Move, type Protocol } from './protocol.ts'
import type { Rules } from './rules.ts'
import { States, none } from './states.ts'
import { begin } from './steps/around.ts'

export interface Violation {
  invariant: Invariant
  trace: Move[]
}

export interface Exploration {
  states: number
  /** Steps that were possible nowhere. */
  unused: string[]
  /** The first found; null: all states within the bounds were seen, and every invariant holds. */
  violation: Violation | null
}

/** Stops at the first violation. `harm`: looks for that one, and on beyond all others. */
export function explore(rules: Rules, harm: Invariant | null = null): Exploration {
  return new Explorer(rules, harm).run()
}

class Explorer {
  readonly #protocol: Protocol
  readonly #machine: Machine
  readonly #states = new States()
  readonly #moves: Move[]
  readonly #isUsed: Uint8Array

  readonly #harm: Invariant | null

  constructor(rules: Rules, harm: Invariant | null) {
    this.#harm = harm
    this.#protocol = protocolOf(rules)
    this.#machine = newMachine(rules.left)
    this.#moves = this.#protocol.all
    this.#isUsed = new Uint8Array(this.#moves.length)
  }

  run(): Exploration {
    this.#states.add(this.#machine, none, 0)
    // It grows while it is walked through: first all states that are one move away, then those that are two.
    for (let state = 0; state < this.#states.count; state++) {
      const violation = this.#expand(state)
      if (violation !== null) return this.#report(violation)
    }
    return this.#report(this.#leaveAlone())
  }

  #report(violation: Violation | null): Exploration {
    const used = new Set(this.#moves.filter((_, number) => this.#isUsed[number] === 1).map(({ name }) => name))
    const unused = [...new Set(this.#moves.map(({ name }) => name))].filter((name) => !used.has(name))
    return { states: this.#states.count, unused, violation }
  }

  #expand(state: number): Violation | null {
    const m = this.#machine
    let violation: Violation | null = null
    this.#states.load(state, m)
    eachMove(this.#protocol, m, (move) => {
      if (!move.take(m)) return false
      tidy(m)
      const invariant = violationOf(m, this.#harm)
      if (invariant !== null) {
        violation = { invariant, trace: [...this.#traceTo(state), move] }
        return true
      }
      this.#isUsed[move.number] = 1
      const next = this.#states.add(m, state, move.number)
      if (move.isDue) this.#states.setCalmAfter(state, next)
      this.#states.restore(state, m)
      return false
    })
    return violation
  }

  /** Left alone, every state comes to rest; from there one `up` must lead to one child, and one `down` to none. */
  #leaveAlone(): Violation | null {
    const states = this.#states
    /** The walk that met a state first. */
    const metBy = new Uint32Array(states.count).fill(none)
    const rests = new Set<string>()
    for (let state = 0; state < states.count; state++) {
      let rest = state
      while (metBy[rest] === none && states.calmAfter(rest) !== none) {
        metBy[rest] = state
        rest = states.calmAfter(rest)
      }
      if (metBy[rest] === state && this.#isAsked('what is under way comes to rest'))
        return { invariant: 'what is under way comes to rest', trace: this.#traceTo(rest) }
      // An earlier walk met it, and where it leads to.
      if (metBy[rest] !== none) continue
      metBy[rest] = state
      const key = states.keyOf(rest)
      if (rests.has(key)) continue
      rests.add(key)
      const violation = this.#afterRest(rest)
      if (violation !== null && this.#isAsked(violation.invariant)) return violation
    }
    return null
  }

  #isAsked(invariant: Invariant): boolean {
    return (this.#harm ?? invariant) === invariant
  }

  #afterRest(rest: number): Violation | null {
    const m = this.#machine
    const before = this.#traceTo(rest)
    this.#states.load(rest, m)
    if (m.actors.some(({ slot, at }) => slot !== slots.supervisor && at !== 0))
      return { invariant: 'every command ends', trace: before }
    const up = this.#alone('up')
    const down = up.invariant === null && isOneChild(m) ? this.#alone('down') : null
    const invariant = up.invariant ?? (down === null ? 'one up leads to one child' : down.invariant)
    const trace = [...before, ...up.trace, ...(down?.trace ?? [])]
    if (invariant !== null) return { invariant, trace }
    if (!isNoChild(m)) return { invariant: 'one down leads to none', trace }
    this.#states.load(rest, m)
    const atOnce = this.#alone('down')
    if (atOnce.invariant === null && isNoChild(m)) return null
    return { invariant: atOnce.invariant ?? 'one down leads to none', trace: [...before, ...atOnce.trace] }
  }

  /** One command, and all that comes by itself. */
  #alone(kind: 'up' | 'down'): { invariant: Invariant | null; trace: Move[] } {
    const m = this.#machine
    const starts: Move = {
      by: 'command 1',
      name: `a person runs p2p ${kind}, and nothing else happens`,
      number: -1,
      isDue: false,
      take: (machine) => {
        const [me] = machine.actors
        if (me !== undefined) begin(machine, me, kind)
        return true
      },
    }
    starts.take(m)
    const trace = [starts]
    for (let last: Move | null = starts; last !== null;) {
      last = null
      eachMove(this.#protocol, m, (move) => {
        if (!move.isDue || !move.take(m)) return false
        tidy(m)
        trace.push(move)
        last = move
        return true
      })
      const invariant = violationOf(m, this.#harm) ?? (trace.length > 500 ? 'every command ends' : null)
      if (invariant !== null) return { invariant, trace }
    }
    return { invariant: m.actors[0]?.at === 0 ? null : 'every command ends', trace }
  }

  #traceTo(state: number): Move[] {
    const trace: Move[] = []
    for (let at = state; this.#states.parentOf(at) !== none; at = this.#states.parentOf(at)) {
      const move = this.#moves[this.#states.moveTo(at)]
      if (move !== undefined) trace.push(move)
    }
    return trace.reverse()
  }
}
