/** The -o settings of an ssh tunnel: what p2p requires, the user's own, and defaults. */
import type { SshOption, SshOptions } from '../../core/generated/schema.ts'
import type { Basics, DriverProblem } from '../driver.ts'
import { error, warning } from '../problems.ts'

export interface Settings {
  args: string[]
  /** Whether debugging is on only because p2p reads confirmations there. */
  debugsForUs: boolean
  /** Whether ssh asks the agent that SSH_AUTH_SOCK names, as far as p2p.yaml tells. */
  asksAgent: boolean
  problems: DriverProblem[]
}

/** `remote`: whether ssh must confirm a remote forward. */
export function sshSettings({ options = {} }: SshOptions, tunnel: Basics, { remote }: { remote: boolean }): Settings {
  const own = Object.entries(options)
  const level = own.find(([key]) => key.toLowerCase() === 'loglevel')
  const debugs = level !== undefined && /^debug[123]?$/i.test(String(level[1]))
  // ssh keeps the first value of a key: what comes first cannot be overridden, not even by ~/.ssh/config.
  const settings: [string, string][] = [
    ...required,
    ...(remote && !debugs ? [['LogLevel', 'DEBUG1'] satisfies [string, string]] : []),
    ...own.filter(([key]) => !isRefused(key)).flatMap(([key, value]) => written(key, value, tunnel)),
    ...advisable,
  ]
  return {
    debugsForUs: remote && !debugs,
    asksAgent: !own.some(([key]) => key.toLowerCase() === 'identityagent'),
    args: settings.flatMap(([key, value]) => ['-o', `${key}=${value}`]),
    problems: [
      ...own.flatMap(([key, value]) => optionProblems(key, value)),
      ...(level !== undefined && (remote ? !debugs : /^(quiet|fatal)$/i.test(String(level[1])))
        ? [warning('ssh.log-level', ['ssh', 'options', level[0]], remote ? tooQuiet : saysNothing, 'remove it')]
        : []),
    ],
  }
}

const tooQuiet = 'is not used: ssh confirms remote forwards only at DEBUG1, which p2p sets'
const saysNothing = 'hides why ssh fails: p2p then tries a refused login again and again'

const required: [string, string][] = [
  // No one can answer a prompt.
  ['BatchMode', 'yes'],
  // Otherwise ssh keeps running without a forward when the port is in use.
  ['ExitOnForwardFailure', 'yes'],
  // A shared master would outlive the tunnel, or exit with another session.
  ['ControlMaster', 'no'],
  ['ControlPath', 'none'],
]

const advisable: [string, string][] = [
  // ssh itself waits minutes or forever for a silent host.
  ['ConnectTimeout', '20'],
  // A lost host is noticed after 45 s instead of TCP's two hours.
  ['ServerAliveInterval', '15'],
  ['ServerAliveCountMax', '3'],
  // Logs who logged in, and which signal stopped it.
  ['LogLevel', 'VERBOSE'],
]

/** Keys that would break a tunnel, in lower case, with the reason or the alternative. */
const refused: Record<string, string> = {
  batchmode: 'p2p sets it to yes: no one can answer a prompt',
  exitonforwardfailure: 'p2p sets it to yes',
  controlmaster: 'p2p sets it to no: a shared connection would outlive the tunnel',
  controlpath: 'p2p sets it to none',
  controlpersist: 'p2p uses no shared connection',
  forkafterauthentication: 'a tunnel stays in the foreground',
  clearallforwardings: 'it would remove the forwards of this tunnel',
  localforward: 'use ssh.forward',
  remoteforward: 'use ssh.reverse',
  dynamicforward: 'use ssh.dynamic',
  remotecommand: 'a tunnel does not run a command on the far host',
  requesttty: 'a tunnel has no terminal',
  sessiontype: 'p2p sets it: a tunnel has no session',
  stdinnull: 'a tunnel does not read input',
}

function isRefused(key: string): boolean {
  return Object.hasOwn(refused, key.toLowerCase())
}

function written(key: string, value: SshOption, tunnel: Basics): [string, string][] {
  const word = (single: unknown): string => (single === true ? 'yes' : single === false ? 'no' : String(single))
  return [value].flat().map((single) => [key, tunnel.fill(word(single))])
}

function optionProblems(key: string, value: SshOption): DriverProblem[] {
  const path = ['ssh', 'options', key]
  if (isRefused(key)) {
    return [error('ssh.option', path, 'cannot be set for a tunnel', refused[key.toLowerCase()] ?? null)]
  }
  if ([value].flat().some((single) => /\p{Cc}/u.test(String(single)))) {
    return [error('ssh.option', path, 'must be one line, without control characters')]
  }
  return []
}
