// One simulated computer: a disk, a process table with few PIDs, listening sockets, a monotonic and a wall clock, and what
// is to happen next. One thing happens at a time; but within any call of a p2p process others may go on (`gap`), it may
// die, and the clock may be set. Nothing here knows p2p's rules: those are in invariants.ts.
import { Disk } from './disk.ts'
import type { Random } from './random.ts'
import type { Job } from './promise.ts'

export type Role = 'command' | 'supervisor' | 'launcher' | 'inner' | 'program' | 'escapee' | 'stranger' | 'forked'
export type Signal = 'TERM' | 'INT' | 'HUP' | 'KILL' | 'CONT'

export interface Process {
  pid: number
  ppid: number
  pgid: number
  /** In ticks since boot. */
  startTime: string
  role: Role
  argv: readonly string[]
  /** In its environment. */
  nonce: string | null
  /** For people: `up 2`, `web`. */
  label: string
  isAlive: boolean
  /** KILL does not ask. */
  onSignal: (signal: Signal) => void
  onExit: ((status: number) => void) | null
  /** Who waits for it. */
  parent: Process | null
  /** A p2p process: its memory. */
  node: NodeState | null
}

/** What a p2p process loses when it dies. */
export interface NodeState {
  jobs: Job[]
  files: Map<number, { path: string; node: ReturnType<Disk['find']>; isAppending: boolean }>
  /** When the stretch without `await` began that it is in; null: it waits. Within each call of it others go on. */
  runsSince: number | null
  calls: number
  /** It is killed within that call; 0: never. */
  diesAt: number
  watchers: Set<{ folder: string; ring: () => void }>
}

export interface Socket {
  id: string
  host: string
  port: number
  holders: Set<Process>
}

export interface Event {
  at: number
  /** Of a dead process nothing happens. */
  who: Process | null
  what: string
  run: () => void
}

/** How wild it is: all 0 when undisturbed. */
export interface Wildness {
  /** That others go on within a call. */
  gap: number
  /** That they go on for long: the process was suspended, or got no time. */
  long: number
  /** That something takes much longer than usual. */
  slow: number
  /** That a p2p process dies at some call. */
  crash: number
  /** That a notice of a change in a folder is lost. */
  lostNotice: number
  /** That no process can be started. */
  noFork: number
}

export const calm: Wildness = { gap: 0, long: 0, slow: 0, crash: 0, lostNotice: 0, noFork: 0 }

/** Thrown into a process that is dead: none of its code runs on. */
export const dead = new Error('this process is dead')
dead.stack = ''

/** A violation of an invariant: ends the schedule. */
export class Violation extends Error {}

export const uid = 1000

const firstPid = 300
const lastPid = 360
/** In the same tick it would look like the one before. */
const reuseAfterMs = 100
/** How much later things happen that take long. */
const latest = [30, 300, 9000]
const deepest = 3
/** Most of what happens within a call. */
const shortGap = 4
const longGap = 100

export class Computer {
  readonly random: Random
  readonly disk: Disk
  readonly processes = new Map<number, Process>()
  readonly counts = { steps: 0, crashes: 0, reboots: 0, launches: 0, signals: 0 }
  /** PIDs of p2p processes that were killed. */
  readonly killed = new Set<number>()
  sockets: Socket[] = []
  wildness: Wildness
  bootId = 'boot-1'
  /** Milliseconds since the first boot; never goes back. */
  clock = 1000
  /** Of the wall clock. */
  offset = Date.parse('2026-03-01T12:00:00Z')
  /** Called after every step. */
  check: () => void = () => undefined
  /** Called before a signal reaches a process. */
  onSignal: (from: Process | null, to: Process, signal: Signal) => void = () => undefined
  violation: Violation | null = null
  trace: string[] | null = null
  #events: Event[] = []
  #depth = 0
  #pid = firstPid
  #sockets = 0
  readonly #freed = new Map<number, number>()

  constructor(random: Random, wildness: Wildness) {
    this.random = random
    this.wildness = wildness
    this.disk = new Disk(
      () => this.now(),
      (folder) => {
        this.#notify(folder)
      },
    )
  }

  now(): number {
    return this.clock + this.offset
  }

  say(who: Process | null, what: string): void {
    this.trace?.push(
      `${this.clock.toFixed(2).padStart(10)}  ${who === null ? 'world' : `${who.label} (${who.pid})`}: ${what}`,
    )
  }

