// A state in seven words of 32 bits, and back.
import { lockWindow, type Actor, type Attempt, type Machine } from './machine.ts'

export const words = 7

/** In the last word: what may still happen. */
export const leftBits = 0xfff << 2

export function pack(m: Machine, into: Uint32Array, offset: number): void {
  const [a, b, c, d] = m.attempts as [Attempt, Attempt, Attempt, Attempt]
  into[offset] = packAttempt(a) | (packAttempt(b) << 16)
  into[offset + 1] = packAttempt(c) | (packAttempt(d) << 16)
  for (const actor of m.actors) into[offset + 2 + actor.slot] = packActor(actor)
  let locks = 0
  for (let n = 1; n < lockWindow; n++) locks |= (m.locks[n] ?? 0) << (3 * (n - 1))
  into[offset + 5] = locks | (m.index << 24) | (m.specs << 27) | (m.stamp << 30) | (m.want << 31)
  const { commands, crashes, mishaps, reboots } = m.left
  into[offset + 6] = m.claim | (commands << 2) | (crashes << 5) | (mishaps << 8) | (reboots << 11) | (m.folder << 14)
}

/** Sets what word number `n` says. */
export function unpackWord(m: Machine, n: number, bits: number): void {
  if (n < 2) {
    const [first, second] = [m.attempts[2 * n], m.attempts[2 * n + 1]]
    if (first !== undefined) unpackAttempt(first, bits)
    if (second !== undefined) unpackAttempt(second, bits >>> 16)
  } else if (n < 5) {
    const actor = m.actors[n - 2]
    if (actor !== undefined) unpackActor(actor, bits)
  } else if (n === 5) {
    for (let number = 1; number < lockWindow; number++) m.locks[number] = (bits >>> (3 * (number - 1))) & 7
    m.index = (bits >>> 24) & 7
    m.specs = (bits >>> 27) & 7
    m.stamp = (bits >>> 30) & 1
    m.want = bits >>> 31
  } else {
    m.claim = bits & 3
    m.left.commands = (bits >>> 2) & 7
    m.left.crashes = (bits >>> 5) & 7
    m.left.mishaps = (bits >>> 8) & 7
    m.left.reboots = (bits >>> 11) & 7
    m.folder = (bits >>> 14) & 1
  }
}

function packAttempt(a: Attempt): number {
  const processes = a.launcher | (a.noted << 4) | (a.pace << 5) | (a.program << 7) | (a.member << 9)
  return processes | (a.file << 10) | (a.aged << 13) | (a.reused << 14) | (a.old << 15)
}

function unpackAttempt(a: Attempt, bits: number): void {
  a.launcher = bits & 15
  a.noted = (bits >>> 4) & 1
  a.pace = (bits >>> 5) & 3
  a.program = (bits >>> 7) & 3
  a.member = (bits >>> 9) & 1
  a.file = (bits >>> 10) & 7
  a.aged = (bits >>> 13) & 1
  a.reused = (bits >>> 14) & 1
  a.old = (bits >>> 15) & 1
}

function packActor(a: Actor): number {
  const seen = a.kind | (a.at << 3) | (a.saw << 9) | (a.seen << 13) | (a.read << 16) | (a.fresh << 19)
  return seen | (a.found << 22) | (a.plan << 25) | (a.killing << 27) | (a.failed << 28) | (a.round << 29)
}

function unpackActor(a: Actor, bits: number): void {
  a.kind = bits & 7
  a.at = (bits >>> 3) & 63
  a.saw = (bits >>> 9) & 15
  a.seen = (bits >>> 13) & 7
  a.read = (bits >>> 16) & 7
  a.fresh = (bits >>> 19) & 7
  a.found = (bits >>> 22) & 7
  a.plan = (bits >>> 25) & 3
  a.killing = (bits >>> 27) & 1
  a.failed = (bits >>> 28) & 1
  a.round = (bits >>> 29) & 3
}
