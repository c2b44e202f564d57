/** Help, drawn by yargs from the command table. Loaded only when help is asked for. */
import yargs, { type Argv } from 'yargs'
import type { Context } from '../core/context.ts'
import type { Command, Flag, Flags } from './command.ts'
import { exitStatuses } from './exit-statuses.ts'
import { environment, globalFlags } from './globals.ts'
import { commandNamed } from './parse.ts'

/** `p2p help [COMMAND|all]`. @throws P2pError 'usage' for an unknown command. */
export function helpCommand(commands: readonly Command[]): {
  run: (ctx: Context, args: { topic: string | null }) => Promise<number>
} {
  return {
    run: async (ctx, { topic }) => {
      const what = topic === null || topic === 'all' ? topic : commandNamed(topic, commands)
      ctx.stdout.write(await helpText(commands, what, ctx.stdout.columns))
      return 0
    },
  }
}

/** `what` null: how to begin. `columns` null: not a terminal. */
export async function helpText(
  commands: readonly Command[],
  what: Command | 'all' | null,
  columns: number | null,
): Promise<string> {
  if (what === null) return firstPage(commands)
  const width = Math.min(columns ?? 100, 100)
  const page = what === 'all' ? overview(commands, width) : commandPage(what, width)
  return `${await page.getHelp()}\n`
}

/** What people need on the first day, in the order in which they need it. */
const firstCommands = ['init', 'up', 'ps', 'why', 'logs', 'run', 'down']

function firstPage(commands: readonly Command[]): string {
  const rows = firstCommands.flatMap((name): Pairs => {
    const command = commands.find((known) => known.name === name)
    return command === undefined ? [] : [[`p2p ${name}`, command.summary]]
  })
  return `${usage}\n\n${columnsOf(rows)}\n\np2p help all lists every command and flag, p2p COMMAND --help explains one,\np2p explain KEY a key of p2p.yaml.\n`
}

const usage = `Usage: p2p [FLAGS] COMMAND [NAME...]

Open, watch and close the tunnels that a project declares in p2p.yaml.`

function overview(commands: readonly Command[], width: number): Argv {
  const page = blankPage(width).usage(`${usage}\np2p COMMAND --help explains one command.`)
  for (const { name, aliases, words, rest, summary } of commands) {
    page.command([commandLine({ name, words, rest }), ...aliases], summary)
  }
  addFlags(page, globalFlags, everyCommand)
  return page
    .example([['p2p init && p2p up', 'from nothing to an open tunnel']])
    .epilogue(
      `Environment:\n${columnsOf(environment.map(({ name, describe }) => [name, describe]))}\n\nExit status:\n${columnsOf(exitStatuses)}`,
    )
}

type Pairs = readonly (readonly [string, string])[]

function commandPage(command: Command, width: number): Argv {
  const { aliases, words, rest, summary, about, flags, examples } = command
  const also = aliases.length === 0 ? '' : `\nAlso: ${aliases.map((alias) => `p2p ${alias}`).join(', ')}`
  const intro = about === '' ? `${summary}.` : `${summary}.\n${about}`
  const page = blankPage(width).usage(
    `Usage: p2p ${commandLine(command, Object.keys(flags).length > 0)}${also}\n\n${intro}`,
  )
  if (words !== null) page.positional(words.shown, { describe: words.describe })
  if (rest !== null) page.positional(rest.shown, { describe: rest.describe })
  addFlags(page, flags, 'Flags:')
  addFlags(page, globalFlags, everyCommand, flags)
  if (examples.length > 0) page.example(pairs(examples))
  return page
}

const everyCommand = 'Flags that every command takes:'

function blankPage(width: number): Argv {
  return yargs([])
    .scriptName('p2p')
    .locale('en')
    .updateStrings({ 'Positionals:': 'Arguments:' })
    .help(false)
    .version(false)
    .wrap(width)
}

/** `up [NAME...]`, `run [NAME...] [FLAGS] -- CMD...` */
function commandLine({ name, words, rest }: Pick<Command, 'name' | 'words' | 'rest'>, hasFlags = false): string {
  const named = words === null ? '' : ` [${words.shown}${words.kind === 'names' ? '...' : ''}]`
  return `${name}${named}${hasFlags ? ' [FLAGS]' : ''}${rest === null ? '' : ` -- ${rest.shown}...`}`
}

/** `own`: flags of the command, which hide globals of the same name or letter. */
function addFlags(page: Argv, flags: Flags, group: string, own: Flags = {}): void {
  const taken = new Set(Object.values(own).map(({ short }) => short))
  for (const [name, flag] of Object.entries(flags)) {
    if (Object.hasOwn(own, name)) continue
    const alias = flag.short === undefined || taken.has(flag.short) ? {} : { alias: flag.short }
    // This yargs never parses, so a key may include the name of its value: `--file FILE`.
    page.option(`${name} ${valueName(flag)}`.trimEnd(), { describe: flag.describe, group, ...alias })
  }
}

function valueName(flag: Flag): string {
  if (flag.kind === 'choice') return flag.value ?? flag.choices.join('|')
  return 'value' in flag ? flag.value : ''
}

function pairs(rows: Pairs): [string, string][] {
  return rows.map(([left, right]) => [left, right])
}

function columnsOf(rows: Pairs): string {
  const widestLeft = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(widestLeft)}  ${right}`).join('\n')
}
