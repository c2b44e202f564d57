// One state of the modelled machine: what is on disk, which processes live, and where each of them is in its program.
// It is kept flat, so that a million states fit into memory and into seconds (packing.ts).
import type { Invariant } from './invariants.ts'

/** What a launcher does next. Its process is visible to a scan from `execed` on: before, it is a fork of its command. */
export const Launcher = {
  ...{ none: 0, forked: 1, execed: 2, claimed: 3, listed: 4, checked: 5, waiting: 6, ending: 7 },
  /** Killed while frozen: it dies when it wakes. */
  doomed: 8,
} as const

/** `inner`: the shell that writes `p` and becomes the program. `stubborn`: a program that ignores TERM. */
export const Program = { none: 0, inner: 1, running: 2, stubborn: 3 } as const

/** `runs/NONCE`. A line that was cut short counts as not written. `open`: the empty folder of the form `folder`. */
export const RunFile = { absent: 0, empty: 1, l: 2, p: 3, x: 4, open: 5 } as const

/** Launchers are slow by nature: nothing says when their next step comes. `frozen`: so slow that every time limit passes. */
export const Pace = { usual: 0, frozen: 1, woken: 2 } as const

export interface Attempt {
  id: number
  launcher: number
  /** The launcher's trap has run: TERM came. */
  noted: number
  pace: number
  program: number
  /** A process that left the group. It obeys TERM. */
  member: number
  file: number
  /** The run file is older than an hour. */
  aged: number
  /** The recorded PIDs belong to a stranger by now. */
  reused: number
  /** It was launched under an earlier boot id. */
  old: number
}

/** Who is named in a lock file. From `actor` on: a living process, by its slot. */
export const Owner = { none: 0, free: 1, dead: 2, reused: 3, rebooted: 4, actor: 5 } as const

/** `purge`: `down --purge`. */
export const Kind = { up: 0, down: 1, restart: 2, supervisor: 3, purge: 4 } as const

/** What a command does about the attempt it has observed. */
export const Plan = { nothing: 0, start: 1, replace: 2, forget: 3 } as const

/** Where commands and the supervisor are: the operation that comes next. Those from `recover` to `release` hold the lock. */
const places = [
  ...['off', 'look', 'watch', 'exit', 'held'],
  ...['list', 'owner', 'unlinkDead', 'link', 'relist', 'unlinkOwn', 'unlinkLower'],
  ...['recover', 'newerIntent', 'index', 'runFile', 'processes', 'intent'],
  ...['settle', 'awaitSettled', 'scan', 'signal', 'poll', 'rescan'],
  ...['drop', 'dropSpecs', 'dropRun', 'specs', 'commit', 'dropReplaced', 'mkdir', 'spawn', 'awaitExec', 'awaitReport'],
  ...['supervise', 'sweep', 'leave', 'purge', 'release'],
] as const
export type Place = (typeof places)[number]
export const at = Object.fromEntries(places.map((name, index) => [name, index])) as Record<Place, number>

export interface Actor {
  slot: number
  kind: number
  at: number
  /** The highest lock it has listed. */
  saw: number
  /** The attempt on record, and its run file as read. */
  seen: number
  read: number
  /** The attempt it launches. */
  fresh: number
  /** Processes of `seen` that a scan has found: 1 launcher, 2 program, 4 member. */
  found: number
  plan: number
  killing: number
  failed: number
  /** `up`: 1 held back its start, 2 has come back for it. `purge`: 1 has closed all. The supervisor: 1 is about to leave. */
  round: number
}

/** An index is 0 (no record), the id of an attempt, or one of these. */
export const Index = { missing: 5, torn: 6 } as const

export interface Machine {
  /** Owners by number; 0 is not used. */
  locks: number[]
  /** The project's folder exists: commands make it. */
  folder: number
  /** state.json and specs.json: which attempt they name. */
  index: number
  specs: number
  /** state.json was written under this boot id. */
  stamp: number
  /** desired.json: want (1 up), and the slot of the claim's owner plus one. */
  want: number
  claim: number
  attempts: Attempt[]
  actors: Actor[]
  /** What may still happen. */
  left: { commands: number; crashes: number; mishaps: number; reboots: number }
  /** Set by a step that must not happen. */
  violation: Invariant | null
}

