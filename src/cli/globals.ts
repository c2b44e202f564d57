/** The flags that every command takes, and the environment variables for them. */
import type { Environment, Globals } from '../core/context.ts'
import { isClientVariable } from '../core/decide/client-variables.ts'
import { didYouMean } from '../core/text/did-you-mean.ts'
import type { Flags, FlagValues } from './command.ts'
import type { FlagSet } from './flags.ts'

export const globalFlags = {
  file: {
    kind: 'list',
    value: 'FILE',
    short: 'f',
    describe: 'Project file; repeat it to merge more on top, - is standard input [P2P_FILE]',
  },
  'project-name': { kind: 'text', value: 'PROJECT', short: 'p', describe: 'Name of the project [P2P_PROJECT_NAME]' },
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
  version: { kind: 'switch', describe: 'Show the version; before a command also -v' },
} as const satisfies Flags

/** `flag`: the one that beats it. */
export const environment: readonly { name: string; describe: string; flag?: keyof typeof globalFlags }[] = [
  { name: 'P2P_FILE', flag: 'file', describe: 'project files, separated by colons or newlines' },
  { name: 'P2P_PROJECT_NAME', flag: 'project-name', describe: 'name of the project' },
  { name: 'P2P_PROFILES', flag: 'profile', describe: 'profiles, separated by commas' },
  { name: 'P2P_PROGRESS', flag: 'progress', describe: 'how to show progress' },
  { name: 'P2P_STATE_DIR', describe: 'where state and logs are kept (~/.local/state/p2p)' },
  { name: 'P2P_RUNTIME_DIR', describe: 'where private files are kept while a tunnel is up' },
  { name: 'P2P_CONNECTD', describe: 'the connectd program' },
  {
    name: 'P2P_CACHE',
    describe: 'off: read the project file each time, instead of what an earlier run made of it',
  },
]

/** A flag that is not given is read from its environment variable. @throws P2pError 'usage' */
export function readGlobals(flags: FlagSet, env: Environment): Globals & { noColor: boolean } {
  for (const { name, flag } of environment) {
    const text = env[name] ?? ''
    if (flag === undefined || flags.given.has(flag) || text === '') continue
    for (const part of flag === 'file' ? pathsIn(text) : [text]) flags.set(flag, part, name)
  }
  const { projectName, progress, quiet, debug, noColor, ...lists } = flags.all() as FlagValues<typeof globalFlags>
  const { file: files, profile: profiles, envFile: envFiles, lockTimeout: lockTimeoutMs } = lists
  return { files, projectName, profiles, envFiles, progress, quiet, lockTimeoutMs, debug, noColor }
}

/** Separated by newlines, or where there is none by colons: a path with a colon needs a newline. */
function pathsIn(text: string): string[] {
  return text.split(text.includes('\n') ? '\n' : ':').filter((path) => path !== '')
}

/** What is said of a variable whose name is nearly one of p2p's own: it would be ignored in silence. */
export function mistypedVariables(env: Environment): string[] {
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('P2P_') || environment.some((known) => known.name === name)) return []
    if (isClientVariable(name)) return []
    // All of them have the first letters in common.
    const meant = didYouMean(
      name.slice(4),
      environment.map((known) => known.name.slice(4)),
    )
    return meant === null ? [] : [`${name} is not a variable of p2p, and is ignored; did you mean P2P_${meant}?`]
  })
}
