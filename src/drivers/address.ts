/** A host, by name or address (IPv6 without brackets), and a port. Written by core/endpoint.ts. */
export interface HostPort {
  host: string
  port: number
}

/** Reads `db.internal:5432`, `10.0.0.5:6379` or `[fd00::5]:6379`, with a port from 1 to 65535; null when it is none. */
export function readHostPort(text: string): HostPort | null {
  // A host that begins with `-` could be taken for an option by whoever gets it next.
  const match = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|(?!-)([^\s:/[\]@,{}]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port < 1 || port > 65535) return null
  return { host, port }
}
