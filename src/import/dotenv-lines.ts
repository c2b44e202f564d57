/** What an import adds to the files beside p2p.yaml: lines of .env, and lines of .gitignore that keep secrets out of git. */
import { linesOf } from './warnings.ts'

/** A line that core/dotenv.ts reads back as exactly this value. */
export function dotenvLine(name: string, value: string): string {
  return `${name}=${/^[^'\r\n]*$/.test(value) ? `'${value}'` : `"${escaped(value)}"`}`
}

/** In double quotes a backslash begins an escape and a dollar a variable. */
function escaped(value: string): string {
  const spelt: Record<string, string> = { '\n': '\\n', '\r': '\\r' }
  return value.replace(/[\\"$]/g, '\\$&').replace(/[\r\n]/g, (end) => spelt[end] ?? end)
}

export function withLines(text: string | null, lines: readonly string[]): string {
  const before = text ?? ''
  const newline = before.includes('\r\n') ? '\r\n' : '\n'
  const gap = before === '' || before.endsWith('\n') ? '' : newline
  return before + gap + lines.map((line) => line + newline).join('')
}

/** Whether a .gitignore has a line for a file or folder beside it. Patterns that only might match it do not count. */
export function isIgnored(gitignore: string | null, name: string): boolean {
  const lines = linesOf(gitignore ?? '').map((line) => line.trim())
  const spellings = [name, `/${name}`, `${name}*`, `**/${name}`]
  const last = lines.findLast((line) => spellings.some((spelling) => line === spelling || line === `!${spelling}`))
  return last !== undefined && !last.startsWith('!')
}
