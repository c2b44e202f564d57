/** One run of p2p: from the command line to the exit status. */
import type { Context, Environment, Globals, Output } from '../core/context.ts'
import { P2pError, exitStatusOf, systemCode, systemRefusal } from '../core/errors.ts'
import { unreachable } from '../core/text/unreachable.ts'
import { redact } from '../core/text/redact.ts'
import { sanitizeLine } from '../report/text/sanitize.ts'
import { bugStatus } from './exit-statuses.ts'
import type { FlagSet } from './flags.ts'
import { mistypedVariables, readGlobals } from './globals.ts'
import { parseLine, type ParsedLine } from './parse.ts'
import { commands } from './table.ts'

/** The process as main.ts passes it in. Colour is decided here, since a flag may turn it off. */
export interface Surroundings extends Omit<Context, 'cwd' | 'stdout' | 'stderr' | 'globals'> {
  argv: readonly string[]
  /** @throws P2pError where the working folder is gone. */
  cwd: () => string
  stdout: Stream
  stderr: Stream
}

export type Stream = Omit<Output, 'colour'>

/** Runs a command line, reports every failure, and returns the exit status. */
export async function run(given: Surroundings): Promise<number> {
  if (given.argv[0] === '__complete') return await complete(given)
  const world = { ...given, stderr: asTyped(given) }
  try {
    return bySignal(await dispatch(parseLine(world.argv, commands, world.env), world), world)
  } catch (error) {
    return await sayFailure(error, world)
  }
}

/** `p2p __complete WORD...`, for shells: on any trouble it says nothing, since that would land in the line being typed. */
async function complete(world: Surroundings): Promise<number> {
  try {
    const { completion } = await import('./complete.ts')
    const contextOf = (flags: FlagSet): Context =>
      contextFor({ globals: readGlobals(flags, world.env), noColor: true }, world)
    world.stdout.write(await completion(world.argv.slice(1), { commands, contextOf }))
  } catch {
    // A broken project, a folder that is gone, a record that can't be read.
  }
  return 0
}

/** npx and npm scripts find p2p where the shell does not: hints then name the command that works. */
function asTyped({ env, stderr }: Surroundings): Stream {
  if (!['exec', 'run-script'].includes(env['npm_command'] ?? '')) return stderr
  const names = commands.map(({ name }) => name).join('|')
  const command = new RegExp(String.raw`(?<=^|[\s(])(?<!npx )p2p (?=(?:-\S+ (?:\S+ )?)*(?:${names})\b)`, 'gm')
  const write = (text: string): void => {
    stderr.write(text.replace(command, 'npx p2p '))
  }
  return Object.create(stderr, { write: { value: write } }) as Stream
}

/** Reports a failure and returns its exit status. */
export async function sayFailure(error: unknown, world: Surroundings): Promise<number> {
  const { argv, env, stderr, masks, interrupted } = world
  if (interrupted.aborted && isAbort(error, interrupted)) {
    return bySignal(exitStatusOf.interrupted, world)
  }
  // The command line itself may be invalid, so these two flags are searched for, not parsed.
  const colour = wantsColour(stderr, argv.includes('--no-color'), env)
  const look = { colour, masks, debug: argv.includes('--debug') }
  const failure = systemCode(error) === 'ERR_MODULE_NOT_FOUND' ? partMissing(error) : (systemRefusal(error) ?? error)
  const status = failure instanceof P2pError ? failure.exitStatus : bugStatus
  try {
    const { formatBug, formatError } = await import('../report/diagnostics.ts')
    stderr.write(failure instanceof P2pError ? await formatError(failure, look) : formatBug(failure, look))
  } catch {
    // The part that draws errors is missing itself.
    const { message, hint } = failure instanceof P2pError ? failure : partMissing(failure)
    stderr.write(
      `p2p: ${sanitizeLine(message, masks)}\n${hint === null ? '' : `     try: ${sanitizeLine(hint, masks)}\n`}`,
    )
  }
  return bySignal(status, world)
}

/** Its files were replaced while it ran, or never were all there. */
function partMissing(cause: unknown): P2pError {
  return new P2pError('system.missing', "a part of p2p can't be loaded", {
    hint: 'the same command again; if that fails as well, install p2p again',
    cause,
  })
}

/** Commands know only that they were interrupted. */
function bySignal(status: number, { interrupted }: Pick<Surroundings, 'interrupted'>): number {
  return status === exitStatusOf.interrupted && interrupted.reason === 'SIGTERM' ? exitStatusOf.terminated : status
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return (
    error === signal.reason ||
    systemCode(error) === 'ABORT_ERR' ||
    (error instanceof Error && error.name === 'AbortError')
  )
}

async function dispatch(line: ParsedLine, world: Surroundings): Promise<number> {
  // Without one the library for help can't even be loaded.
  if (line.want !== 'version') world.cwd()
  switch (line.want) {
    case 'help': {
      const { helpText } = await import('./help.ts')
      world.stdout.write(await helpText(commands, line.command, world.stdout.columns))
      return 0
    }
    case 'version': {
      const { versionText } = await import('../commands/version.ts')
      world.stdout.write(versionText)
      return 0
    }
    case 'run': {
      const { run: runCommand } = await line.command.load()
      const ctx = contextFor(line, world)
      const mistyped = mistypedVariables(world.env)
      if (mistyped.length > 0) {
        const { note } = await import('../report/lines.ts')
        for (const message of mistyped) note(ctx, message)
      }
      // command() has checked the types of the row against this file's run.
      return await runCommand(ctx, line.args as never)
    }
    default:
      return unreachable(line)
  }
}

function contextFor({ globals, noColor }: { globals: Globals; noColor: boolean }, world: Surroundings): Context {
  const { env, stdout, stderr, masks } = world
  const outputTo = (stream: Stream): Output => ({
    // Reports redact before they cut and align; this catches what they missed.
    write: (text) => {
      stream.write(redact(text, masks))
    },
    ...(stream.drained === undefined ? {} : { drained: stream.drained }),
    get isTTY() {
      return stream.isTTY
    },
    // A terminal may be resized while a command runs.
    get columns() {
      return stream.columns
    },
    get rows() {
      return stream.rows ?? null
    },
    get colour() {
      return wantsColour(stream, noColor, env)
    },
  })
  return { ...world, cwd: world.cwd(), stdout: outputTo(stdout), stderr: outputTo(stderr), globals }
}

/** --no-color beats FORCE_COLOR, that beats NO_COLOR (no-color.org: set and not empty), that beats the terminal. */
function wantsColour({ isTTY }: { isTTY: boolean }, noColorFlag: boolean, env: Environment): boolean {
  if (noColorFlag) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if ((env['NO_COLOR'] ?? '') !== '') return false
  return isTTY && env['TERM'] !== 'dumb'
}
