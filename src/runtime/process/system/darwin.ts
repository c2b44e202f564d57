/** macOS: one `ps` and one `lsof`, each at most once per snapshot. After ps(1) and lsof(8); DECISIONS.md says what was run where. */
import { execFileSync } from 'node:child_process'
import { P2pError } from '../../../core/errors.ts'
import type { Endpoint, Holder } from '../../../core/model.ts'
import { relationsOf, type Listener, type ProcessInfo, type Relations, type Snapshot, type System } from './system.ts'

type RunTool = (file: string, args: readonly string[]) => string

export function darwinSystem(uid: number, run: RunTool = runTool): System {
  return {
    bootId: run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']).trim(),
    pidNamespace: null,
    uid,
    look: () => new DarwinSnapshot(run),
  }
}

type HeldListener = Listener & { pid: number; command: string }

interface PsLine extends ProcessInfo {
  uid: number
  command: string
}

class DarwinSnapshot implements Snapshot {
  readonly #run: RunTool
  #lines: Map<number, PsLine> | null = null
  #relations: Relations | null = null
  #sockets: HeldListener[] | null = null

  constructor(run: RunTool) {
    this.#run = run
  }

  process(pid: number): ProcessInfo | null {
    return this.#ps().get(pid) ?? null
  }

  processes(): ProcessInfo[] {
    return [...this.#ps().values()]
  }

  relations(): Relations {
    return (this.#relations ??= relationsOf(this.processes()))
  }

  /** ps joins arguments with blanks: good enough to find the launcher's mark. */
  hasArgument(pid: number, argument: string): boolean {
    return this.#ps().get(pid)?.command.split(' ').includes(argument) ?? false
  }

  isNamespaceGone(): boolean {
    return false
  }

  ownerOf(pid: number): number | null {
    return this.#ps().get(pid)?.uid ?? null
  }

  attemptOf(): string | null {
    return null
  }

  listeners(ports?: ReadonlySet<number>): Listener[] {
    return this.#lsof().filter(({ port }) => ports?.has(port) ?? true)
  }

  listenersAt(endpoints: readonly Endpoint[]): Listener[] {
    return this.listeners(new Set(endpoints.map(({ port }) => port)))
  }

  descriptorOf(listener: Listener, pids: readonly number[]): string | null {
    const held = this.#lsof().find(({ socket, pid }) => socket === listener.socket && pids.includes(pid))
    return held === undefined ? null : String(held.pid)
  }

  holds(descriptor: string, listener: Listener): boolean {
    return this.descriptorOf(listener, [Number(descriptor)]) !== null
  }

  holder(listener: Listener): Holder | null {
    const held = this.#lsof().find(({ socket }) => socket === listener.socket)
    return held === undefined ? null : { pid: held.pid, command: held.command }
  }

  connections(): null {
    return null
  }

  socketCount(): null {
    return null
  }

  written(): [] {
    return []
  }

  #ps(): Map<number, PsLine> {
    if (this.#lines !== null) return this.#lines
    const lines = parsePs(this.#run('/bin/ps', ['-axww', '-o', 'pid=,ppid=,pgid=,uid=,stat=,lstart=,command=']))
    // ps lists at least itself. An empty answer must not mean that every tunnel is gone: p2p would open each twice.
    if (lines.size === 0) throw new P2pError('system.missing', '/bin/ps lists no processes')
    return (this.#lines = lines)
  }

  #lsof(): HeldListener[] {
    this.#sockets ??= parseLsof(this.#run('/usr/sbin/lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-Fpcdtn']))
    return this.#sockets
  }
}

/** Lines of `ps -o pid=,ppid=,pgid=,uid=,stat=,lstart=,command=` without zombies; a newline in a command is `\012`. */
export function parsePs(text: string): Map<number, PsLine> {
  const lines = new Map<number, PsLine>()
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\S+ +\S+ +\S+ +\S+ +\S+)\s*(.*)$/.exec(line)
    if (match === null) continue
    const [, pid, ppid, pgid, uid, stat = '', lstart = '', command = ''] = match
    if (stat.startsWith('Z')) continue
    lines.set(Number(pid), {
      pid: Number(pid),
      ppid: Number(ppid),
      pgid: Number(pgid),
      uid: Number(uid),
      suspended: stat.startsWith('T'),
      startTime: lstart.replace(/ +/g, ' '),
      command,
    })
  }
  return lines
}

/** Fields of `lsof -F pcdtn`: `p` process, `c` command, then `f`, `t` (IPv4 or IPv6), `d` and `n` for each of its sockets. */
export function parseLsof(text: string): HeldListener[] {
  const found: HeldListener[] = []
  let pid = 0
  let command = ''
  let device = ''
  let isIpv6 = false
  for (const line of text.split('\n')) {
    const value = line.slice(1)
    switch (line.charAt(0)) {
      case 'p':
        pid = Number(value)
        break
      case 'c':
        command = unescape(value)
        break
      case 'f':
        device = ''
        isIpv6 = false
        break
      case 't':
        isIpv6 = value === 'IPv6'
        break
      case 'd':
        device = value
        break
      case 'n': {
        const colon = value.lastIndexOf(':')
        const port = Number(value.slice(colon + 1))
        if (!Number.isInteger(port)) break
        const host = addressOf(value.slice(0, colon), isIpv6)
        // Without a device two sockets of one name can't be matched: each belongs to its process alone.
        found.push({ host, port, socket: device === '' ? `${pid} ${value}` : device, pid, command })
        break
      }
    }
  }
  return found
}

/** lsof shows the wildcard of both families as `*`, and an IPv4 address of an IPv6 socket as `[::ffff:127.0.0.1]`. */
function addressOf(name: string, isIpv6: boolean): string {
  if (name === '*') return isIpv6 ? '::' : '0.0.0.0'
  return name.replace(/^\[(?:::ffff:(?=[\d.]+\]$))?(.*)\]$/i, '$1')
}

/** lsof writes blanks and control characters of a command as `\x20`. */
function unescape(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** `lstart` depends on LC_ALL and TZ. lsof exits with 1 if it finds nothing, but also if it could not look everywhere. */
function runTool(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch (error) {
    const { stdout } = error as { stdout?: unknown }
    return typeof stdout === 'string' ? stdout : ''
  }
}
