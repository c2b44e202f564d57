/** The user's own ssh, with its keys, agent and ~/.ssh/config. Facts are from its manuals and observed output. */
import { resolve } from 'node:path'
import type { SshOptions } from '../../core/generated/schema.ts'
import type { Ready } from '../../core/model.ts'
import type { Basics, Driver, DriverProblem } from '../driver.ts'
import { homeRelative, error, warning } from '../problems.ts'
import { shellWord } from '../../core/text/shell-word.ts'
import { aliasForwards, linesOfForwards, sshForwards, type Forward } from './forwards.ts'
import { sshSettings } from './settings.ts'
import { portOfAlias, sshOutcomes } from './outcomes.ts'

export const ssh: Driver<SshOptions> = {
  summary: 'forwards through your own ssh',

  compile(options, tunnel) {
    const host = tunnel.fill(options.to)
    const jumps = listOf(options.jump).map((jump) => tunnel.fill(jump))
    const way = [
      ...(options.config === undefined ? [] : ['-F', inFolder(tunnel, options.config)]),
      ...listOf(options.identity).flatMap((path) => ['-i', inFolder(tunnel, path)]),
      ...(jumps.length === 0 ? [] : ['-J', jumps.join(',')]),
    ]
    const asked =
      ofAlias(options, tunnel) && hostProblems([], host).length === 0
        ? tunnel.ask?.(['ssh', '-G', '-T', ...way, host])
        : undefined
    const known = typeof asked === 'string' ? aliasForwards(asked, options, tunnel) : sshForwards(options, tunnel)
    const { forwards, problems } = asked === null ? { forwards: [], problems: [] } : known
    const settings = sshSettings(options, tunnel, { remote: forwards.some((forward) => forward.flag === '-R') })
    return {
      ...(asked === undefined ? {} : { asked: asked === null ? null : linesOfForwards(asked) }),
      launch: {
        program: 'ssh',
        args: [
          // Never -f: a program in the background is lost to its parent.
          ...['-N', '-T'],
          ...settings.args,
          ...way,
          ...forwards.flatMap((forward) => [forward.flag, forward.value]),
          host,
        ],
        // BatchMode does not apply to the ssh of a jump host: it would open a password window.
        env: { SSH_ASKPASS_REQUIRE: 'never' },
        files: [],
        cwd: tunnel.cwd,
        ...(settings.asksAgent ? { sockets: { SSH_AUTH_SOCK: 'ssh-agent' } } : {}),
      },
      endpoints: forwards.flatMap((forward) => forward.endpoint ?? []),
      target: asked === null ? `forwards of ${host} (from ssh config)` : targetOf(forwards, host),
      ready: readyWhen(forwards),
      stop: { signal: 'TERM', graceMs: 10_000 },
      outcomes: [
        portOfAlias(forwards, host),
        ...sshOutcomes(['ssh', ...way, host].map((word) => shellWord(word, /^[\w@%+=:,./~-]+$/)).join(' ')),
      ],
      gate: { name: `ssh ${hostOf(jumps[0]?.split(',')[0] ?? host)}`, width: loginsAtOnce },
      // channels.c: `channel 2: open failed: connect failed: Connection refused`.
      complaint: '^channel \\d+: open failed: (?<why>.{1,200})',
      complaints,
      // Only what p2p asked for: a user who sets a debugging level wants to read it.
      ...(settings.debugsForUs ? { noise: '^debug1: ', handshake: '^Authenticated to ' } : {}),
      problems: [
        ...hostProblems(['ssh', 'to'], host),
        ...portProblems(host),
        ...problems,
        ...jumps.flatMap((jump, index) =>
          hostProblems(['ssh', 'jump', ...(Array.isArray(options.jump) ? [index] : [])], jump),
        ),
        ...homeRelative(['ssh', 'config'], options.config ?? ''),
        ...(jumps.length === 0 ? [] : onlyFarHost(options)),
        ...settings.problems,
      ],
    }
  },
}

