/** Linux: reads everything from /proc, spawns nothing. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, readlinkSync, statSync } from 'node:fs'
import { formatEndpoint } from '../../../core/text/endpoint.ts'
import { groupBy } from '../../../core/text/group-by.ts'
import { P2pError, systemCode, systemWords } from '../../../core/errors.ts'
import type { Endpoint, Holder } from '../../../core/model.ts'
import { parseConnections, parseListeners } from './proc-net-tcp.ts'
import {
  attemptVariable,
  relationsOf,
  type Listener,
  type ProcessInfo,
  type Relations,
  type Snapshot,
  type System,
} from './system.ts'

export function linuxSystem(uid: number): System {
  return {
    bootId: readText('/proc/sys/kernel/random/boot_id').trim(),
    pidNamespace: readLink('/proc/self/ns/pid'),
    uid,
    look: () => new LinuxSnapshot(uid),
  }
}

/** PROC_PID_INIT_INO: the kernel's own PID namespace, which sees the processes of all others. */
const firstNamespace = 'pid:[4026531836]'

const ipv4Table = '/proc/net/tcp'
const ipv6Table = '/proc/net/tcp6'

class LinuxSnapshot implements Snapshot {
  #all: ProcessInfo[] | null = null
  #relations: Relations | null = null
  #namespaces: Set<string> | null = null
  readonly #tables = new Map<string, Map<number, Listener[]>>()
  readonly #sockets = new Map<number, ReadonlyMap<string, string>>()
  readonly #uid: number

  constructor(uid: number) {
    this.#uid = uid
  }

  process(pid: number): ProcessInfo | null {
    return readProcess(pid)
  }

  processes(): ProcessInfo[] {
    this.#all ??= pidsInProc().flatMap((pid) => readProcess(pid) ?? [])
    return this.#all
  }

