/** Rows of a driver's exit table: does a retry help? */
import type { ExitRule } from '../core/model.ts'

type When = ExitRule['when']

export const seeLog = 'p2p logs {name} shows its output'

/** A retry may help: the network, the far end, a busy moment. */
export function passing(when: When, code: string, reason: string, hint: string | null): ExitRule {
  return { when, means: 'failed', code, reason, hint, heals: true }
}

/** A person must change something first. */
export function lasting(when: When, code: string, reason: string, hint: string | null): ExitRule {
  return { ...passing(when, code, reason, hint), heals: false }
}

/** Stopped on request. */
export function stopped(when: When, code: string, reason: string): ExitRule {
  return { when, means: 'stopped', code, reason, hint: 'p2p up {name} opens it again', heals: true }
}

type Table = (text: TemplateStringsArray, ...values: (string | number)[]) => ExitRule[]

/**
 * Reads rows from text: `passing CODE PATTERN` (or `lasting`), and indented below it `and PATTERN` for another line that
 * must be there, the reason, and the hint; the second and the last may be missing. `when`: what all of them ask for.
 */
export function table(when: When): Table {
  return (text, ...values) => {
    const rows = String.raw(text, ...values).trim()
    return rows.split(/\n {2}(?! )/).map((row) => {
      const parts = /^(passing|lasting) (\S+) (.+)(?:\n +and (.+))?\n +(.+)(?:\n +(.+))?$/.exec(row)
      if (parts === null) throw new TypeError(`not a row of outcomes: ${row}`)
      const [, kind, code = '', log = '', also, reason = '', hint = null] = parts
      const make = kind === 'passing' ? passing : lasting
      return make({ ...when, log, ...(also === undefined ? {} : { also }) }, code, reason, hint)
    })
  }
}

/** The same with a status in place of the pattern. */
export const byStatus: Table = (text, ...values) =>
  table({})(text, ...values).map((row) => ({ ...row, when: { status: Number(row.when.log) } }))

/** What the system's loader says of a program that is there and can't run: its status is that of a program that is not there. */
export const cannotLoad = [
  ...table({})`
  lasting program.missing (?<what>[^\s:]+): (?:(?<interpreter>\S+): bad interpreter|cannot execute: required file not found)
    {what} is there, but the interpreter that its first line names is not
    install that interpreter, or fix the first line: head -1 {what}`,
  ...table({ status: 127 })`
  lasting program.missing (?:error while loading shared libraries:|Error loading shared library) (?<library>[^\s:]+)
    a library that its program needs is missing: {library}
    install the package that has {library}, or a build of the program for this system`,
]

/** Rows for words that follow many causes: any other words count more. Among these, the first row counts. */
export function weak(rules: readonly ExitRule[]): ExitRule[] {
  return rules.map((rule) => ({ ...rule, weak: true }))
}
