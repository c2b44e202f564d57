/** Finds the holder of a UDP port (proc(5): /proc/net/udp has the columns of /proc/net/tcp). */
import { readFileSync } from 'node:fs'
import type { Holder } from '../../../core/model.ts'
import type { Snapshot } from './index.ts'

/** Linux only; null: free or unknown. */
export function udpHolder(snapshot: Snapshot, port: number): Holder | null {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    for (const line of read(file).split('\n')) {
      const fields = line.trim().split(/\s+/)
      const [, local] = fields
      const socket = fields[9]
      if (local?.endsWith(wanted) !== true || socket === undefined) continue
      return snapshot.holder({ host: '', port, socket }) ?? { pid: null, command: null }
    }
  }
  return null
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // No IPv6 in this kernel, or no /proc.
    return ''
  }
}
