// Parses the command line with Node's own reader, so that `p2p ps` starts at once. Before the command word only the
// globals exist. After it the command's own flags come first: `p2p up -f x.yaml`, but `p2p logs -f` follows.
import { parseArgs } from 'node:util'
import type { Environment, Globals } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { suggest } from '../core/text/did-you-mean.ts'
import type { Command, Flags } from './command.ts'
import { FlagSet, findFlag, longNames, refuseValue, unknownFlag } from './flags.ts'
import { globalFlags, readGlobals } from './globals.ts'

export type ParsedLine =
  | { want: 'run'; command: Command; args: Record<string, unknown>; globals: Globals; noColor: boolean }
  /** `command` null: about p2p itself. */
  | { want: 'help'; command: Command | null }
  | { want: 'version' }

/** @throws P2pError 'usage' with the nearest flag or command. */
export function parseLine(argv: readonly string[], commands: readonly Command[], env: Environment): ParsedLine {
  const globals = new FlagSet(globalFlags)
  // Only there: behind a command it would be taken for a wish for more words.
  if (argv[0] === '-v' || argv[0] === '-V') return { want: 'version' }
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
  const given = argv.slice(at + 1)
  const dashes = command.rest === null ? -1 : given.indexOf('--')
  const words = readRest(dashes === -1 ? given : given.slice(0, dashes), command, own, globals)
  const rest = command.rest === null ? {} : { [command.rest.key]: dashes === -1 ? [] : given.slice(dashes + 1) }
  if (globals.isOn('version')) return { want: 'version' }
  shareSwitches(own, globals)
  refuseConflicts(command, own)
  const { noColor, ...shared } = readGlobals(globals, env)
  return {
    want: 'run',
    command,
    args: { ...own.all(), ...wordArgs(command, words), ...rest },
    globals: shared,
    noColor,
  }
}

/** Words of programs like this one. */
const wordSlips: Readonly<Record<string, string>> = {
  show: 'ps',
  open: 'up',
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
  const known = commands.flatMap(({ name, aliases }) => [name, ...aliases])
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
  for (const token of tokensOf(argv, globals.flags)) {
    if (token.kind === 'positional') return token.index
    try {
      setFlag(token, [globals], (written) => misplaced(written, commands))
    } catch (error) {
      if (!lenient) throw error
    }
  }
  return argv.length
}

/** A flag of some command, written before the command word, is a common slip. */
function misplaced(written: string, commands: readonly Command[]): P2pError {
  const owner = commands.find(({ flags }) => findFlag(flags, written) !== null)
  if (owner === undefined) return unknownFlag(written, longNames(globalFlags), 'p2p help')
  return new P2pError('usage', `${written} belongs after the command`, { hint: `p2p ${owner.name} ${written}` })
}

function readRest(rest: readonly string[], command: Command, own: FlagSet, globals: FlagSet): string[] {
  const words: string[] = []
  const unknown = (written: string): P2pError =>
    unknownFlag(written, [...longNames(own.flags), ...longNames(globals.flags)], `p2p ${command.name} --help`)
  // Of two with the same name or letter the first counts.
  for (const token of tokensOf(rest, { ...own.flags, ...globals.flags, ...own.flags })) {
    if (token.kind === 'positional') words.push(token.value)
    else if (token.kind === 'option' || rest[token.index] !== '--') setFlag(token, [own, globals], unknown)
  }
  return words
}

type Token = ReturnType<typeof tokensOf>[number]

function tokensOf(argv: readonly string[], flags: Flags) {
  const options = Object.entries(flags).map(([name, { kind, short }]) => {
    const type: 'boolean' | 'string' = kind === 'switch' || kind === 'shorthand' ? 'boolean' : 'string'
    return [name, { type, ...(short === undefined ? {} : { short }) }] as const
  })
  const how = { strict: false, allowPositionals: true, tokens: true } as const
  return parseArgs({ args: [...argv], options: Object.fromEntries(options), ...how }).tokens
}

/** Sets the flag of a token in the first set that has it. */
function setFlag(
  token: Exclude<Token, { kind: 'positional' }>,
  sets: readonly FlagSet[],
  unknown: (written: string) => P2pError,
): void {
  const { rawName: written, value = null, inlineValue = false } = token.kind === 'option' ? token : { rawName: '--' }
  const set = sets.find(({ flags }) => findFlag(flags, written) !== null)
  const found = set === undefined ? null : findFlag(set.flags, written)
  if (set === undefined || found === null) throw unknown(written)
  if (found.negated) refuseValue(value, written)
  // What begins with a dash is a value only where it is attached; a lone dash is standard input.
  const isNext = !inlineValue && value !== null && value.startsWith('-') && value !== '-'
  const text = written.startsWith('--') || !inlineValue ? value : (value?.replace(/^=/, '') ?? null)
  set.set(found.name, found.negated ? 'false' : isNext ? null : text, written)
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
    if (own.isGiven(one) && own.isGiven(other)) {
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
