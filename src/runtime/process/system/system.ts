/** Processes and sockets of the operating system: one interface, one file per system. Cheap on Linux; spawns on macOS. */
import type { Endpoint, Holder } from '../../../core/model.ts'
import { groupBy } from '../../../core/text/group-by.ts'

/** Environment variable that every process of an attempt inherits. */
export const attemptVariable = 'P2P_ATTEMPT'

export interface System {
  /** Changes with every boot: PIDs recorded under another one mean nothing. */
  readonly bootId: string
  /** PIDs are valid only within their namespace; null if the system has none. */
  readonly pidNamespace: string | null
  readonly uid: number
  /** A snapshot may cache its answers; take a new one to see changes. */
  look(): Snapshot
}

export interface Snapshot {
  /** null: gone, or a zombie. */
  process(pid: number): ProcessInfo | null
  processes(): ProcessInfo[]
  /** Of all processes. */
  relations(): Relations
  /** Whether this is one of the first arguments of a live process. One read on Linux. */
  hasArgument(pid: number, argument: string): boolean
  /** Proved that no process of that PID namespace (a container) is left; only where all namespaces are seen. Linux only. */
  isNamespaceGone(namespace: string | null): boolean
  /** Effective user; null: no such process. */
  ownerOf(pid: number): number | null
  /** Nonce in the environment of this process, or null. Linux only. */
  attemptOf(pid: number): string | null
  /** Listening TCP sockets on these ports, or on all. */
  listeners(ports?: ReadonlySet<number>): Listener[]
  /** At least those that a connection to these addresses could reach. */
  listenersAt(endpoints: readonly Endpoint[]): Listener[]
  /** Where one of these processes holds it: opaque, for `holds`. Null: none of them does. */
  descriptorOf(listener: Listener, pids: readonly number[]): string | null
  /** Whether it is held there still: a process may pass a socket on and close its own. One read on Linux. */
  holds(descriptor: string, listener: Listener): boolean
  /** The first process found that holds it; null: another user's. */
  holder(listener: Listener): Holder | null
  /** Own addresses of the TCP connections on these ports that some process holds; null: the system does not say. */
  connections(ports: ReadonlySet<number>): Endpoint[] | null
  /** How many TCP sockets there are to look through for connections; null: the system does not say. */
  socketCount(): number | null
  /** What this process and its children have written (write(2), not send(2)), and to anything; empty: the system does not say. */
  written(pid: number): { command: string; bytes: number }[]
}

export interface ProcessInfo {
  pid: number
  ppid: number
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

/** Processes by what relates them: made once for many questions. */
export interface Relations {
  byParent: ReadonlyMap<number, readonly ProcessInfo[]>
  byGroup: ReadonlyMap<number, readonly ProcessInfo[]>
}

export function relationsOf(processes: readonly ProcessInfo[]): Relations {
  return { byParent: groupBy(processes, ({ ppid }) => ppid), byGroup: groupBy(processes, ({ pgid }) => pgid) }
}

/** These PIDs with their children, the children of those, and so on. */
export function withDescendants(pids: Iterable<number>, { byParent }: Relations): number[] {
  const found = new Set(pids)
  // The set grows while it is iterated: grandchildren are found too.
  for (const pid of found) for (const child of byParent.get(pid) ?? []) found.add(child.pid)
  return [...found]
}
