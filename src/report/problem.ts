/** One tunnel's problem, for commands that have no summary. */
import type { Problem } from '../core/model.ts'
import { paint } from './paint.ts'
import { sanitizeLine } from './sanitize.ts'

/** `x ssh-pi  port 33000 is held by postgres (PID 812)`, with what to try below. Ends with a newline. */
export function formatProblem(
  name: string,
  { reason, hint }: Pick<Problem, 'reason' | 'hint'>,
  { colour, masks }: { colour: boolean; masks: readonly string[] },
): string {
  const head = paint(`x ${name}  ${sanitizeLine(reason, masks)}`, 'red', colour)
  const advice = hint === null ? '' : `${' '.repeat(name.length + 4)}try: ${sanitizeLine(hint, masks)}\n`
  return `${head}\n${advice}`
}