  /** In about `ms`: sometimes later, now and then much later. */
  later(who: Process | null, ms: number, what: string, run: () => void): Event {
    const late = this.random.chance(this.wildness.slow) ? this.random.fraction() * this.random.of(latest) : 0
    const event = { at: this.clock + ms * (1 + this.random.fraction() / 2) + late, who, what, run }
    this.#events.push(event)
    return event
  }

  drop(event: Event): void {
    const index = this.#events.indexOf(event)
    if (index >= 0) this.#events.splice(index, 1)
  }

  /** PIDs that were somebody's and can be anybody's now, the one that ended last first. */
  usedPids(): number[] {
    return [...this.#freed.keys()].reverse().filter((pid) => this.#isFree(pid))
  }

  start(role: Role, label: string, more: Partial<Process> = {}): Process {
    const pid = more.pid ?? this.#freePid()
    const process: Process = {
      pid,
      ppid: more.parent?.pid ?? 1,
      pgid: pid,
      startTime: String(Math.floor(this.clock / 10)),
      role,
      label,
      argv: [label],
      nonce: null,
      isAlive: true,
      onSignal: () => {
        this.exit(process, 143)
      },
      onExit: null,
      parent: null,
      node: null,
      ...more,
    }
    this.processes.set(pid, process)
    this.say(process, `begins as ${role}`)
    return process
  }

  exit(process: Process, status: number): void {
    if (!process.isAlive) return
    process.isAlive = false
    this.say(process, `ends (${status})`)
    this.processes.delete(process.pid)
    this.#freed.delete(process.pid)
    this.#freed.set(process.pid, this.clock)
    for (const socket of this.sockets) socket.holders.delete(process)
    this.sockets = this.sockets.filter(({ holders }) => holders.size > 0)
    for (const child of this.processes.values()) if (child.ppid === process.pid) child.ppid = 1
    for (const child of this.processes.values()) if (child.parent === process) child.parent = null
    if (process.node !== null) process.node.jobs.length = 0
    if (process.node !== null && status === 137) this.killed.add(process.pid)
    else this.killed.delete(process.pid)
    this.#events = this.#events.filter(({ who }) => who !== process)
    process.onExit?.(status)
  }

  /** As kill(2): a PID, or with a negative one its group. */
  kill(from: Process | null, target: number, signal: Signal): void {
    if (Math.abs(target) <= 1 || !Number.isInteger(target)) this.fail(`signal ${signal} to ${target}`)
    const reached =
      target > 0
        ? [...this.processes.values()].filter(({ pid }) => pid === target)
        : [...this.processes.values()].filter(({ pgid }) => pgid === -target)
    if (reached.length === 0) throw Object.assign(new Error('ESRCH'), { code: 'ESRCH' })
    for (const process of reached) {
      this.counts.signals += 1
      this.say(from, `sends ${signal} to ${process.label} (${process.pid})`)
      this.onSignal(from, process, signal)
      if (signal === 'KILL') this.exit(process, 137)
      else if (signal !== 'CONT') process.onSignal(signal)
    }
  }

  /** Null: the address is taken. */
  listen(process: Process, host: string, port: number): Socket | null {
    if (this.sockets.some((one) => one.port === port)) return null
    this.#sockets += 1
    const socket = { id: `s${this.#sockets}`, host, port, holders: new Set([process]) }
    this.sockets.push(socket)
    this.say(process, `listens on ${port}`)
    return socket
  }

  /** A call of a p2p process begins: time passes, others may go on, and it may not live to see the answer. `isTurn`: after
   *  it others see another world; there the most is tried. */
  enter(process: Process, isTurn = false): void {
    const { node } = process
    if (node === null || !process.isAlive) throw dead
    this.counts.steps += 1
    this.clock += this.random.fraction() / 20
    node.calls += 1
    const { gap, crash } = this.wildness
    if (node.calls === node.diesAt || (isTurn && this.random.chance(crash / 5))) this.#crash(process)
    else if (this.#depth < deepest && this.random.chance(isTurn ? gap * 4 : gap)) this.#gap(isTurn)
    if (!isStillAlive(process)) throw dead
  }

  /** Until `isDone`, or nothing is left to happen, or `limitMs` have passed. */
  runUntil(isDone: () => boolean, limitMs = Infinity): boolean {
    const end = this.clock + limitMs
    while (this.violation === null) {
      if (isDone()) return true
      const event = this.#next(end)
      if (event === null) return false
      this.#happen(event)
    }
    return false
  }

  /** Everything stops at once; what was not synced may be lost. */
  reboot(): void {
    this.say(null, 'the power fails')
    this.counts.reboots += 1
    for (const process of [...this.processes.values()]) {
      // No launcher records how its program ended.
      if (process.role !== 'command') process.onExit = null
      this.exit(process, 137)
    }
    this.#events = this.#events.filter(({ who }) => who === null)
    this.sockets = []
    this.disk.lose(this.random)
    this.bootId = `boot-${this.counts.reboots + 1}`
    // As after the last boot: the same PIDs come again, at once.
    this.#pid = firstPid
    this.#freed.clear()
  }

  /** Lets what `process` has waiting happen, until it waits for the computer again. */
  proceed(process: Process, run: () => void): void {
    const { node } = process
    if (!process.isAlive || node === null) return
    node.runsSince = this.clock
    try {
      run()
      for (let job = node.jobs.shift(); job !== undefined && isStillAlive(process); job = node.jobs.shift()) job()
    } catch (error) {
      if (error !== dead) throw error
    } finally {
      node.runsSince = null
    }
  }

  fail(message: string): void {
    this.say(null, `VIOLATION: ${message}`)
    this.violation ??= new Violation(message)
    throw this.violation
  }

  #next(end: number): Event | null {
    let events = this.#ready(this.clock)
    if (events.length === 0) {
      const first = this.#first()
      if (first === null || first.at > end) return null
      this.clock = first.at
      events = [first]
    }
    return this.random.of(events)
  }

  #happen(event: Event): void {
    this.#events.splice(this.#events.indexOf(event), 1)
    const { who, run } = event
    this.counts.steps += 1
    this.say(who, event.what)
    if (who !== null && who.node !== null) this.proceed(who, run)
    else run()
    this.check()
  }

