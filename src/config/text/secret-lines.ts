import { didYouMean } from '../../core/text/did-you-mean.ts'
import { isSecretName } from './secret-names.ts'
import { lineAt, textOf, type Range, type SourceText } from './source.ts'

/**
 * What to hide on a line of a file that is no YAML: everything after a secret's name or under one, in an account everything but the
 * user, and a line without a key as the key above it.
 */
export function secretsOnLine(source: SourceText, line: Range): Range[] {
  const text = source.text.slice(line.start, line.end)
  const whole = [{ start: line.start + indentOf(text), end: line.end }]
  if (isBelow(source, line, isSecretName)) return whole
  for (const { index, 0: word } of text.matchAll(/[\w.-]+/g)) {
    if (isSecretName(word)) return [{ start: afterSign(source, line.start + index + word.length, line), end: line.end }]
  }
  const key = keyOf(text)
  const keyed = key === null ? keyedAbove(source, line) : line
  if (keyed === null) return []
  const isSuspect = isBelow(source, keyed, (above) => above === 'accounts')
  if (key === null) return isSuspect || isSecretName(keyOf(textOf(source, keyed))?.name ?? '') ? whole : []
  if (!isSuspect || didYouMean(key.name, ['user']) !== null) return []
  return [{ start: line.start + key.length, end: line.end }]
}

/** Behind the quote, blanks and colon that follow a key. */
function afterSign(source: SourceText, at: number, line: Range): number {
  return at + (/^["']?[ \t]*[:=]?[ \t]*/.exec(source.text.slice(at, line.end))?.[0].length ?? 0)
}

/** The key that a line begins with, and how much of the line it takes up. */
function keyOf(text: string): { name: string; length: number } | null {
  const found = /^[ \t]*(?:-[ \t]+)*["']?([\w.-]+)["']?[ \t]*:/.exec(text)
  return found === null ? null : { name: found[1] ?? '', length: found[0].length }
}

function keyedAbove(source: SourceText, line: Range): Range | null {
  for (let { start } = line; start > 0;) {
    const above = lineAt(source, start - 1)
    if (keyOf(textOf(source, above)) !== null) return above
    start = above.start
  }
  return null
}

/** Whether a line above with less indentation has such a key. */
function isBelow(source: SourceText, line: Range, matches: (key: string) => boolean): boolean {
  let indent = indentOf(textOf(source, line))
  for (let { start } = line; start > 0 && indent > 0;) {
    const above = lineAt(source, start - 1)
    const text = textOf(source, above)
    start = above.start
    if (/^\s*(?:#|$)/.test(text) || indentOf(text) >= indent) continue
    indent = indentOf(text)
    const key = keyOf(text)
    if (key !== null && matches(key.name)) return true
  }
  return false
}

function indentOf(text: string): number {
  return /^[ \t]*/.exec(text)?.[0].length ?? 0
}
