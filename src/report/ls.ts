/** What `p2p ls` prints: all projects of the machine. */
import type { State } from '../core/model.ts'
import { paint, type WideLook } from './text/paint.ts'
import { sanitizeJson, sanitizeLine } from './text/sanitize.ts'
import { drawTable } from './text/table.ts'

/** One project as `ls --json` prints it; schemas/output.schema.json describes it. */
export interface LsEntry {
  name: string
  /** Folder of its first file; null: the record is damaged. */
  folder: string | null
  /** Number of recorded tunnels in each state. */
  states: Record<State, number>
  /** Its supervisor is alive. */
  supervised: boolean
  /** What is wrong with its record, in words. */
  problem: string | null
}

export async function lsTable(entries: readonly LsEntry[], { columns, colour, masks }: WideLook): Promise<string> {
  const cells = (cell: (entry: LsEntry) => string): string[] => entries.map((entry) => sanitizeLine(cell(entry), masks))
  const lines = await drawTable(
    [
      { title: 'NAME', cells: cells(({ name }) => name), least: 8 },
      {
        title: 'TUNNELS',
        cells: cells(tunnelsText),
        least: 12,
        paint: (text, row) => paint(text, 'red', colour && entries[row]?.problem !== null),
      },
      { title: 'FOLDER', cells: cells(({ folder }) => folder ?? '-') },
    ],
    columns,
  )
  return lines.map((line) => `${line}\n`).join('')
}

export function lsJson(entries: readonly LsEntry[], masks: readonly string[]): string {
  return `${sanitizeJson(entries, masks, 2)}\n`
}

/** `3 open, 1 failed`, or `damaged: ...`. */
function tunnelsText({ states, problem }: LsEntry): string {
  if (problem !== null) return `damaged: ${problem}`
  const counts = Object.entries(states).flatMap(([state, count]) => (count === 0 ? [] : [`${count} ${state}`]))
  return counts.length === 0 ? 'none' : counts.join(', ')
}
