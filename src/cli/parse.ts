// Parses the command line, without a dependency, so that `p2p ps` starts at once. Before the command word only the
// globals exist. After it the command's own flags come first: `p2p up -f x.yaml`, but `p2p logs -f` follows.
import type { Environment, Globals } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { suggest } from '../core/text/did-you-mean.ts'
import type { Command } from './command.ts'
import { FlagSet, findFlag, longNames, refuseValue, unknownFlag, type NamedFlag } from './flags.ts'
import { globalFlags, toGlobals, type GlobalValues } from './globals.ts'

export type ParsedLine =
  | { want: 'run'; command: Command; args: Record<string, unknown>; globals: Globals; noColor: boolean }
  /** `command` null: about p2p itself. */
  | { want: 'help'; command: Command | null }
  | { want: 'version' }

/** @throws P2pError 'usage' with the nearest flag or command. */
export function parseLine(argv: readonly string[], commands: readonly Command[], env: Environment): ParsedLine {
  const globals = new FlagSet(globalFlags)
  // A request for help is answered even if the rest of the line is wrong.
  const asksHelp = beforeDashes(argv).some((token) => token === '--help' || token === '-h')
  const at = commandWordAt(argv, globals, commands, asksHelp)
  if (globals.isOn('version')) return { want: 'version' }
  const word = argv[at]
  if (word === undefined) {
    if (asksHelp || argv.length === 0) return { want: 'help', command: null }
    throw new P2pError('usage', 'no command given', { hint: 'p2p help lists them' })
  }
  const command = commandNamed(word, commands)
  if (asksHelp) return { want: 'help', command }

  const own = new FlagSet(command.flags)
  const words = readRest(argv.slice(at + 1), command, own, globals)
  if (globals.isOn('version')) return { want: 'version' }
  shareSwitches(own, globals)
  refuseConflicts(command, own)
  const given = globals.all() as GlobalValues
  return {
    want: 'run',
    command,
    args: { ...own.all(), ...wordArgs(command, words) },
    globals: toGlobals(given, (flag) => globals.given.has(flag), env),
    noColor: given.noColor,
  }
}

/** Words of programs like this one. */
const wordSlips: Readonly<Record<string, string>> = {
  status: 'ps',
  list: 'ps',
  show: 'ps',
  open: 'up',
  run: 'up',
  connect: 'up',
  close: 'down',
  kill: 'down',
  rm: 'down --purge',
  disconnect: 'down',
  tail: 'logs -f',
  validate: 'config',
  check: 'config',
}

/** @throws P2pError 'usage' with the nearest name. */
export function commandNamed(word: string, commands: readonly Command[]): Command {
  const found = commands.find(({ name, aliases }) => name === word || aliases.includes(word))
  if (found) return found
  const meant = Object.hasOwn(wordSlips, word) ? wordSlips[word] : undefined
  if (meant !== undefined) throw new P2pError('usage', `unknown command ${word}`, { hint: `p2p ${meant}` })
  const known = commands.flatMap(({ name, aliases }) => (name.startsWith('_') ? [] : [name, ...aliases]))
  const hint = suggest(word, known, 'p2p help lists the commands', (name) => `p2p ${name}`)
  throw new P2pError('usage', `unknown command ${word}`, { hint })
}

function beforeDashes(argv: readonly string[]): readonly string[] {
  const dashes = argv.indexOf('--')
  return dashes === -1 ? argv : argv.slice(0, dashes)
}

/** Reads the globals before the command word; its index, or the line's length where there is none. */
function commandWordAt(
  argv: readonly string[],
  globals: FlagSet,
  commands: readonly Command[],
  lenient: boolean,
): number {
  const find = finder([globals], (written) => misplaced(written, commands))
  for (let at = 0; at < argv.length;) {
    if (!isFlag(argv[at] ?? '')) return at
    try {
      at += readFlag(argv, at, find)
    } catch (error) {
      if (!lenient) throw error
      at += 1
    }
  }
  return argv.length
}

