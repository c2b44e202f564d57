/** Draws columns side by side: everything in a pipe, what fits on a terminal. */
import { cut, meterFor, type Meter } from './width.ts'

export interface Column {
  title?: string
  /** One line for each row, already sanitized. */
  cells: string[]
  /** Applied last: changes no width. */
  paint?: (text: string, row: number) => string
  /** On a narrow terminal the lowest number is dropped first; without one a column stays. */
  drop?: number
  /** The least width it may be cut to; without it, it is not cut. */
  least?: number
  /** The width it is cut to before any column is dropped. */
  ample?: number
  /** The lowest number (default 0) is cut first. */
  keep?: number
}

const gap = 2

/** Without trailing blanks. `columns` null: no limit. */
export async function drawTable(table: readonly Column[], columns: number | null): Promise<string[]> {
  const meter = await meterFor(table.flatMap(({ title, cells }) => [title ?? '', ...cells]))
  const shown = columns === null ? measured(table, meter) : fitted(measured(table, meter), columns)
  const rows = table[0]?.cells.length ?? 0
  const lines: string[] = []
  if (table.some(({ title }) => title !== undefined)) lines.push(line(shown, null, columns, meter))
  for (let row = 0; row < rows; row += 1) lines.push(line(shown, row, columns, meter))
  return lines
}

interface Measured {
  column: Column
  width: number
}

function measured(table: readonly Column[], meter: Meter): Measured[] {
  return table.map((column) => ({
    column,
    width: column.cells.reduce((widest, cell) => Math.max(widest, meter(cell)), meter(column.title ?? '')),
  }))
}

/** Drops, then shrinks columns; the rest is cut at the line's end. */
function fitted(table: Measured[], columns: number): Measured[] {
  let shown = table
  const droppable = table.filter(({ column }) => column.drop !== undefined)
  for (const next of droppable.sort((a, b) => (a.column.drop ?? 0) - (b.column.drop ?? 0))) {
    if (totalWidth(shown.map(ampleWidth)) <= columns) break
    shown = shown.filter((one) => one !== next)
  }
  let excess = totalWidth(shown) - columns
  for (const { column, width } of [...shown].sort((a, b) => (a.column.keep ?? 0) - (b.column.keep ?? 0))) {
    if (excess <= 0 || column.least === undefined) continue
    const left = Math.max(Math.min(column.least, width), width - excess)
    excess -= width - left
    shown = shown.map((one) => (one.column === column ? { ...one, width: left } : one))
  }
  return shown
}

/** One long cell must not cost other columns. What may be dropped is cut as far as it may be. */
function ampleWidth({ column, width }: Measured): Measured {
  const { ample, drop, least } = column
  return { column, width: Math.min(width, ample ?? (drop === undefined ? width : (least ?? width))) }
}

function totalWidth(table: readonly Measured[]): number {
  return table.reduce((sum, { width }) => sum + width, 0) + gap * Math.max(0, table.length - 1)
}

/** One row, or the heading (null). */
function line(table: readonly Measured[], row: number | null, columns: number | null, meter: Meter): string {
  let drawn = ''
  let used = 0
  let owed = 0
  for (const { column, width } of table) {
    const whole = row === null ? (column.title ?? '') : (column.cells[row] ?? '')
    const room = columns === null ? width : Math.min(width, columns - used - owed)
    if (room <= 0) break
    const text = cut(whole, room, meter)
    if (text !== '') {
      drawn += ' '.repeat(owed) + (row === null || !column.paint ? text : column.paint(text, row))
      used += owed + meter(text)
      owed = 0
    }
    owed += width - meter(text) + gap
  }
  return drawn
}
