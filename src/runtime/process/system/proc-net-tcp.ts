/** Parses /proc/net/tcp and tcp6 (proc(5), Documentation/networking/proc_net_tcp). */
import type { Endpoint } from '../../../core/model.ts'
import type { Listener } from './system.ts'

const listenState = '0A'

/** Listening sockets of the table. */
export function parseListeners(table: string): Listener[] {
  const found: Listener[] = []
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/)
    const [, local, , state] = fields
    const inode = fields[9]
    if (state !== listenState || local === undefined || inode === undefined) continue
    const colon = local.indexOf(':')
    const port = parseInt(local.slice(colon + 1), 16)
    found.push({ host: readAddress(local.slice(0, colon)), port, socket: inode })
  }
  return found
}

/** The own addresses of connections on these ports. Inode 0: only the kernel still knows of it, or no one has accepted it yet. */
export function parseConnections(table: string, ports: ReadonlySet<number>): Endpoint[] {
  const wanted = new Set([...ports].map((port) => port.toString(16).toUpperCase().padStart(4, '0')))
  const found: Endpoint[] = []
  // The table may have many thousands of lines, and few are of interest: `  12: 0100007F:8235 ...`.
  for (const line of table.split('\n')) {
    const start = line.indexOf(': ') + 2
    const colon = line.indexOf(':', start)
    const port = line.slice(colon + 1, colon + 5)
    if (!wanted.has(port)) continue
    const fields = line.slice(start).split(/\s+/)
    if (fields[2] === listenState || fields[8] === '0') continue
    found.push({ host: readAddress(line.slice(start, colon)), port: parseInt(port, 16) })
  }
  return found
}

/** 32-bit words in machine byte order (little-endian on Linux with Node 20, except s390x): reverses each four bytes. */
function readAddress(hex: string): string {
  const bytes: number[] = []
  for (let word = 0; word < hex.length; word += 8) {
    for (let byte = 6; byte >= 0; byte -= 2) bytes.push(parseInt(hex.slice(word + byte, word + byte + 2), 16))
  }
  if (bytes.length === 4) return bytes.join('.')
  const mapped = bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return mapped ? bytes.slice(12).join('.') : formatIpv6(bytes)
}

/** RFC 5952: the longest run of zero groups becomes `::`. */
function formatIpv6(bytes: readonly number[]): string {
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0))
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  if (best.start === -1) return text(groups)
  return `${text(groups.slice(0, best.start))}::${text(groups.slice(best.start + best.length))}`
}
