// All states met so far, as packed words in one array, found by a hash table of their numbers. Each remembers the state
// it came from, the move that led to it, and the state that follows if it is left alone.
import type { Machine } from './machine.ts'
import { leftBits, pack, unpackWord, words as size } from './packing.ts'

export const none = 0xffff_ffff

// Imported names are looked up at each use by the test runner: too slow for the innermost loop.
const words = size

export class States {
  count = 0
  /** Where the state was packed that was added last. */
  #added = 0
  #packed = new Uint32Array(words << 14)
  #parents = new Uint32Array(1 << 14)
  #moves = new Uint16Array(1 << 14)
  #calm = new Uint32Array(1 << 14)
  #table = new Uint32Array(1 << 16).fill(none)

  /** The number of this state; if it was not met yet, a new one, `parent` and `move` being how it was reached. */
  add(m: Machine, parent: number, move: number): number {
    if (this.count === this.#parents.length) this.#grow()
    this.#added = this.count
    pack(m, this.#packed, this.count * words)
    const place = this.#placeOf(this.count)
    const known = this.#table[place] ?? none
    if (known !== none) return known
    this.#table[place] = this.count
    this.#parents[this.count] = parent
    this.#moves[this.count] = move
    this.#calm[this.count] = none
    return this.count++
  }

  load(state: number, m: Machine): void {
    for (let n = 0; n < words; n++) unpackWord(m, n, this.#packed[state * words + n] ?? 0)
    m.violation = null
  }

  /** The same where `m` is what was added last: only what differs is set. */
  restore(state: number, m: Machine): void {
    const packed = this.#packed
    for (let n = 0; n < words; n++) {
      const bits = packed[state * words + n] ?? 0
      if (bits !== packed[this.#added * words + n]) unpackWord(m, n, bits)
    }
    m.violation = null
  }

  parentOf(state: number): number {
    return this.#parents[state] ?? none
  }

  moveTo(state: number): number {
    return this.#moves[state] ?? 0
  }

  calmAfter(state: number): number {
    return this.#calm[state] ?? none
  }

  setCalmAfter(state: number, next: number): void {
    if (this.calmAfter(state) === none) this.#calm[state] = next
  }

  /** The same for states that differ only in what may still happen to them. */
  keyOf(state: number): string {
    const own = this.#packed.slice(state * words, (state + 1) * words)
    own[words - 1] = (own[words - 1] ?? 0) & ~leftBits
    return own.join()
  }

  /** Where it is in the table, or would be. */
  #placeOf(state: number): number {
    const packed = this.#packed
    const offset = state * words
    let hash = 0x9e37_79b9
    for (let i = 0; i < words; i++) {
      hash = Math.imul(hash ^ (packed[offset + i] ?? 0), 0x85eb_ca6b)
      hash ^= hash >>> 13
    }
    const mask = this.#table.length - 1
    for (let place = (hash ^ (hash >>> 16)) & mask; ; place = (place + 1) & mask) {
      const known = this.#table[place] ?? none
      if (known === none) return place
      let i = 0
      while (i < words && packed[known * words + i] === packed[offset + i]) i++
      if (i === words) return place
    }
  }

  #grow(): void {
    this.#packed = doubled(this.#packed)
    this.#parents = doubled(this.#parents)
    this.#calm = doubled(this.#calm)
    const moves = new Uint16Array(this.#moves.length * 2)
    moves.set(this.#moves)
    this.#moves = moves
    this.#table = new Uint32Array(this.#table.length * 2).fill(none)
    for (let state = 0; state < this.count; state++) this.#table[this.#placeOf(state)] = state
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}
