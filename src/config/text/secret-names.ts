/** Which names belong to secrets, and which lines may hold one: those are never shown. */
import type { SourceText } from './source.ts'

/** `password`, `PGPASSWORD`, `GITHUB_TOKEN`, `auth_hash`. Only the end counts: `PASSWORD_FILE` names a path. */
export function isSecretName(name: string): boolean {
  return secretEnding.test(name)
}

const secretEnding =
  /(?:password|passwd|passphrase|passcode|(?:^|[_-])pass|[_-]pwd|secret|token|auth[_-]?(?:hash|key)|api[_-]?key|(?:private|access|secret)[_-]?key|credentials?)$/i

/** `line` counts from 1. */
export function mayHoldSecret(source: SourceText, line: number): boolean {
  // No line of a .env is shown: its names are unknown to us, and a value may span lines.
  if (source.kind === 'env') return true
  const lines = judged.get(source) ?? secretLines(source.text)
  judged.set(source, lines)
  return lines[line - 1] ?? true
}

/** Computed once per text, and only when something of it is shown. */
const judged = new WeakMap<SourceText, boolean[]>()

/** Lines with a secret name, below one, or without a key after one. Uses text: a broken file has no tree. */
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

/** Any key of an account may be a mistyped one. */
const secretSection = /(?<![\w.-])accounts["']?[ \t]*:/

/** An anchored value may be a secret at its alias. */
const anchor = /(?:^|[\s:,[{])&[\w-]/
