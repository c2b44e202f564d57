/** How an import spells names of tunnels and accounts, lines of .env and of .gitignore. */

/** `SSH-Pi.txt` is `ssh-pi`: lower-case letters, digits, `-` and `_`. `otherwise` where nothing of the word is left. */
export function nameFrom(word: string, otherwise: string): string {
  const name = word
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, longestName)
  return name === '' ? otherwise : name
}

const longestName = 63

export function baseOf(path: string): string {
  const name = path.replace(/^.*[/\\]/, '')
  return name.replace(/(?<=.)\.[A-Za-z0-9]{1,5}$/, '')
}

/** The name itself, else with the first number from 2 on that makes it free. Takes it. */
export function takeName(name: string, taken: Set<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count += 1) {
    const ending = `-${count}`
    free = name.slice(0, longestName - ending.length) + ending
  }
  taken.add(free)
  return free
}

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
  const lines = (gitignore ?? '').split(/\r\n|\n|\r/).map((line) => line.trim())
  const spellings = [name, `/${name}`, `${name}*`, `**/${name}`]
  const last = lines.findLast((line) => spellings.some((spelling) => line === spelling || line === `!${spelling}`))
  return last !== undefined && !last.startsWith('!')
}

/** Also without marks that turn the text around: they have no place in a YAML file. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu, '')
}