/** A flag of some command, written before the command word, is a common slip. */
function misplaced(written: string, commands: readonly Command[]): P2pError {
  if (written === '-v' || written === '-V')
    throw new P2pError('usage', `unknown flag ${written}`, { hint: 'p2p --version' })
  const owner = commands.find(({ flags }) => findFlag(flags, written) !== null)
  if (owner === undefined) return unknownFlag(written, longNames(globalFlags), 'p2p help')
  return new P2pError('usage', `${written} belongs after the command`, { hint: `p2p ${owner.name} ${written}` })
}

function readRest(tokens: readonly string[], command: Command, own: FlagSet, globals: FlagSet): string[] {
  const words: string[] = []
  const find = finder([own, globals], (written) =>
    unknownFlag(written, [...longNames(own.flags), ...longNames(globals.flags)], `p2p ${command.name} --help`),
  )
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at] ?? ''
    if (token === '--') return [...words, ...tokens.slice(at + 1)]
    if (isFlag(token)) at += readFlag(tokens, at, find)
    else {
      words.push(token)
      at += 1
    }
  }
  return words
}

/** A lone dash is a word: standard input. */
function isFlag(token: string): boolean {
  return token.startsWith('-') && token !== '-'
}

interface Found extends NamedFlag {
  set: FlagSet
}

type Find = (written: string) => Found

/** Finds a flag in the first set that has it. */
function finder(sets: readonly FlagSet[], unknown: (written: string) => P2pError): Find {
  return (written) => {
    for (const set of sets) {
      const flag = findFlag(set.flags, written)
      if (flag !== null) return { set, ...flag }
    }
    throw unknown(written)
  }
}

/** Reads the flag, or the cluster of short ones, at a token. Returns how many tokens it took. */
function readFlag(tokens: readonly string[], at: number, find: Find): number {
  const token = tokens[at] ?? ''
  const next = tokens[at + 1]
  if (token.startsWith('--')) {
    const [, written = token, text = null] = /^(--[^=]*)(?:=(.*))?$/s.exec(token) ?? []
    return assign(find(written), written, text, next)
  }
  for (let letter = 1; letter < token.length; letter += 1) {
    const written = `-${token[letter] ?? ''}`
    const found = find(written)
    const attached = token.slice(letter + 1)
    if (found.takesValue) return assign(found, written, attached === '' ? null : attached.replace(/^=/, ''), next)
    assign(found, written, null, undefined)
  }
  return 1
}

/** Sets one flag, from the next token where it needs one. Returns how many tokens it took. */
function assign(
  { set, name, negated, takesValue }: Found,
  written: string,
  text: string | null,
  next: string | undefined,
): number {
  if (negated) refuseValue(text, written)
  const takesNext = text === null && takesValue && next !== undefined && !isFlag(next)
  set.set(name, negated ? 'false' : takesNext ? next : text, written)
  return takesNext ? 2 : 1
}

/** A switch that both have, such as --quiet of `config`, counts for both in either position. */
function shareSwitches(own: FlagSet, globals: FlagSet): void {
  for (const name of Object.keys(own.flags)) {
    if (globals.isOn(name)) own.set(name, null, `--${name}`)
    if (own.isOn(name) && Object.hasOwn(globals.flags, name)) globals.set(name, null, `--${name}`)
  }
}

function refuseConflicts({ conflicts }: Command, own: FlagSet): void {
  for (const [one, other] of conflicts) {
    if (own.isOn(one) && own.isOn(other)) {
      throw new P2pError('usage', `--${one} and --${other} cannot be used together`)
    }
  }
}

function wordArgs({ name, words }: Command, given: readonly string[]): Record<string, unknown> {
  const most = words === null ? 0 : words.kind === 'word' ? 1 : Infinity
  const excess = given[most]
  if (excess !== undefined) {
    const allowed = most === 0 ? 'no' : 'only one'
    throw new P2pError('usage', `p2p ${name} takes ${allowed} name, got ${excess}`, { hint: `p2p ${name} --help` })
  }
  if (words === null) return {}
  return { [words.key]: words.kind === 'names' ? [...given] : (given[0] ?? null) }
}
