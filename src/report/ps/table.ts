/** The tables of `ps`. */
import { formatEndpoint } from '../../core/text/endpoint.ts'
import type { Row } from '../../core/model.ts'
import { paint, stateColours, type WideLook } from '../text/paint.ts'
import { hyperlink } from '../text/hyperlink.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { trafficText } from '../text/traffic.ts'
import { statusText } from '../lines.ts'
import { drawTable, type Column } from '../text/table.ts'
import { shortSpan, wholeSpan } from '../text/time.ts'
import { psEntry, type PsEntry } from './entry.ts'

export interface TableLook extends WideLook {
  wide: boolean
  /** Whether the terminal shows links. */
  links?: boolean
  now: number
}

export async function psTable(rows: readonly Row[], look: TableLook): Promise<string> {
  const entries = rows.map((row) => ({ row, entry: psEntry(row, look.now) }))
  const column = (
    title: string,
    cell: (entry: PsEntry, row: Row) => string | null,
    more?: Partial<Column>,
  ): Column => ({
    title,
    cells: entries.map(({ row, entry }) => sanitizeLine(cell(entry, row) ?? '', look.masks) || '-'),
    ...more,
  })
  const statusColour = (text: string, index: number): string => {
    const state = rows[index]?.status.state
    return state === undefined ? text : paint(text, stateColours[state], look.colour)
  }
  const columns = [
    column('NAME', ({ name }) => name, { least: 6, keep: 1 }),
    column('STATUS', (_, row) => statusText(row.status, row.observed?.record ?? null, look.now), {
      least: 7,
      ample: 30,
      paint: statusColour,
    }),
    column('LOCAL', ({ endpoints: [first] }) => (first === undefined ? null : formatEndpoint(first)), {
      paint: (text, index) => hyperlink(text, entries[index]?.entry.url ?? null, look.links === true),
    }),
    column('TARGET', ({ target }) => target, { drop: 3, least: 20, keep: -1 }),
    column('PID', ({ pid }) => pid?.toString() ?? null),
    column('UPTIME', ({ uptimeSeconds }) => (uptimeSeconds === null ? null : wholeSpan(uptimeSeconds * 1000)), {
      drop: 2,
    }),
    column('RESTARTS', ({ restarts }) => restarts.toString(), { drop: 1 }),
  ]
  if (look.wide) {
    columns.push(
      column('DRIVER', ({ driver }) => driver),
      column('PROFILES', ({ profiles }) => profiles.join(',')),
      column('CONFIG', ({ config }) => config),
      column('CONNS', ({ connections }) => connections?.toString() ?? null),
      column('TRAFFIC', (_, { traffic }) => (traffic === undefined ? null : trafficText(traffic))),
      column('RTT', ({ roundTripMs }) => (roundTripMs === null ? null : shortSpan(roundTripMs))),
      column('LAST ERROR', (_, row) => lastError(row), { least: 12 }),
      column('LOG', ({ log }) => log),
    )
  }
  const lines = await drawTable(columns, look.columns)
  return lines.map((line) => `${line}\n`).join('')
}

function lastError({ observed, status }: Row): string | null {
  return observed?.record.verdict?.reason ?? (status.state === 'closed' ? null : status.reason)
}
