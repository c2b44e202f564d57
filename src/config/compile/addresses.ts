import { isIPv6 } from 'node:net'

/** One spelling per address: `0:0:0:0:0:0:0:1` is `::1`. */
export function plainAddress(host: string): string {
  if (!isIPv6(host)) return host
  // The URL standard prescribes the compressed form of RFC 5952.
  return new URL(`http://[${host}]`).hostname.slice(1, -1)
}

export function isLoopback(host: string): boolean {
  return /^127\./.test(host) || plainAddress(host) === '::1'
}