  relations(): Relations {
    return (this.#relations ??= relationsOf(this.processes()))
  }

  hasArgument(pid: number, argument: string): boolean {
    return readSmall(`/proc/${pid}/cmdline`).includes(`\0${argument}\0`)
  }

  isNamespaceGone(namespace: string | null): boolean {
    if (namespace === null || readLink('/proc/self/ns/pid') !== firstNamespace) return false
    // Where one that may be ours can't be read, none is proved gone.
    this.#namespaces ??= new Set(
      this.processes().map(
        ({ pid }) => readLink(`/proc/${pid}/ns/pid`) ?? (mayBeOursElsewhere(pid, this.#uid) ? 'any' : 'none of ours'),
      ),
    )
    return !this.#namespaces.has('any') && !this.#namespaces.has(namespace)
  }

  ownerOf(pid: number): number | null {
    return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? null
  }

  attemptOf(pid: number): string | null {
    const path = `/proc/${pid}/environ`
    const head = readSmall(path, large)
    const environment = `\0${head.length < large.length ? head : readText(path)}`
    const start = environment.indexOf(`\0${attemptVariable}=`) + attemptVariable.length + 2
    if (start === attemptVariable.length + 1) return null
    const end = environment.indexOf('\0', start)
    return environment.slice(start, end === -1 ? undefined : end)
  }

  listeners(ports?: ReadonlySet<number>): Listener[] {
    return [ipv4Table, ipv6Table].flatMap((file) => this.#listenersIn(file, ports))
  }

  /** A family takes 5 ms on a large machine: skips IPv6 if IPv4 has them all, since exact IPv4 addresses win over `::`. */
  listenersAt(endpoints: readonly Endpoint[]): Listener[] {
    const ports = new Set(endpoints.map(({ port }) => port))
    const found = this.#listenersIn(ipv4Table, ports)
    const addresses = new Set(found.map(formatEndpoint))
    if (endpoints.every((endpoint) => addresses.has(formatEndpoint(endpoint)))) return found
    return [...found, ...this.#listenersIn(ipv6Table, ports)]
  }

  descriptorOf(listener: Listener, pids: readonly number[]): string | null {
    const pid = pids.find((one) => this.#socketsOf(one).has(listener.socket))
    return pid === undefined ? null : `${pid}/fd/${this.#socketsOf(pid).get(listener.socket) ?? ''}`
  }

  holds(descriptor: string, { socket }: Listener): boolean {
    return /^\d+\/fd\/\d+$/.test(descriptor) && readLink(`/proc/${descriptor}`) === `socket:[${socket}]`
  }

  holder(listener: Listener): Holder | null {
    for (const { pid } of this.processes()) {
      if (this.#socketsOf(pid).has(listener.socket)) return { pid, command: commandName(pid) }
    }
    return null
  }

  connections(ports: ReadonlySet<number>): Endpoint[] {
    return [ipv4Table, ipv6Table].flatMap((file) => parseConnections(readText(file), ports))
  }

  /** Those that have ended and wait (TIME_WAIT) are lines of the table too. */
  socketCount(): number {
    const counts = `${readSmall('/proc/net/sockstat')}${readSmall('/proc/net/sockstat6')}`
    const found = counts.match(/(?<=^TCP6?: inuse )\d+|(?<=^TCP: .* tw )\d+/gm) ?? []
    return found.reduce((sum, count) => sum + Number(count), 0)
  }

  /** Children that were waited for count as their parent's (kernel/exit.c, wait_task_zombie). */
  written(pid: number): { command: string; bytes: number }[] {
    const children = readSmall(`/proc/${pid}/task/${pid}/children`).match(/\d+/g) ?? []
    return [pid, ...children.map(Number)].flatMap((one) => {
      const bytes = /^wchar: (\d+)$/m.exec(readSmall(`/proc/${one}/io`))?.[1]
      return bytes === undefined ? [] : [{ command: readSmall(`/proc/${one}/comm`).trim(), bytes: Number(bytes) }]
    })
  }

  /** Each table is read once, however many ask. */
  #listenersIn(file: string, ports?: ReadonlySet<number>): Listener[] {
    let byPort = this.#tables.get(file)
    if (byPort === undefined) {
      byPort = groupBy(parseListeners(readListenLines(file)), ({ port }) => port)
      this.#tables.set(file, byPort)
    }
    return ports === undefined ? [...byPort.values()].flat() : [...ports].flatMap((port) => byPort.get(port) ?? [])
  }

  #socketsOf(pid: number): ReadonlyMap<string, string> {
    let sockets = this.#sockets.get(pid)
    if (sockets === undefined) {
      sockets = readSockets(pid)
      this.#sockets.set(pid, sockets)
    }
    return sockets
  }
}

/**
 * What is gone, or another user's process. Any other refusal (too many open files) proves nothing: what can't be read must
 * not pass for dead, or it would be launched twice. @throws P2pError
 */
function notThere(path: string, error: unknown): void {
  const isHidden = ['EACCES', 'EPERM'].includes(systemCode(error) ?? '') && /^\/proc\/\d/.test(path)
  if (isHidden || ['ENOENT', 'ESRCH'].includes(systemCode(error) ?? '')) return
  throw new P2pError('system.missing', `can't read ${path}: ${systemWords(error)}`, { cause: error })
}

// One buffer for all small reads: readFileSync allocates and calls fstat each time.
const small = Buffer.allocUnsafe(4096)
/** Most environments fit in. */
const large = Buffer.allocUnsafe(16 * 1024)

function readProcess(pid: number): ProcessInfo | null {
  const stat = readSmall(`/proc/${pid}/stat`)
  if (stat === '') return null
  // The program's name may be any text, `s) R 1 1` too: parse after the LAST parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, ppid, pgid] = fields
  const startTime = fields[19]
  if (state === undefined || startTime === undefined || state === 'X') return null
  // A first thread that has ended is a zombie as long as others run: they hold its sockets (proc(5), num_threads).
  if (state === 'Z' && Number(fields[17]) <= 1) return null
  return {
    pid,
    ppid: Number(ppid),
    pgid: Number(pgid),
    suspended: state === 'T' || state === 't',
    startTime,
  }
}

/** Of a process whose namespace may not be read (proc(5)): one PID in each namespace that it is in. */
function mayBeOursElsewhere(pid: number, uid: number): boolean {
  const status = readText(`/proc/${pid}/status`)
  return /^NSpid:\t\d+\t/m.test(status) && new RegExp(`^Uid:.*\\t${uid}\\b`, 'm').test(status)
}

function pidsInProc(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^[1-9][0-9]*$/.test(name) ? Number(name) : []))
}

/** Each with its descriptor. */
function readSockets(pid: number): ReadonlyMap<string, string> {
  const sockets = new Map<string, string>()
  let names: string[]
  try {
    names = readdirSync(`/proc/${pid}/fd`)
  } catch (error) {
    notThere(`/proc/${pid}/fd`, error)
    return sockets
  }
  for (const name of names) {
    const target = readLink(`/proc/${pid}/fd/${name}`)
    if (target?.startsWith('socket:[') === true) sockets.set(target.slice('socket:['.length, -1), name)
  }
  return sockets
}

/** Stops at the first state but listening (0A): those come first, thousands of connections may follow. */
function readListenLines(file: string): string {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    // No IPv6 in this kernel.
    notThere(file, error)
    return ''
  }
  try {
    const chunk = Buffer.allocUnsafe(64 * 1024)
    let text = ''
    for (;;) {
      const length = readSync(descriptor, chunk, 0, chunk.length, null)
      if (length === 0) return text
      text += chunk.toString('latin1', 0, length)
      if (hasOtherState(text)) return text
    }
  } catch (error) {
    notThere(file, error)
    return ''
  } finally {
    closeSync(descriptor)
  }
}

function hasOtherState(table: string): boolean {
  const last = table.lastIndexOf('\n', table.length - 2)
  const line = table.slice(last + 1).trim()
  const state = line.split(/\s+/)[3]
  return state !== undefined && state.length === 2 && state !== '0A' && state !== 'st'
}

function commandName(pid: number): string | null {
  const name = readText(`/proc/${pid}/comm`).trim()
  return name === '' ? null : name
}

function readSmall(path: string, buffer = small): string {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    notThere(path, error)
    return ''
  }
  try {
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0))
  } catch (error) {
    notThere(path, error)
    return ''
  } finally {
    closeSync(descriptor)
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    notThere(path, error)
    return ''
  }
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch (error) {
    notThere(path, error)
    return null
  }
}
