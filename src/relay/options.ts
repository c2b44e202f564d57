/** Reads the relay's command line. */
import { formatEndpoint, readEndpoint } from '../core/text/endpoint.ts'
import type { Endpoint } from '../core/model.ts'
import { relayDefaults } from '../core/relay.ts'

export interface RelayOptions {
  /** Where to listen; port 0 means any free one. */
  listen: [Endpoint, ...Endpoint[]]
  /** Where each accepted connection goes. A name is looked up again for every connection. */
  to: Endpoint
  maxConnections: number
  /** Milliseconds; 0: never. */
  idleTimeoutMs: number
}

export const usage =
  'usage: relay --listen HOST:PORT [--listen HOST:PORT ...] --to HOST:PORT [--max-connections N] [--idle-timeout MS]   (IPv6: [::1]:PORT)'

/** `argv` without node and script. A string is an error message. */
export function readRelayOptions(argv: readonly string[]): RelayOptions | string {
  const given = new Map<string, string>()
  const listens: (Endpoint | null)[] = []
  for (let i = 0; i < argv.length; i += 2) {
    const name = argv[i] ?? ''
    const value = argv[i + 1]
    if (!flags.includes(name)) return `unknown option ${name}`
    if (value === undefined) return `${name} needs a value`
    if (name === '--listen') listens.push(readEndpoint(value, 0))
    else if (given.has(name)) return `${name} is given twice`
    given.set(name, value)
  }
  const [first, ...more] = listens.flatMap((each) => each ?? [])
  const to = readEndpoint(given.get('--to') ?? '')
  if (first === undefined || listens.includes(null)) return '--listen must be HOST:PORT'
  if (to === null) return '--to must be HOST:PORT'
  const listen: RelayOptions['listen'] = [first, ...more]
  if (listen.some((each) => formatEndpoint(each) === formatEndpoint(to))) return '--to must differ from --listen'

  const maxConnections = readCount(given.get('--max-connections'), relayDefaults.maxConnections)
  const idleTimeoutMs = readCount(given.get('--idle-timeout'), relayDefaults.idleTimeoutMs)
  if (maxConnections === null || maxConnections === 0) return '--max-connections must be a whole number above 0'
  if (idleTimeoutMs === null) return '--idle-timeout must be a whole number of milliseconds, or 0'
  return { listen, to, maxConnections, idleTimeoutMs }
}

const flags = ['--listen', '--to', '--max-connections', '--idle-timeout']

/** Node's timers take at most 31 bits; nine digits (eleven days) fit. */
function readCount(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise
  return /^\d{1,9}$/.test(text) ? Number(text) : null
}