export const slots = { first: 0, second: 1, supervisor: 2 } as const
/** One more than the highest number of a lock: gaps are closed, and three processes can't leave that many. */
export const lockWindow = 9

export function newMachine(left: Machine['left']): Machine {
  const attempt = (id: number): Attempt => ({
    ...{ id, launcher: 0, noted: 0, pace: 0, program: 0, member: 0, file: 0, aged: 0, reused: 0, old: 0 },
  })
  const actor = (slot: number): Actor => ({
    ...{ slot, kind: slot === slots.supervisor ? Kind.supervisor : 0, at: 0, saw: 0, seen: 0, read: 0 },
    ...{ fresh: 0, found: 0, plan: 0, killing: 0, failed: 0, round: 0 },
  })
  return {
    locks: Array.from({ length: lockWindow }, () => 0),
    ...{ folder: 0, index: Index.missing, specs: 0, stamp: 0, want: 0, claim: 0 },
    attempts: [attempt(1), attempt(2), attempt(3), attempt(4)],
    actors: [actor(0), actor(1), actor(2)],
    left: { ...left },
    violation: null,
  }
}

/** The attempt of an id that is one. */
export function attemptOf(m: Machine, id: number): Attempt {
  const attempt = m.attempts[id - 1]
  if (attempt === undefined) throw new Error(`no attempt ${id}`)
  return attempt
}

export function isClosing({ kind }: Actor): boolean {
  return kind === Kind.down || kind === Kind.purge
}

/** Who has removed the folder, its own lock with it, does nothing more than free it. */
export function isLocked({ at: place, saw }: Actor): boolean {
  return place >= at.recover && saw === 0
}

/** Its process ends: what it holds stays as it is. */
export function end(m: Machine, actor: Actor): void {
  if (m.claim === actor.slot + 1) m.claim = 0
  for (let n = 1; n < m.locks.length; n++) if (m.locks[n] === Owner.actor + actor.slot) m.locks[n] = Owner.dead
  reset(actor)
}

function reset(actor: Actor): void {
  actor.at = at.off
  if (actor.slot !== slots.supervisor) actor.kind = 0
  actor.saw = actor.seen = actor.read = actor.fresh = actor.found = 0
  actor.plan = actor.killing = actor.failed = actor.round = 0
}

export function clear(attempt: Attempt): void {
  attempt.launcher = attempt.noted = attempt.pace = attempt.program = attempt.member = 0
  attempt.file = attempt.aged = attempt.reused = attempt.old = 0
}

/** Forgets what can have no effect any more, so that states that differ only in it are one. */
export function tidy(m: Machine): void {
  for (const a of m.attempts) {
    if (a.launcher === Launcher.none) {
      a.noted = 0
      if (a.pace === Pace.frozen) a.pace = Pace.woken
      // What is left of an attempt that no one names and none of whose processes lives.
      if (a.program === 0 && a.member === 0 && a.id !== m.index && a.id !== m.specs && !isNamed(m, a.id)) clear(a)
    }
  }
  closeLockGaps(m)
}

function isNamed(m: Machine, id: number): boolean {
  return m.actors.some(({ seen, fresh }) => seen === id || fresh === id)
}

/** Only order and equality of lock numbers matter: whose that exist, and of those that a process is about to make. */
function closeLockGaps(m: Machine): void {
  let used = 0
  for (let n = 1; n < lockWindow; n++) if (m.locks[n] !== 0) used |= 1 << n
  for (const { at: place, saw } of m.actors) {
    if (place >= at.owner && place <= at.link) used |= 3 << saw
    // The number that its lock had before it removed the folder.
    if (place === at.release) used |= 1 << saw
  }
  used &= ~1
  if (((used >> 1) & ((used >> 1) + 1)) === 0) return
  let next = 1
  for (let n = 1; n <= lockWindow; n++) {
    if ((used & (1 << n)) === 0) continue
    if (n !== next) {
      const owner = m.locks[n]
      if (owner !== undefined && n < lockWindow) {
        m.locks[n] = 0
        m.locks[next] = owner
      }
      for (const actor of m.actors) if (actor.saw === n) actor.saw = next
    }
    next++
  }
}
