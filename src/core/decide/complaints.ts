/** What to do about a program's complaint that a connection failed behind its far end. */
import type { LogPolicy } from '../model.ts'

/** `why`: in the program's words. Null: not known to lie behind the far end, so reopening may help. */
export function hintFor(why: string | null, { complaints = [] }: Pick<LogPolicy, 'complaints'>): string | null {
  if (why === null) return null
  return complaints.find((row) => new RegExp(row.why).test(why))?.hint ?? null
}
