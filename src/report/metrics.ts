/**
 * Tunnels as OpenMetrics text (openmetrics.io, 1.0). Gauges and counters only: node_exporter's textfile collector reads
 * the same text, and refuses a file with any type that it does not know.
 */
import { states, type Row } from '../core/model.ts'
import { psEntry, type PsEntry } from './ps/entry.ts'
import { sanitizeLine } from './text/sanitize.ts'

interface Family {
  /** With its unit as the last part, and without the `_total` of a counter. */
  name: string
  type: 'gauge' | 'counter'
  unit?: 'bytes' | 'seconds'
  help: string
  /** Null: unknown, which is left out: a zero would be wrong. */
  value: (entry: PsEntry) => number | null
}

const families: readonly Family[] = [
  {
    name: 'p2p_tunnel_restarts',
    type: 'counter',
    help: 'How often it was started again by itself since the last up.',
    value: ({ restarts }) => restarts,
  },
  {
    name: 'p2p_tunnel_uptime_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Since its present attempt began, while anything of it runs.',
    value: ({ uptimeSeconds }) => uptimeSeconds,
  },
  {
    name: 'p2p_tunnel_connections',
    type: 'gauge',
    help: 'Open TCP connections to its local addresses.',
    value: ({ connections }) => connections,
  },
  {
    name: 'p2p_tunnel_received_bytes',
    type: 'counter',
    unit: 'bytes',
    help: 'From the far end, counted by the relay of p2p.',
    value: ({ bytesIn }) => bytesIn,
  },
  {
    name: 'p2p_tunnel_sent_bytes',
    type: 'counter',
    unit: 'bytes',
    help: 'To the far end, counted by the relay of p2p.',
    value: ({ bytesOut }) => bytesOut,
  },
  {
    name: 'p2p_tunnel_moved_bytes',
    type: 'counter',
    unit: 'bytes',
    help: 'In both directions together; about right where received and sent are not there.',
    value: ({ bytesMoved }) => bytesMoved,
  },
  {
    name: 'p2p_tunnel_last_traffic_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the last byte was seen (Unix time).',
    value: ({ lastTrafficAt }) => (lastTrafficAt === null ? null : Date.parse(lastTrafficAt) / 1000),
  },
  {
    name: 'p2p_tunnel_round_trip_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the far end took to answer the last healthcheck.',
    value: ({ roundTripMs }) => (roundTripMs === null ? null : roundTripMs / 1000),
  },
]

export function metricsText(rows: readonly Row[], now: number, masks: readonly string[]): string {
  const entries = rows.map((row) => psEntry(row, now))
  const labels = ({ project, name }: PsEntry, state?: string): string =>
    Object.entries({ project, tunnel: name, ...(state === undefined ? {} : { state }) })
      .map(([label, value]) => `${label}="${escapeLabel(sanitizeLine(value, masks))}"`)
      .join(',')
  const stateSamples = entries.flatMap((entry) =>
    states.map((state) => `p2p_tunnel_state{${labels(entry, state)}} ${state === entry.state ? 1 : 0}\n`),
  )
  const blocks = families.map((family) => {
    const sample = `${family.name}${family.type === 'counter' ? '_total' : ''}`
    const samples = entries.flatMap((entry) => {
      const value = family.value(entry)
      return value === null ? [] : [`${sample}{${labels(entry)}} ${value}\n`]
    })
    return block(family, samples)
  })
  const stateFamily = {
    name: 'p2p_tunnel_state',
    type: 'gauge',
    help: '1 for the state that it is in, else 0.',
  } as const
  return `${[block(stateFamily, stateSamples), ...blocks].join('')}# EOF\n`
}

function block({ name, type, unit, help }: Omit<Family, 'value'>, samples: readonly string[]): string {
  if (samples.length === 0) return ''
  const unitLine = unit === undefined ? '' : `# UNIT ${name} ${unit}\n`
  return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${help}\n${samples.join('')}`
}

function escapeLabel(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
