/**
 * An observer of its own: reads processes and sockets from /proc, and shares no code with p2p. A process belongs to a
 * case when the case's marker is in its environment or its arguments; zombies are gone.
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

export interface Seen {
  pid: number
  parent: number
  group: number
  /** Tells it from a later process with the same PID. */
  startTime: string
  /** Stopped by a signal. */
  stopped: boolean
  args: string[]
  /** The tunnel that its environment names; null: none. */
  tunnel: string | null
}

/** Every tunnel of a case has its name in this variable: p2p's own words are not asked. */
export const tunnelVariable = 'FAULTS_TUNNEL'

/** What one look shows of a tunnel. */
export interface SeenTunnel {
  launchers: Seen[]
  /** Children of its launchers; without one, whatever none of its processes has started. */
  programs: Seen[]
  all: Seen[]
  /** Whether one of its processes listens on the port. */
  listens: (port: number) => boolean
}

/** All live processes with the marker, but for those of the test itself. */
export function processesWith(marker: string, except: ReadonlySet<number> = new Set()): Seen[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid <= 1 || pid === process.pid || except.has(pid)) return []
    const [environment, args] = [textOf(`/proc/${name}/environ`), textOf(`/proc/${name}/cmdline`)]
    if (!environment.includes(marker) && !args.includes(marker)) return []
    const stat = textOf(`/proc/${name}/stat`)
    // Its name may hold blanks and brackets: fields are counted behind the last one.
    const [state = '', parent, group, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (stat === '' || state === 'Z' || state === 'X') return []
    const tunnel = new RegExp(`(?:^|\\0)${tunnelVariable}=([^\\0]*)`).exec(environment)?.[1] ?? null
    const startTime = rest[16] ?? ''
    return [
      {
        pid,
        parent: Number(parent),
        group: Number(group),
        startTime,
        stopped: state === 'T' || state === 't',
        args: args.split('\0').slice(0, -1),
        tunnel,
      },
    ]
  })
}

export function tunnelAmong(seen: readonly Seen[], name: string): SeenTunnel {
  const all = seen.filter(({ tunnel }) => tunnel === name)
  const launchers = all.filter(({ args }) => args[3]?.startsWith('p2p-shim/') === true)
  const others = all.filter((one) => !launchers.includes(one))
  // Without its launcher: whatever no other process of the tunnel has started.
  const above = launchers.length > 0 ? launchers : null
  const programs = others.filter(({ parent }) =>
    above === null ? !others.some(({ pid }) => pid === parent) : above.some(({ pid }) => pid === parent),
  )
  return {
    launchers,
    programs,
    all,
    listens: (port) => {
      const inodes = listenersOn(port)
      return all.some(({ pid }) => socketsOf(pid).some((inode) => inodes.has(inode)))
    },
  }
}

/** Inodes of the sockets that listen on this port, on any address of both families. */
export function listenersOn(port: number): Set<string> {
  const found = new Set<string>()
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of textOf(file).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      const [local = '', state, inode = ''] = [fields[1], fields[3], fields[9]]
      if (state === '0A' && parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port) found.add(inode)
    }
  }
  return found
}

/** Inodes of the sockets that this process has open. */
function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
