/** `System` (src/runtime/process/system) of a simulated computer, as one of its processes sees it. */
import {
  relationsOf,
  type Listener,
  type ProcessInfo,
  type Snapshot,
  type System,
} from '../../src/runtime/process/system/index.ts'
import { uid, type Computer, type Process } from './computer.ts'

const pidNamespace = 'pid:[4026531836]'

export function systemOf(computer: Computer, me: Process): System {
  return { bootId: computer.bootId, pidNamespace, uid, look: () => snapshotOf(computer, me) }
}

/** As on Linux: each question is a read, and the world changes between two of them; lists are kept. */
function snapshotOf(computer: Computer, me: Process): Snapshot {
  let all: ProcessInfo[] | null = null
  let relations: ReturnType<typeof relationsOf> | null = null
  let sockets: Listener[] | null = null
  const find = (pid: number): Process | null => computer.processes.get(pid) ?? null
  const processes = (): ProcessInfo[] => {
    if (all !== null) return all
    computer.enter(me)
    return (all = [...computer.processes.values()].map(infoOf))
  }
  const listeners = (): Listener[] => {
    if (sockets !== null) return sockets
    computer.enter(me)
    return (sockets = computer.sockets.map(({ id, host, port }) => ({ socket: id, host, port })))
  }
  const descriptorOf = ({ socket }: Listener, pids: readonly number[]): string | null => {
    computer.enter(me)
    const holders = computer.sockets.find(({ id }) => id === socket)?.holders ?? []
    const pid = [...holders].map((one) => one.pid).find((one) => pids.includes(one))
    return pid === undefined ? null : `${pid}/${socket}`
  }
  return {
    process: (pid) => {
      computer.enter(me)
      const found = find(pid)
      return found === null ? null : infoOf(found)
    },
    processes,
    relations: () => (relations ??= relationsOf(processes())),
    hasArgument: (pid, argument) => {
      computer.enter(me)
      return find(pid)?.argv.slice(1).includes(argument) ?? false
    },
    isNamespaceGone: () => false,
    ownerOf: (pid) => {
      const found = find(pid)
      return found === null ? null : uid
    },
    attemptOf: (pid) => find(pid)?.nonce ?? null,
    listeners: (ports) => listeners().filter(({ port }) => ports?.has(port) ?? true),
    listenersAt: (endpoints) => listeners().filter(({ port }) => endpoints.some((one) => one.port === port)),
    descriptorOf,
    holds: (descriptor, listener) => descriptorOf(listener, [Number(descriptor.split('/')[0])]) === descriptor,
    holder: ({ socket }) => {
      computer.enter(me)
      const [first] = computer.sockets.find(({ id }) => id === socket)?.holders ?? []
      return first === undefined ? null : { pid: first.pid, command: first.label }
    },
    connections: () => null,
    socketCount: () => null,
    written: () => [],
  }
}

function infoOf({ pid, ppid, pgid, startTime }: Process): ProcessInfo {
  return { pid, ppid, pgid, suspended: false, startTime }
}