  /** What others do within a call. */
  #gap(isTurn: boolean): void {
    this.#depth += 1
    try {
      const most =
        this.#depth === 1 && this.random.chance(isTurn ? this.wildness.long * 4 : this.wildness.long)
          ? longGap
          : shortGap
      for (let left = 1 + this.random.below(most); left > 0; left -= 1) {
        const events = this.#ready(this.clock + 20)
        if (events.length === 0) return
        const event = this.random.of(events)
        this.clock = Math.max(this.clock, event.at)
        this.#happen(event)
      }
    } finally {
      this.#depth -= 1
    }
  }

  #ready(until: number): Event[] {
    return this.#events.filter((event) => event.at <= until && this.#canHappen(event))
  }

  #first(): Event | null {
    let first: Event | null = null
    for (const event of this.#events)
      if ((first === null || event.at < first.at) && this.#canHappen(event)) first = event
    return first
  }

  #canHappen(event: Event): boolean {
    return event.who === null || (event.who.isAlive && (event.who.node?.runsSince ?? null) === null)
  }

  #crash(process: Process): void {
    this.say(process, 'is killed here')
    this.counts.crashes += 1
    this.exit(process, 137)
  }

  #notify(folder: string): void {
    for (const process of this.processes.values()) {
      for (const { folder: watched, ring } of process.node?.watchers ?? []) {
        if (watched !== folder || this.random.chance(this.wildness.lostNotice)) continue
        this.later(process, 0.1, `sees a change in ${folder}`, ring)
      }
    }
  }

  #freePid(): number {
    for (;;) {
      this.#pid = this.#pid === lastPid ? firstPid : this.#pid + 1
      if (this.#isFree(this.#pid)) return this.#pid
      // All were used a moment ago: time passes.
      if (this.#pid === lastPid) this.clock += 100
    }
  }

  #isFree(pid: number): boolean {
    const processes = [...this.processes.values()]
    const freedAt = this.#freed.get(pid) ?? -Infinity
    // Nobody looks at a process and signals another one that has its PID by then.
    const isLookedAt = processes.some(
      ({ node }) => node !== null && node.runsSince !== null && node.runsSince <= freedAt,
    )
    return (
      processes.every((one) => one.pid !== pid && one.pgid !== pid) &&
      this.clock - freedAt >= reuseAfterMs &&
      !isLookedAt
    )
  }
}

/** The compiler does not see that it may have died since it was asked. */
function isStillAlive({ isAlive }: Process): boolean {
  return isAlive
}
