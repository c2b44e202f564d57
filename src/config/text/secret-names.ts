/** Which names are a secret's, and which lines of a file may therefore hold one: such a line is never repeated. */
import type { SourceText } from './source.ts'

/**
 * Whether a key or variable is by its name a secret's: `password`, `PGPASSWORD`, `GITHUB_TOKEN`, `auth_hash`. Only the end
 * of the name counts, so that `PASSWORD_FILE` or `TOKEN_PATH`, which name a place, are none.
 */
export function isSecretName(name: string): boolean {
  return secretEnding.test(name)
}

const secretEnding =
  /(?:password|passwd|passphrase|passcode|(?:^|[_-])pass|[_-]pwd|secret|token|auth[_-]?(?:hash|key)|api[_-]?key|(?:private|access|secret)[_-]?key|credentials?)$/i

/** Whether a line (counted from 1) holds a secret or may hold one. */
export function mayHoldSecret(source: SourceText, line: number): boolean {
  // Of a .env no line is shown: its names are other programs' own, and a value may take several lines.
  if (source.kind === 'env') return true
  const lines = judged.get(source) ?? secretLines(source.text)
  judged.set(source, lines)
  return lines[line - 1] ?? true
}

/** Looked for once per text, and only when something of it is shown. */
const judged = new WeakMap<SourceText, boolean[]>()

/**
 * The lines with a secret's name, those below one, and those without a key of their own that may continue one. Judged by
 * the text alone: where it is wrong, there is no tree to go by.
 */
function secretLines(text: string): boolean[] {
  let isSecret = false
  /** Column of the key whose value may be a secret; infinite outside of one. */
  let column = Infinity
  return text.split(/\r\n|\n|\r/).map((line) => {
    const indent = /^[ \t]*(?:-[ \t]+)*/.exec(line)?.[0].length ?? 0
    const content = line.slice(indent)
    const isKeyed = /^["']?[\w.-]+["']?[ \t]*:(?:\s|$)/.test(content)
    if (isKeyed && indent <= column) column = Infinity
    const isNamed = secretSection.test(content) || (content.match(/[\w.-]+/g) ?? []).some(isSecretName)
    if (isNamed && !content.startsWith('#')) column = Math.min(column, indent)
    isSecret = isNamed || indent > column || anchor.test(content) || (isSecret && !isKeyed)
    return isSecret
  })
}

/** Every key of an account is suspect: it may be a mistyped one. */
const secretSection = /(?<![\w.-])accounts["']?[ \t]*:/

/** What is anchored may be a secret where its alias stands. */
const anchor = /(?:^|[\s:,[{])&[\w-]/
