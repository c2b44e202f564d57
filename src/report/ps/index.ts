/** What `ps` prints, in each of its formats. */
import { P2pError } from '../../core/errors.ts'
import type { Row } from '../../core/model.ts'
import { suggest } from '../../core/text/did-you-mean.ts'
import { sanitizeJson, sanitizeLine } from '../text/sanitize.ts'
import { psEntry, trafficJson } from './entry.ts'
import { psTable, type TableLook } from './table.ts'

export type PsPrinter = (rows: readonly Row[], look: Omit<TableLook, 'wide'>) => Promise<string>

/** For `--format table|wide|json|TEMPLATE` (null: a table). `indent` 0: JSON on one line. @throws P2pError 'usage' */
export async function psPrinter(format: string | null, { indent = 2 } = {}): Promise<PsPrinter> {
  switch (format) {
    case null:
    case 'table':
      return (rows, look) => psTable(rows, { ...look, wide: false })
    case 'wide':
      return (rows, look) => psTable(rows, { ...look, wide: true })
    case 'json':
      return (rows, look) => Promise.resolve(psJson(rows, look, indent))
    default: {
      if (!format.includes('{{')) throw unknownFormat(format)
      const { compileTemplate } = await import('./template.ts')
      compileTemplate(format, [])
      return (rows, look) => {
        const print = compileTemplate(format, look.masks)
        return Promise.resolve(rows.map((row) => `${print(psEntry(row, look.now))}\n`).join(''))
      }
    }
  }
}

export function psJson(rows: readonly Row[], look: Pick<TableLook, 'now' | 'masks'>, indent = 2): string {
  const entries = rows.map((row) => psEntry(row, look.now))
  return `${sanitizeJson(entries, look.masks, indent)}\n`
}

/** Changes with the tunnels, but not with time, nor with what flows through them. */
export function psMark(rows: readonly Row[], now: number): string {
  const still = { uptimeSeconds: null, ...trafficJson(undefined) }
  return JSON.stringify(rows.map((row) => ({ ...psEntry(row, now), ...still })))
}

/** PIDs of the running programs, one a line. */
export function psPids(rows: readonly Row[], now: number): string {
  const pids = rows.map((row) => psEntry(row, now).pid).filter((pid) => pid !== null)
  return pids.map((pid) => `${pid}\n`).join('')
}

function unknownFormat(format: string): P2pError {
  return new P2pError('usage', `--format does not know ${sanitizeLine(format, [])}`, {
    hint: suggest(format, ['table', 'wide', 'json'], 'table, wide, json, or a template such as {{.Name}} {{.Port}}'),
  })
}
