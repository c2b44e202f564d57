/** The -o settings of an ssh tunnel: what p2p relies on, the user's own, and what is merely advisable. */
import type { SshOption, SshOptions } from '../../core/generated/schema.ts'
import type { Basics, DriverProblem } from '../driver.ts'
import { error, warning } from '../problems.ts'

export interface Settings {
  args: string[]
  /** Whether ssh says debugging lines only because p2p reads its confirmations there. */
  debugsForUs: boolean
  problems: DriverProblem[]
}

/** `remote`: whether ssh has to confirm a remote forward, which it does only in its debugging output. */
export function sshSettings({ options = {} }: SshOptions, tunnel: Basics, { remote }: { remote: boolean }): Settings {
  const own = Object.entries(options)
  const level = own.find(([key]) => key.toLowerCase() === 'loglevel')
  const debugs = level !== undefined && /^debug[123]?$/i.test(String(level[1]))
  // ssh keeps the first value it meets for a key, so what stands in front can't be undone, not even by ~/.ssh/config.
  const settings: [string, string][] = [
    ...required,
    ...(remote && !debugs ? [['LogLevel', 'DEBUG1'] satisfies [string, string]] : []),
    ...own.filter(([key]) => !isRefused(key)).flatMap(([key, value]) => written(key, value, tunnel)),
    ...advisable,
  ]
  return {
    debugsForUs: remote && !debugs,
    args: settings.flatMap(([key, value]) => ['-o', `${key}=${value}`]),
    problems: [
      ...own.flatMap(([key, value]) => optionProblems(key, value)),
      ...(remote && level !== undefined && !debugs ? [levelProblem(level[0])] : []),
    ],
  }
}

const required: [string, string][] = [
  // Nobody is there to answer a question.
  ['BatchMode', 'yes'],
  // Without it a taken port leaves an ssh that runs and carries nothing.
  ['ExitOnForwardFailure', 'yes'],
  // A shared master would outlive the tunnel, or end with another session.
  ['ControlMaster', 'no'],
  ['ControlPath', 'none'],
]

const advisable: [string, string][] = [
  // A host that says nothing is told from a slow tunnel: ssh itself would wait for minutes, or without end.
  ['ConnectTimeout', '20'],
  // A far host that vanished is noticed after 45 s, not after TCP's two hours.
  ['ServerAliveInterval', '15'],
  ['ServerAliveCountMax', '3'],
  // Says who was let in and, when it is stopped, by which signal.
  ['LogLevel', 'VERBOSE'],
]

/** Keys that would break what p2p does for the tunnel, in lower case, and what to do instead. */
const refused: Record<string, string> = {
  batchmode: 'p2p sets it to yes: nobody is there to answer',
  exitonforwardfailure: 'p2p sets it to yes',
  controlmaster: 'p2p sets it to no: a shared connection would outlive the tunnel',
  controlpath: 'p2p sets it to none',
  controlpersist: 'p2p uses no shared connection',
  forkafterauthentication: 'a tunnel stays in the foreground',
  clearallforwardings: 'it would remove the forwards of this tunnel',
  localforward: 'use ssh.forward',
  remoteforward: 'use ssh.reverse',
  dynamicforward: 'use ssh.dynamic',
  remotecommand: 'a tunnel runs no command on the far host',
  requesttty: 'a tunnel has no terminal',
  sessiontype: 'p2p sets it: a tunnel has no session',
  stdinnull: 'a tunnel reads no input',
}

function isRefused(key: string): boolean {
  return Object.hasOwn(refused, key.toLowerCase())
}

function written(key: string, value: SshOption, tunnel: Basics): [string, string][] {
  return [value]
    .flat()
    .map((single) => [key, typeof single === 'boolean' ? yesOrNo(single) : tunnel.fill(String(single))])
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

function optionProblems(key: string, value: SshOption): DriverProblem[] {
  const path = ['ssh', 'options', key]
  if (isRefused(key)) {
    return [error('ssh.option', path, 'can not be set for a tunnel', refused[key.toLowerCase()] ?? null)]
  }
  if ([value].flat().some((single) => /\p{Cc}/u.test(String(single)))) {
    return [error('ssh.option', path, 'must be one line, without control characters')]
  }
  return []
}

function levelProblem(key: string): DriverProblem {
  const message = 'is not used: ssh confirms remote forwards only at DEBUG1, which p2p sets'
  return warning('ssh.log-level', ['ssh', 'options', key], message, 'leave it out')
}
