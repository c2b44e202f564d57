/** The rows of `outcomes`: what lines of a command's output mean, also while it runs. */
import { finalByUser } from '../../core/decide/exit-meaning.ts'
import type { Tunnel } from '../../core/generated/schema.ts'
import type { ExitRule } from '../../core/model.ts'
import { linearPattern } from '../../core/text/linear-pattern.ts'
import { lasting, passing } from '../../drivers/outcomes.ts'

interface OutcomeProblem {
  path: (string | number)[]
  message: string
  hint: string | null
}

export function outcomesOf({ command, outcomes = [] }: Tunnel): { rows: ExitRule[]; problems: OutcomeProblem[] } {
  const rows = outcomes.map(({ log, means, say }): ExitRule => {
    const row =
      means === 'reopen'
        ? passing({ log }, 'outcome.reopen', say, 'p2p logs {name} shows its output')
        : lasting({ log }, finalByUser, say, 'p2p logs {name} shows its output; p2p up {name} tries again')
    return { ...row, living: true }
  })
  const problems = outcomes.flatMap(({ log }, index) =>
    linearPattern(log) === null ? [{ path: ['outcomes', index, 'log'], ...problemOf(log) }] : [],
  )
  if (command !== undefined || outcomes.length === 0) return { rows, problems }
  return {
    rows,
    problems: [{ path: ['outcomes'], message: 'is for a command: p2p knows the other programs', hint: null }],
  }
}

function problemOf(log: string): Omit<OutcomeProblem, 'path'> {
  try {
    new RegExp(log)
    const message = 'can take more than linear time, and the far end may choose the text'
    return { message, hint: 'use no repeat inside a repeat, (?=...), (?<=...), \\1, or large count such as {1,200}' }
  } catch {
    return { message: 'must be a JavaScript regular expression', hint: null }
  }
}
