// A command line that is being typed, as far as it goes: what its last word can be depends on it.
import type { Command, Flag, Flags } from './command.ts'
import { FlagSet, findFlag } from './flags.ts'
import { globalFlags } from './globals.ts'

interface Typed {
  before: string[]
  last: string
  /** How much of the last word is a word of its own to the shell. */
  cut: number
}

/** `words`: after `--bash` split and quoted as bash hands them over. */
export function split(words: readonly string[]): Typed {
  return words[0] === '--bash' ? fromBash(words.slice(1)) : whole(words)
}

function whole(words: readonly string[]): Typed {
  return { before: words.slice(0, -1), last: words.at(-1) ?? '', cut: 0 }
}

/** To bash `=` and `:` are words of their own, and quotes are still there. */
function fromBash(pieces: readonly string[]): Typed {
  const words: string[] = []
  let cut = 0
  let isOpen = false
  for (const piece of pieces) {
    const isBreak = /^[=:]+$/.test(piece)
    const start = isBreak || isOpen ? (words.pop() ?? '') : ''
    cut = isBreak ? start.length + piece.length : start.length
    words.push(`${start}${unquoted(piece)}`)
    isOpen = isBreak
  }
  return { ...whole(words), cut }
}

/** Without quotes and backslashes; nothing is expanded. */
function unquoted(word: string): string {
  return word.replace(
    /'([^']*)'?|"((?:[^"\\]|\\[^])*)"?|\\([^]?)/g,
    (_, single?: string, double?: string, one?: string) => single ?? one ?? double?.replace(/\\([$`"\\])/g, '$1') ?? '',
  )
}

export interface TypedLine {
  command: Command | null
  /** The words after the command. */
  given: string[]
  globals: FlagSet
  used: Set<Flag>
  /** The flag whose value comes next. */
  awaited: KnownFlag | null
}

/** Null where p2p has nothing to offer: after an unknown command, and after `--`. */
export function readLine(words: readonly string[], commands: readonly Command[]): TypedLine | null {
  const globals = new FlagSet(globalFlags)
  const line: TypedLine = { command: null, given: [], globals, used: new Set(), awaited: null }
  for (const word of words) {
    const { awaited } = line
    line.awaited = null
    if (word === '--') return null
    if (isFlag(word)) readFlag(word, line)
    else if (awaited !== null) take(line, awaited, word)
    else if (line.command !== null) line.given.push(word)
    else {
      line.command = commands.find(({ name, aliases }) => name === word || aliases.includes(word)) ?? null
      if (line.command === null) return null
    }
  }
  return line
}

/** A lone dash is standard input. */
function isFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-'
}

export interface KnownFlag {
  name: string
  flag: Flag
  isGlobal: boolean
}

/** The command's own flags come first. */
export function knownFlag({ command }: TypedLine, written: string): KnownFlag | null {
  for (const flags of [command?.flags ?? {}, globalFlags] as Flags[]) {
    const name = findFlag(flags, written)?.name
    const flag = name === undefined ? undefined : flags[name]
    if (name !== undefined && flag !== undefined) return { name, flag, isGlobal: flags === globalFlags }
  }
  return null
}

export function takesValue({ flag }: KnownFlag): boolean {
  return flag.kind !== 'switch' && flag.kind !== 'shorthand'
}

function readFlag(word: string, line: TypedLine): void {
  // `-n5` and `-fn5` as well as `--tail=5`.
  const [, name = word, rest = ''] = (word.startsWith('--') ? /^([^=]+)=(.*)$/s : /^(-.)(.*)$/s).exec(word) ?? []
  const known = knownFlag(line, name)
  if (known === null) return
  const value = word.startsWith('--') ? rest : rest.replace(/^=/, '')
  if (!takesValue(known)) {
    line.used.add(known.flag)
    if (!word.startsWith('--') && rest !== '') readFlag(`-${rest}`, line)
  } else if (value === '') line.awaited = known
  else take(line, known, value)
}

function take({ globals, used }: TypedLine, { name, flag, isGlobal }: KnownFlag, value: string): void {
  used.add(flag)
  if (isGlobal) globals.set(name, value, name)
}
