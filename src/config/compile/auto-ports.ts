/** Ports for the tunnels with `port: auto`. */
import { createHash } from 'node:crypto'
import type { PortsInUse } from '../read/ports-in-use.ts'

/** The range of remote.it's own desktop. */
export const autoPortRange = { first: 33_000, last: 42_999 }

/** The recorded port, else the first free one from a hash of project and tunnel on; null without one. */
export function assignAutoPorts(
  wanted: ReadonlyMap<string, { bind: string | string[] }>,
  declared: ReadonlySet<number>,
  project: { name: string; folder: string },
  book: PortsInUse,
): Map<string, number | null> {
  const assigned = new Map<string, number | null>()
  if (wanted.size === 0) return assigned
  const used = new Set(declared)
  const recorded = new Map(Object.entries(book.recorded(project)))
  for (const name of wanted.keys()) {
    const port = recorded.get(name)
    if (port === undefined || !isAutoPort(port) || used.has(port)) continue
    assigned.set(name, port)
    used.add(port)
  }
  // By name: the order of the file must not matter.
  for (const name of [...wanted.keys()].filter((name) => !assigned.has(name)).sort()) {
    const port = firstFree(startOf(project, name), used, (port) =>
      [wanted.get(name)?.bind ?? ''].flat().some((host) => book.taken({ host, port })),
    )
    assigned.set(name, port)
    if (port !== null) used.add(port)
  }
  return assigned
}

const count = autoPortRange.last - autoPortRange.first + 1

function isAutoPort(port: number): boolean {
  return Number.isInteger(port) && port >= autoPortRange.first && port <= autoPortRange.last
}

function startOf({ name, folder }: { name: string; folder: string }, tunnel: string): number {
  const hash = createHash('sha256').update([folder, name, tunnel].join('\0')).digest()
  return hash.readUInt32BE(0) % count
}

function firstFree(start: number, used: ReadonlySet<number>, taken: (port: number) => boolean): number | null {
  for (let step = 0; step < count; step += 1) {
    const port = autoPortRange.first + ((start + step) % count)
    if (!used.has(port) && !taken(port)) return port
  }
  return null
}
