/** What a row of the command table says, and the type of the arguments that follows from it. */
import type { Context } from '../core/context.ts'

/** A flag; its long name is its key in `Flags`. */
export type Flag = { short?: string; describe: string } & (
  | { kind: 'switch' }
  | { kind: 'text'; value: string }
  /** May be repeated; with `commas` also as `a,b`. */
  | { kind: 'list'; value: string; commas?: boolean; choices?: readonly string[] }
  /** `value`: its name in help, where the choices would be too long. */
  | { kind: 'choice'; choices: readonly [string, ...string[]]; default: string; value?: string }
  /** Milliseconds, from text such as 1m30s. */
  | { kind: 'duration'; value: string; default: number | null }
  /** A number of lines; null: all, the default. */
  | { kind: 'lines'; value: string }
  /** Short for `--<stands.for>=<stands.value>`. */
  | { kind: 'shorthand'; stands: { for: string; value: string } }
)

export type Flags = Readonly<Record<string, Flag>>

/** `names`: any number of words; `word`: at most one. `key`: of the arguments. `shown`: in help (NAME). */
export interface Words {
  kind: 'names' | 'word'
  key: string
  shown: string
  describe: string
}

/** Everything behind `--`, unread: a command line. */
export interface Rest {
  key: string
  shown: string
  describe: string
}

export interface Command {
  name: string
  aliases: readonly string[]
  /** One line, for the list of commands. */
  summary: string
  /** What is worth knowing beyond the summary and the flags. */
  about: string
  words: Words | null
  rest: Rest | null
  flags: Flags
  conflicts: readonly (readonly [string, string])[]
  examples: readonly (readonly [string, string])[]
  load: () => Promise<{ run: (ctx: Context, args: never) => Promise<number> }>
}

/** A row of the table. Its words and flags give the type of the arguments; the command file's `run` must accept it. */
export function command<
  const F extends Flags | null = null,
  const W extends Words | null = null,
  const R extends Rest | null = null,
>(
  row: Pick<Command, 'name' | 'summary'> &
    Partial<Pick<Command, 'aliases' | 'about' | 'conflicts' | 'examples'>> & {
      words?: W
      rest?: R
      flags?: F & Flags
      load: () => Promise<{ run: (ctx: Context, args: ArgsOf<F, W, R>) => Promise<number> }>
    },
): Command {
  return { aliases: [], about: '', words: null, rest: null, flags: {}, conflicts: [], examples: [], ...row }
}

type ArgsOf<F extends Flags | null, W extends Words | null, R extends Rest | null> = (F extends Flags
  ? FlagValues<F>
  : unknown) &
  WordValues<W> &
  (R extends { key: infer Key extends string } ? Record<Key, string[]> : unknown)

export type FlagValues<F extends Flags> = {
  -readonly [Name in keyof F as F[Name]['kind'] extends 'shorthand' ? never : CamelCase<Name & string>]: ValueOf<
    F[Name]
  >
}

type ValueOf<F extends Flag> = Values<F>[F['kind']]

interface Values<F> {
  switch: boolean
  text: string | null
  lines: number | null
  list: ChoiceOf<F>[]
  choice: ChoiceOf<F>
  duration: F extends { default: number } ? number : number | null
  shorthand: never
}

type ChoiceOf<F> = F extends { choices: readonly (infer Choice)[] } ? Choice : string

type WordValues<W extends Words | null> = W extends { kind: 'names'; key: infer Key extends string }
  ? Record<Key, string[]>
  : W extends { kind: 'word'; key: infer Key extends string }
    ? Record<Key, string | null>
    : unknown

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

/** `no-wait` as `noWait`: CamelCase for values. */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
