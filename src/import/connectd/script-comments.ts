/** Which comments of a script belong to one of its tunnels: those above or beside its command and the values it uses. */
import type { Comment, Field } from './connection.ts'
import { tidy } from './comments.ts'
import type { Call } from './script-values.ts'
import type { ScriptComment } from './shell/tree.ts'

/** `lines`: what stands where. The rest of a script's comments is about the script. */
export function scriptComments(
  { at, words }: Call,
  lines: ReadonlyMap<number, Field>,
  comments: readonly ScriptComment[],
): Comment[] {
  const byLine = new Map(comments.map((comment) => [comment.line, comment]))
  const found = new Map<number, Comment>()
  const keep = (comment: ScriptComment, about: Field): void => {
    const text = tidy(comment.text)
    // `#!/bin/sh` is none, and what is only a line of signs says nothing.
    if (found.has(comment.line) || comment.text.startsWith('!') || !/\p{L}/u.test(text)) return
    found.set(comment.line, { about, text, line: comment.line, unsafe: false })
  }
  for (const line of new Set([at.line, ...words.map((word) => word.at.line)])) {
    const above: ScriptComment[] = []
    for (let number = line - 1; byLine.get(number)?.alone === true; number -= 1) {
      const comment = byLine.get(number)
      if (comment !== undefined) above.unshift(comment)
    }
    const about = line === at.line ? 'tunnel' : (lines.get(line) ?? 'tunnel')
    for (const comment of above) keep(comment, about)
    const beside = byLine.get(line)
    if (beside?.alone === false) keep(beside, about)
  }
  return [...found.values()].sort((a, b) => a.line - b.line)
}
