// What a shell offers for the last word of a command line that is being typed: lines `VALUE<TAB>ABOUT`, or one line
// `:files` or `:folders` for what the shell finds itself. Starts nothing.
import type { Context } from '../core/context.ts'
import { controls } from '../core/text/control-characters.ts'
import type { Command, Flag, Flags } from './command.ts'
import type { FlagSet } from './flags.ts'
import { globalFlags } from './globals.ts'
import { knownFlag, readLine, split, takesValue, type TypedLine } from './typed-line.ts'

/** What may be typed, and a few words about it. */
type Offer = readonly [value: string, about: string]

interface World {
  commands: readonly Command[]
  contextOf: (globals: FlagSet) => Context
}

/** `words`: what follows `p2p`, the last one in part. */
export async function completion(words: readonly string[], world: World): Promise<string> {
  const { before, last, cut } = split(words)
  const line = readLine(before, world.commands)
  if (line === null) return ''
  const { stem = '', kinds, taken = [] } = placeOf(line, last)
  const files = kinds.find((kind) => kind === 'FILE' || kind === 'FOLDER')
  if (files !== undefined) return files === 'FILE' ? ':files\n' : ':folders\n'
  const offers = await Promise.all(kinds.map((kind) => offersOf(kind, line, world)))
  return offers
    .flat()
    .map(([value, about]): Offer => [`${stem}${value}`, about])
    .filter(([value]) => value.startsWith(last) && value.search(unfit) === -1 && !taken.includes(value))
    .map(([value, about]) => `${value.slice(cut)}\t${about.replace(unfit, ' ')}\n`)
    .join('')
}

/** Would act on the terminal, or end the line. */
const unfit = new RegExp(String.raw`${controls.source}|[\t\n]`, 'gu')

interface Place {
  /** In capitals what is to be listed, as in help (NAME, FILE), else the word itself. */
  kinds: readonly string[]
  /** Comes before each. */
  stem?: string
  /** Typed already. */
  taken?: readonly string[]
}

function placeOf(line: TypedLine, last: string): Place {
  if (!last.startsWith('-')) {
    if (line.awaited !== null) return valuePlace(line.awaited.flag, '', last)
    if (line.command === null) return { kinds: ['COMMAND'] }
    return { kinds: wordKinds(line.command, line.given.length), taken: line.given }
  }
  const equals = last.indexOf('=')
  if (equals === -1) return { kinds: ['FLAG'] }
  const [name, value] = [last.slice(0, equals), last.slice(equals + 1)]
  const known = knownFlag(line, name)
  return known === null || !takesValue(known) ? { kinds: [] } : valuePlace(known.flag, `${name}=`, value)
}

function valuePlace(flag: Flag, stem: string, typed: string): Place {
  const kinds = 'choices' in flag ? flag.choices : 'value' in flag ? alternatives(flag.value) : []
  const commas = flag.kind === 'list' && flag.commas === true ? typed.lastIndexOf(',') + 1 : 0
  return { stem: `${stem}${typed.slice(0, commas)}`, kinds }
}

/** Words to be typed as they are come first: `connectd` before the names of `p2p export`. */
function wordKinds({ words }: Command, count: number): string[] {
  if (words === null || (words.kind === 'word' && count > 0)) return []
  const kinds = alternatives(words.shown)
  const listed = kinds.filter(isKind)
  return listed.length === 0 || (count === 0 && listed.length < kinds.length)
    ? kinds.filter((kind) => !isKind(kind))
    : listed
}

function alternatives(shown: string | undefined): string[] {
  return shown?.split('|') ?? []
}

function isKind(word: string): boolean {
  return /^[A-Z]/.test(word)
}

async function offersOf(kind: string, line: TypedLine, { commands, contextOf }: World): Promise<Offer[]> {
  if (!isKind(kind)) return [[kind, '']]
  if (kind === 'FLAG') return flagOffers(line)
  if (kind === 'COMMAND')
    return commands.flatMap(({ name, aliases, summary }): Offer[] => [
      [name, summary],
      ...aliases.map((alias): Offer => [alias, `The same as ${name}`]),
    ])
  const { listed } = await import('../commands/complete.ts')
  return await listed(contextOf(line.globals), kind)
}

function flagOffers({ command, used }: TypedLine): Offer[] {
  const flags: Flags = { ...command?.flags, ...globalFlags, ...command?.flags }
  return Object.entries(flags).flatMap(([name, flag]): Offer[] =>
    used.has(flag) && flag.kind !== 'list' ? [] : [[`--${name}`, flag.describe]],
  )
}
