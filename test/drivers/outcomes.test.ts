import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readExitMeaning, type ExitFacts } from '../../src/core/decide/exit-meaning.ts'
import type { DriverName, ExitRule } from '../../src/core/model.ts'
import { connectdOutcomes } from '../../src/drivers/connectd/outcomes.ts'
import * as drivers from '../../src/drivers/index.ts'
import { sshOutcomes } from '../../src/drivers/ssh/outcomes.ts'
import { account, basics } from './support.ts'

const tables: Record<DriverName, ExitRule[]> = {
  command: [],
  connectd: connectdOutcomes({ account: account({ name: 'lab' }), server: null, program: 'connectd' }),
  ssh: sshOutcomes('ssh deploy@bastion'),
  tcp: drivers.tcp.compile({ to: '10.0.0.5:6379' }, basics()).outcomes,
}

/** A line that says what the row waits for, made from its pattern. */
function lineFor({ when }: ExitRule): string {
  const pattern = new RegExp(when.log ?? '')
  // What may not follow is left to the filter.
  const source = (when.log ?? '').replaceAll(/\(\?[!=](\([^)]*\)|[^()])*\)/g, '').replaceAll('\\b', '')
  const lines = fc.stringMatching(new RegExp(source)).filter((line) => pattern.test(line) && !/[\r\n]/.test(line))
  return fc.sample(lines, { numRuns: 1, seed: 7 })[0] ?? ''
}

const patterns = Object.entries(tables).flatMap(([driver, rows]) =>
  rows
    .filter(({ when }) => when.log !== undefined && when.also === undefined)
    .map((row) => ({ driver, row, rows, line: lineFor(row) })),
)
const strong = patterns.filter(({ row }) => row.weak !== true)

const endpoints = [{ host: '127.0.0.1', port: 33000 }]

function explain(rows: ExitRule[], when: ExitRule['when'], status: number | null, lastLines: string[]) {
  const facts: ExitFacts = {
    status: when.status ?? status,
    lastLines,
    ranMs: 0,
    opened: when.opened ?? false,
    rebooted: false,
    tries: when.firstTry === false ? 1 : 0,
  }
  return readExitMeaning(facts, { name: 'a', endpoints, outcomes: rows })
}

/** Another row of the same driver for the same words says more: they share their first line. */
const meaningOf = ({ row, rows, line }: (typeof patterns)[number]) => explain(rows, row.when, 1, [line])

describe('every table of outcomes is read by evidence', () => {
  test.each(strong)('$driver: words count more than any status: $line', (said) => {
    const { rows, row, line } = said
    const statuses = rows.flatMap(({ when }) =>
      when.log === undefined && when.status !== undefined ? [when.status] : [],
    )
    const meant = meaningOf(said)
    expect(rows.filter(({ when }) => new RegExp(when.log ?? '^$').test(line)).map(({ code }) => code)).toContain(
      meant.code,
    )
    for (const status of statuses) expect([status, explain(rows, row.when, status, [line])]).toEqual([status, meant])
  })

  test('a later line counts more than an earlier one', () => {
    for (const later of strong) {
      const meant = meaningOf(later)
      for (const { driver, line } of patterns.filter(({ driver }) => driver === later.driver)) {
        const said = [line, later.line]
        expect([driver, said, explain(later.rows, later.row.when, 1, said)]).toEqual([driver, said, meant])
      }
    }
  })

  test('a row that asks for two lines takes no single one', () => {
    for (const rows of Object.values(tables)) {
      for (const row of rows.filter(({ when }) => when.also !== undefined)) {
        const alone = { ...row, weak: true as const }
        const lines = [lineFor(row), lineFor({ ...row, when: { log: row.when.also ?? '' } })]
        const codes = [[lines[0] ?? ''], lines].map((said) => explain([alone], row.when, 1, said).code)
        const isOwnProof = new RegExp(row.when.also ?? '').test(lines[0] ?? '')
        expect([lines, ...codes]).toEqual([lines, isOwnProof ? row.code : 'run.exited', row.code])
      }
    }
  })

  test('and words that follow any cause count only without one', () => {
    for (const cause of strong) {
      for (const { line } of patterns.filter(({ driver, row }) => driver === cause.driver && row.weak === true)) {
        const said = [cause.line, line]
        expect([said, explain(cause.rows, cause.row.when, 1, said)]).toEqual([said, meaningOf(cause)])
      }
    }
  })
})
