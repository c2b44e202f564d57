/** The rows of `outcomes`: what lines of a command's output mean, also while it runs. */
import { finalByUser } from '../../core/decide/exit-meaning.ts'
import type { Tunnel } from '../../core/generated/schema.ts'
import type { ExitRule } from '../../core/model.ts'
import { isPattern, linearPattern } from '../../core/text/linear-pattern.ts'
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
  const problems = outcomes.flatMap(({ log, say }, index): OutcomeProblem[] => {
    if (linearPattern(log) === null) return [{ path: ['outcomes', index, 'log'], ...problemOf(log) }]
    const word = [...say.matchAll(/\{([a-z_]\w*)\}/gi)].map(([, name = '']) => name).find((name) => !isKnown(name, log))
    if (word === undefined) return []
    const message = `uses {${word}}, but log has no group of that name`
    return [{ path: ['outcomes', index, 'say'], message, hint: `log: '... (?<${word}>.*)'` }]
  })
  if (command !== undefined || outcomes.length === 0) return { rows, problems }
  return {
    rows,
    problems: [{ path: ['outcomes'], message: 'is for a command: p2p knows the other programs', hint: null }],
  }
}

/** Besides the groups, what every tunnel has is filled in. */
function isKnown(name: string, log: string): boolean {
  return ['name', 'host', 'port', 'holder'].includes(name) || log.includes(`(?<${name}>`)
}

function problemOf(log: string): Omit<OutcomeProblem, 'path'> {
  if (!isPattern(log)) return { message: 'must be a JavaScript regular expression', hint: null }
  const message = 'can take more than linear time, and the far end may choose the text'
  return { message, hint: 'use no repeat inside a repeat, (?=...), (?<=...), \\1, or large count such as {1,200}' }
}