/** Of RFC 4254, 5.1: the far host answered, so the ssh connection is well. */
const complaints = [
  {
    why: '^administratively prohibited',
    hint: 'the far host does not allow this forward: allow it there (AllowTcpForwarding, PermitOpen in sshd_config)',
  },
  {
    why: '^connect failed: Connection refused',
    hint: 'nothing listens where the forward leads: start that service, or correct ssh.forward',
  },
  {
    why: '^connect failed: .*(not known|name|address assoc)',
    hint: 'the far host cannot resolve the name in ssh.forward: correct it, or name an address',
  },
  {
    why: '^connect failed: ',
    hint: 'the far host cannot reach where the forward leads: check ssh.forward and its network',
  },
]

/** From the tenth pending login on, sshd drops some at random (sshd_config: MaxStartups 10:30:100). */
const loginsAtOnce = 8

/** `ssh://me@Host:22` and `me@host:22` are one host; only ssh knows its aliases. */
function hostOf(to: string): string {
  const place = to.replace(/^ssh:\/\//, '').replace(/^.*@/, '')
  return place.replace(/:\d+$/, '').toLowerCase()
}

/** Without forwards of its own the tunnel takes those of the host in ssh config. */
function ofAlias({ forward, reverse, dynamic }: SshOptions, { endpoint }: Basics): boolean {
  return endpoint === null && forward === undefined && reverse === undefined && dynamic !== true
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat()
}

/** ssh expands a leading `~` or `%d`; any other path becomes absolute, so it cannot be read as an option. */
function inFolder(tunnel: Basics, path: string): string {
  const filled = tunnel.fill(path)
  return /^[~%]/.test(filled) ? filled : resolve(tunnel.folder, filled)
}

function targetOf(forwards: readonly Forward[], host: string): string {
  // One forward listens on each address of `bind`.
  const [first = host, ...others] = new Set(forwards.map(({ target }) => target))
  return others.length === 0 ? first : `${first} (+${others.length})`
}

/** Local listeners appear after the login. ssh confirms remote ones only in its debugging output. */
function readyWhen(forwards: readonly Forward[]): Ready {
  const confirmations = forwards.flatMap((forward) => forward.confirmation ?? [])
  return {
    conditions: [
      ...(forwards.some((forward) => forward.endpoint !== null) ? [{ kind: 'listen' } as const] : []),
      ...confirmations,
      // ssh -G failed, and so will ssh: it is never open without a forward.
      ...(forwards.length === 0 ? [{ kind: 'log', pattern: '(?!)', means: 'the forwards of its host' } as const] : []),
    ],
    timeoutMs: 30_000,
  }
}

/** ssh reads a host that starts with `-`, also behind `user@` or `ssh://`, as an option. */
function hostProblems(path: (string | number)[], host: string): DriverProblem[] {
  if (/(^|@|\/)-/.test(host)) {
    return [error('option-like', path, 'must not start with -: it would be read as an option')]
  }
  if (/[\s\p{Cc}]/u.test(host) || host === '') {
    return [error('ssh.host', path, 'must be one host, without spaces', 'put further options under ssh.options')]
  }
  return []
}

/** ssh gives its own options to the far host alone; a login at the jump host that needs them fails. */
function onlyFarHost({ identity, options = {} }: SshOptions): DriverProblem[] {
  const login = /^(identit|certificate|pkcs11|preferredauth|pubkey)/i
  const keys = Object.keys(options).filter((key) => login.test(key))
  const paths = [
    ...(identity === undefined ? [] : [['ssh', 'identity']]),
    ...keys.map((key) => ['ssh', 'options', key]),
  ]
  const hint = 'what the jump host needs stands under its Host in ~/.ssh/config, or in the file of ssh.config'
  return paths.map((path) =>
    warning('ssh.jump', path, 'is not used at the jump host: ssh gives it to the far host alone', hint),
  )
}

/** ssh reads a port only behind the name of a jump host. */
function portProblems(host: string): DriverProblem[] {
  if (!/^[^:/]+:\d+$/.test(host)) return []
  return [error('ssh.host', ['ssh', 'to'], 'must be a host without a port', 'to: ssh://deploy@bastion:2222')]
}
