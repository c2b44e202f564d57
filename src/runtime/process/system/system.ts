/**
 * What p2p asks the operating system about processes and sockets. One interface, one file per system; nothing above
 * it knows /proc, ps or lsof. Looking is cheap on Linux (files) and costs one spawned program per question on macOS.
 */
import type { Endpoint, Holder } from '../../../core/model.ts'

export interface System {
  /** Changes with every start of the machine: PIDs recorded under another one mean nothing. */
  readonly bootId: string
  /** PIDs mean something only within their namespace; null where the system has none. */
  readonly pidNamespace: string | null
  /** Our effective user id. */
  readonly uid: number
  /** A fresh look. Answers given by one snapshot may be cached in it; ask for a new one to see changes. */
  look(): Snapshot
}

export interface Snapshot {
  /** One process; null: there is none, or it is a zombie (which is as good as gone). */
  process(pid: number): ProcessInfo | null
  /** Every process but zombies. */
  processes(): ProcessInfo[]
  /** Whether this is one of the first arguments of a live process (a zombie has none). One read on Linux. */
  hasArgument(pid: number, argument: string): boolean
  /** Effective user of a process; null: there is none. */
  ownerOf(pid: number): number | null
  /** Nonce of the attempt that this process inherited in its environment, or null. Linux only; null elsewhere. */
  attemptOf(pid: number): string | null
  /** Listening TCP sockets on any of these ports (all ports where none are given). */
  listeners(ports?: ReadonlySet<number>): Listener[]
  /** Those that a connection to any of these addresses could reach, and perhaps others. */
  listenersAt(endpoints: readonly Endpoint[]): Listener[]
  /** Whether one of these processes holds this listening socket. */
  owns(listener: Listener, pids: readonly number[]): boolean
  /** Who holds it: the first process found that does; null: another user's. */
  holder(listener: Listener): Holder | null
}

export interface ProcessInfo {
  pid: number
  ppid: number
  /** Process group. */
  pgid: number
  /** Stopped by a signal (state T). */
  suspended: boolean
  /** Opaque: equal for the same process, different for the next one with this PID. */
  startTime: string
}

export interface Listener extends Endpoint {
  /** Opaque identity of the socket. */
  socket: string
}

/** The only PIDs that may ever be signalled: 0 and below mean groups, 1 the whole machine. */
export function isSignallable(pid: unknown): pid is number {
  return typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1
}

/** These PIDs with their children, the children of those, and so on. */
export function withDescendants(pids: Iterable<number>, processes: readonly ProcessInfo[]): number[] {
  const children = new Map<number, number[]>()
  for (const { pid, ppid } of processes) children.set(ppid, [...(children.get(ppid) ?? []), pid])
  const found = new Set(pids)
  // A set grows while it is walked: children of children are met too.
  for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child)
  return [...found]
}
