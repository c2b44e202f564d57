/** Reads the relay's command line. One process may relay to several targets: each `--to` ends the list of addresses before it. */
import { formatEndpoint, readEndpoint } from '../core/text/endpoint.ts'
import type { Endpoint } from '../core/model.ts'
import { relayDefaults } from '../core/relay.ts'

export interface RelayOptions {
  /** Where to listen, at least one; port 0 means any free one. */
  listen: Endpoint[]
  /** Where each accepted connection goes. A name is looked up again for every connection. */
  to: Endpoint
  /** To this target. */
  maxConnections: number
  /** Milliseconds; 0: never. */
  idleTimeoutMs: number
}

export const usage =
  'usage: relay --listen HOST:PORT [--listen HOST:PORT ...] --to HOST:PORT [--listen ... --to ...] [--max-connections N] [--idle-timeout MS]   (IPv6: [::1]:PORT)'

/** One for each target. `argv` without node and script. A string is an error message. */
export function readRelayOptions(argv: readonly string[]): RelayOptions[] | string {
  const given = new Map<string, string>()
  const forwards: { listen: (Endpoint | null)[]; to: Endpoint | null }[] = []
  let listen: (Endpoint | null)[] = []
  for (let i = 0; i < argv.length; i += 2) {
    const name = argv[i] ?? ''
    const value = argv[i + 1]
    if (!flags.includes(name)) return `unknown option ${name}`
    if (value === undefined) return `${name} needs a value`
    if (name === '--listen') listen.push(readEndpoint(value, 0))
    else if (name === '--to' && (listen.length > 0 || forwards.length === 0)) {
      forwards.push({ listen, to: readEndpoint(value) })
      listen = []
    } else if (name === '--to' || given.has(name)) return `${name} is given twice`
    else given.set(name, value)
  }
  if (forwards.length === 0 || listen.length > 0) forwards.push({ listen, to: null })

  const maxConnections = readCount(given.get('--max-connections'), relayDefaults.maxConnections)
  const idleTimeoutMs = readCount(given.get('--idle-timeout'), relayDefaults.idleTimeoutMs)
  if (maxConnections === null || maxConnections === 0) return '--max-connections must be a whole number above 0'
  if (idleTimeoutMs === null) return '--idle-timeout must be a whole number of milliseconds, or 0'
  const relays: RelayOptions[] = []
  for (const { listen, to } of forwards) {
    const places = listen.flatMap((place) => place ?? [])
    if (places.length === 0 || places.length < listen.length) return '--listen must be HOST:PORT'
    if (to === null) return '--to must be HOST:PORT'
    if (places.some((place) => formatEndpoint(place) === formatEndpoint(to))) return '--to must differ from --listen'
    relays.push({ listen: places, to, maxConnections, idleTimeoutMs })
  }
  return relays
}

const flags = ['--listen', '--to', '--max-connections', '--idle-timeout']

/** Node's timers take at most 31 bits; nine digits (eleven days) fit. */
function readCount(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}
