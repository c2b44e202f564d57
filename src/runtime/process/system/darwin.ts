/**
 * macOS: one `ps` for all processes and one `lsof` for all listening sockets, each run at most once per snapshot and
 * only when asked. Written after the manuals (ps(1), lsof(8)); see DECISIONS.md for what was run where.
 */
import { execFileSync } from 'node:child_process'
import type { Endpoint, Holder } from '../../../core/model.ts'
import type { Listener, ProcessInfo, Snapshot, System } from './system.ts'

export type RunTool = (file: string, args: readonly string[]) => string

export function darwinSystem(uid: number, run: RunTool = runTool): System {
  return {
    bootId: run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']).trim(),
    pidNamespace: null,
    uid,
    look: () => new DarwinSnapshot(run),
  }
}

interface PsLine extends ProcessInfo {
  uid: number
  command: string
}

class DarwinSnapshot implements Snapshot {
  readonly #run: RunTool
  #lines: Map<number, PsLine> | null = null
  #sockets: (Listener & { pid: number; command: string })[] | null = null

  constructor(run: RunTool) {
    this.#run = run
  }

  process(pid: number): ProcessInfo | null {
    return this.#ps().get(pid) ?? null
  }

  processes(): ProcessInfo[] {
    return [...this.#ps().values()]
  }

  /** ps joins arguments with blanks, so an argument that holds one comes as two: enough to find the launcher's mark. */
  hasArgument(pid: number, argument: string): boolean {
    return this.#ps().get(pid)?.command.split(' ').includes(argument) ?? false
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

  owns(listener: Listener, pids: readonly number[]): boolean {
    return this.#lsof().some(({ socket, pid }) => socket === listener.socket && pids.includes(pid))
  }

  holder(listener: Listener): Holder | null {
    const held = this.#lsof().find(({ socket }) => socket === listener.socket)
    return held === undefined ? null : { pid: held.pid, command: held.command }
  }

  #ps(): Map<number, PsLine> {
    this.#lines ??= parsePs(this.#run('/bin/ps', ['-axww', '-o', 'pid=,ppid=,pgid=,uid=,stat=,lstart=,command=']))
    return this.#lines
  }

  #lsof(): (Listener & { pid: number; command: string })[] {
    this.#sockets ??= parseLsof(this.#run('/usr/sbin/lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-FpcnPd']))
    return this.#sockets
  }
}

/** Lines of `ps -o pid=,ppid=,pgid=,uid=,stat=,lstart=,command=` (lstart is five words in the C locale), zombies left out. */
export function parsePs(text: string): Map<number, PsLine> {
  const lines = new Map<number, PsLine>()
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+ +\S+ +\S+ +\S+ +\S+)\s?(.*)$/.exec(line)
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

/** Fields of `lsof -F pcnPd`: `p` process, `c` command, then `f`/`d`/`P`/`n` for each file of it. */
export function parseLsof(text: string): (Listener & { pid: number; command: string })[] {
  const found: (Listener & { pid: number; command: string })[] = []
  let pid = 0
  let command = ''
  let device = ''
  for (const line of text.split('\n')) {
    const value = line.slice(1)
    switch (line.charAt(0)) {
      case 'p':
        pid = Number(value)
        break
      case 'c':
        command = value
        break
      case 'f':
        device = ''
        break
      case 'd':
        device = value
        break
      case 'n': {
        const colon = value.lastIndexOf(':')
        const host = value.slice(0, colon).replace(/^\[|\]$/g, '')
        const port = Number(value.slice(colon + 1))
        if (Number.isInteger(port))
          found.push({
            host: host === '*' ? '0.0.0.0' : host,
            port,
            socket: device === '' ? value : device,
            pid,
            command,
          })
        break
      }
    }
  }
  return found
}

/** LC_ALL and TZ fixed: `lstart` changes with both. Both tools end with 1 when they find nothing. */
function runTool(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch {
    return ''
  }
}
