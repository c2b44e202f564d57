/** The flags that every command takes, and the environment variables for them. */
import type { Environment, Globals } from '../core/context.ts'
import { P2pError } from '../core/errors.ts'
import { didYouMean, suggest } from '../core/text/did-you-mean.ts'
import type { Flags, FlagValues } from './command.ts'

export const globalFlags = {
  file: {
    kind: 'list',
    value: 'FILE',
    short: 'f',
    describe: 'Project file; repeat it to merge more on top, - is standard input [P2P_FILE]',
  },
  'project-name': { kind: 'text', value: 'NAME', short: 'p', describe: 'Name of the project [P2P_PROJECT_NAME]' },
  profile: {
    kind: 'list',
    value: 'PROFILE',
    commas: true,
    describe: 'Turn on the tunnels of a profile; may be repeated [P2P_PROFILES]',
  },
  'env-file': { kind: 'list', value: 'FILE', describe: 'Variables for the project file; may be repeated' },
  progress: {
    kind: 'choice',
    choices: ['auto', 'tty', 'plain', 'json', 'quiet'],
    default: 'auto',
    value: 'MODE',
    describe: 'Progress on standard error: auto, tty, plain, json or quiet [P2P_PROGRESS]',
  },
  'no-color': { kind: 'switch', describe: 'No colour [NO_COLOR; FORCE_COLOR for the opposite]' },
  quiet: { kind: 'switch', short: 'q', describe: 'Say only what went wrong' },
  'lock-timeout': {
    kind: 'duration',
    value: 'DURATION',
    default: 60_000,
    describe: 'How long to wait while another p2p works on the project (60s)',
  },
  debug: { kind: 'switch', describe: 'On failure, say also where in p2p it happened' },
  help: { kind: 'switch', short: 'h', describe: 'Show help, also after a command' },
  version: { kind: 'switch', describe: 'Show the version' },
} as const satisfies Flags

export type GlobalValues = FlagValues<typeof globalFlags>

/** A flag that is not given is read from its environment variable. @throws P2pError 'usage' */
export function toGlobals(given: GlobalValues, isGiven: (flag: string) => boolean, env: Environment): Globals {
  return {
    files: isGiven('file') ? given.file : pathList(env['P2P_FILE']),
    projectName: given.projectName ?? textOrNull(env['P2P_PROJECT_NAME']),
    profiles: isGiven('profile') ? given.profile : commaList(env['P2P_PROFILES']),
    envFiles: given.envFile,
    progress: isGiven('progress') ? given.progress : progressOf(textOrNull(env['P2P_PROGRESS'])),
    quiet: given.quiet,
    lockTimeoutMs: given.lockTimeout,
    debug: given.debug,
  }
}

const variables = [
  ...['P2P_FILE', 'P2P_PROJECT_NAME', 'P2P_PROFILES', 'P2P_PROGRESS'],
  ...['P2P_STATE_DIR', 'P2P_RUNTIME_DIR', 'P2P_CONNECTD', 'P2P_CACHE'],
]

/** What is said of a variable whose name is nearly one of p2p's own: it would be ignored in silence. */
export function mistypedVariables(env: Environment): string[] {
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('P2P_') || variables.includes(name)) return []
    // All of them have the first letters in common.
    const meant = didYouMean(
      name.slice(4),
      variables.map((known) => known.slice(4)),
    )
    return meant === null ? [] : [`${name} is not a variable of p2p, and is ignored; did you mean P2P_${meant}?`]
  })
}

/** Separated by newlines, or where there is none by colons: a path with a colon needs a newline. */
function pathList(text: string | undefined): string[] {
  const separator = text?.includes('\n') === true ? '\n' : ':'
  return (text ?? '').split(separator).filter((path) => path !== '')
}

function commaList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

function progressOf(text: string | null): Globals['progress'] {
  const choices: readonly Globals['progress'][] = globalFlags.progress.choices
  const choice = choices.find((one) => one === (text ?? 'auto'))
  if (choice !== undefined) return choice
  const hint = suggest(text ?? '', choices, undefined)
  throw new P2pError('usage', `P2P_PROGRESS is ${text ?? ''}, and must be ${choices.join(', ')}`, { hint })
}
