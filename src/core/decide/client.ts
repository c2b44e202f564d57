/** Which client fits a tunnel: the declared one, or a ready one by the scheme of its url or by its port. Pure. */
import type { TunnelSpec } from '../model.ts'
import { readEndpoint } from '../text/endpoint.ts'

export type Client = { kind: 'browser' } | { kind: 'program'; argv: string[] }

interface Ready {
  schemes: string[]
  port: number
  argv: string[]
}

/** Ports are IANA's for the service at the far end. */
const ready: readonly Ready[] = [
  { schemes: ['ssh'], port: 22, argv: ['ssh', '-p', '{port}', '{user@}{host}'] },
  { schemes: ['postgres', 'postgresql'], port: 5432, argv: ['psql', '-h', '{host}', '-p', '{port}'] },
  { schemes: ['mysql', 'mariadb'], port: 3306, argv: ['mysql', '--protocol=TCP', '-h', '{host}', '-P', '{port}'] },
  { schemes: ['redis'], port: 6379, argv: ['redis-cli', '-h', '{host}', '-p', '{port}'] },
  { schemes: ['mongodb'], port: 27017, argv: ['mongosh', '--host', '{host}', '--port', '{port}'] },
  { schemes: ['vnc'], port: 5900, argv: ['vncviewer', '{host}::{port}'] },
]

/** `host`, `port`: where clients connect. Null: none is known. */
export function clientFor(
  { client, url, driver, target, endpoints: [endpoint] }: TunnelSpec,
  { host, port }: { host: string | null; port: number | null },
): Client | null {
  if (client !== undefined) return { kind: 'program', argv: client }
  if (webUrl(url) !== null) return { kind: 'browser' }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url ?? '')?.[1]?.toLowerCase()
  // What a command or connectd reaches has no port in its target: there only the local one can tell.
  const far = driver === 'ssh' || driver === 'tcp' ? readEndpoint(target)?.port : undefined
  const fits = ({ schemes, port }: Ready): boolean =>
    scheme === undefined ? port === (far ?? endpoint?.port) : schemes.includes(scheme)
  const argv = ready.find(fits)?.argv
  if (argv === undefined || host === null || port === null) return null
  const user = /^[a-z0-9+.-]+:\/\/([\w.][\w.-]*)@/i.exec(url ?? '')?.[1]
  const values: Record<string, string> = {
    '{host}': host,
    '{port}': port.toString(),
    '{user@}': user === undefined ? '' : `${user}@`,
  }
  return { kind: 'program', argv: argv.map((arg) => arg.replace(/\{[a-z@]+\}/g, (key) => values[key] ?? key)) }
}

/** Its normal spelling, escaped, which no program takes for an option; null for anything but http and https. */
export function webUrl(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null
  const { protocol, href } = new URL(url)
  return protocol === 'http:' || protocol === 'https:' ? href : null
}

/** Every device behind a loopback port would be the same host to ssh, with another key each time (ssh_config(5)). */
export function withHostKeyAlias(argv: readonly string[], alias: string): string[] {
  const [program = '', ...args] = argv
  const isSsh = /(?:^|\/)ssh$/.test(program)
  if (!isSsh || args.some((arg) => /hostkeyalias/i.test(arg))) return [...argv]
  return [program, '-o', `HostKeyAlias=${alias}`, ...args]
}
