import type { Endpoint } from '../../core/model.ts'

/**
 * Reads `host:port`, `1.2.3.4:80` or `[::1]:80` from a command line; null when it is none. Port 0 is allowed: any free one.
 * The written form is formatEndpoint's.
 */
export function readEndpoint(text: string): Endpoint | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+(?:%[\w.-]+)?)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port > 65535) return null
  return { host, port }
}
