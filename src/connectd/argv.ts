/** Reads connectd's command line as 4.6 does: options match on their first characters, -c, -p and -p2 take all that follows. */
import { cutToBytes, decodeBase64, isDottedQuad, readNumber, readPort, readUid, type Uid } from './values.ts'

export type CommandLine =
  | ({ does: 'run'; source: SettingsSource } & Switches)
  /** Prints the usage and ends with status 1; `complaint` is the line printed before it, if any. */
  | { does: 'usage'; complaint: string | null; banner?: false }
  /** The network diagnostics of -n; `connect`: -nc HOST:PORT, `nat`: -nat. */
  | { does: 'diagnose'; what: 'all' | 'nat' }
  | { does: 'diagnose'; what: 'connect'; address: string }
  | { does: 'version' }
  /** Dies of a segmentation fault while it reads its arguments. */
  | { does: 'crash' }

/** Where the settings come from. Arguments of -c, -p and -p2 win over a file, which is then not even read. */
type SettingsSource =
  | { from: 'arguments'; form: InitiatorForm; initiator: Initiator }
  | { from: 'file'; path: string }
  /** -e: a whole provisioning file as base64. */
  | { from: 'inline'; encoded: string }

export type InitiatorForm = '-c' | '-p' | '-p2'

export interface Switches {
  /** -s: status lines, and most exit lines. */
  status: boolean
  /** -i: standard input is not read. */
  console: boolean
  /** -d, with the file that gets the PID. */
  daemon: { pidFile: string | null } | null
  lifetimeS: number | null
  /** -y HOST:PORT, as written. */
  server: string | null
}

/** What -c, -p and -p2 say. Numbers are as connectd takes them, not as they were written. */
export interface Initiator {
  user: string
  secret:
    | { kind: 'password'; password: string }
    | { kind: 'auth-hash'; hash: string }
    | { kind: 'token'; index: number; token: string }
  /** False: neither user nor password was base64, and connectd ends with `UID is not set`. */
  decoded: boolean
  target: Uid
  port: number
  encryption: number
  /** Effective address: anything but a dotted quad has silently become 0.0.0.0. */
  bind: string
  maxDepth: number
  /** Peers that may use the tunnel (-p, -p2): 0.0.0.0 any, 255.255.255.255 the first one. */
  restrict: string | null
  lifetimeMinutes: number
  idleMinutes: number
}

/** `argv` without the program. `version` 4.7 knows -v as well. */
export function readCommandLine(argv: readonly string[], version: '4.6' | '4.7' = '4.6'): CommandLine {
  const switches: Switches = { status: false, console: true, daemon: null, lifetimeS: null, server: null }
  let source: SettingsSource = { from: 'file', path: 'connectd.conf' }

  for (let i = 0; i < argv.length; i++) {
    const option = findOption(argv[i] ?? '')
    if (option === null || (option.name === '-v' && version === '4.6')) return usage
    if (option.takes === 'rest') {
      const initiator = readInitiator(option.name, argv.slice(i + 1))
      if (typeof initiator === 'string' || initiator === null) return { ...usage, complaint: initiator }
      return { does: 'run', source: { from: 'arguments', form: option.name, initiator }, ...switches }
    }
    const next = argv[i + 1]
    const value = option.takes === 'nothing' || (option.takes === 'maybe' && next?.startsWith('-')) ? undefined : next
    if (value !== undefined) i += 1
    else if (option.takes === 'value') return usage

    if ('ends' in option) return option.name === '-nc' ? { ...option.ends, address: value ?? '' } : option.ends
    // A target's identity and channel (-uid, -sn, -sch) change nothing of how an initiator runs.
    if (option.name === '-s') switches.status = true
    else if (option.name === '-i') switches.console = false
    else if (option.name === '-d') switches.daemon = { pidFile: value ?? null }
    else if (option.name === '-life') switches.lifetimeS = readNumber(value ?? '')
    else if (option.name === '-y') switches.server = value ?? null
    else if (option.name === '-e') source = { from: 'inline', encoded: value ?? '' }
    else if (option.name === '-f') {
      source = { from: 'file', path: (value ?? '').slice(0, longestPath).replaceAll('"', '') }
    }
  }
  return { does: 'run', source, ...switches }
}

const longestPath = 4095

const usage = { does: 'usage', complaint: null } as const

/** `ends`: what it does instead of running. Longer prefixes stand before those that they begin with: `-status` is `-s`, but `-sn` is not. */
const options = [
  { name: '-sch', takes: 'value' },
  { name: '-sn', takes: 'value' },
  { name: '-s', takes: 'nothing' },
  { name: '-nat', takes: 'nothing', ends: { does: 'diagnose', what: 'nat' } },
  { name: '-nc', takes: 'value', ends: { does: 'diagnose', what: 'connect', address: '' } },
  { name: '-n', takes: 'nothing', ends: { does: 'diagnose', what: 'all' } },
  { name: '-p2', takes: 'rest' },
  { name: '-p', takes: 'rest' },
  { name: '-c', takes: 'rest' },
  { name: '-f', takes: 'value' },
  { name: '-e', takes: 'value' },
  { name: '-y', takes: 'value' },
  { name: '-d', takes: 'maybe' },
  { name: '-life', prefix: '-l', takes: 'value' },
  { name: '-uid', prefix: '-u', takes: 'value' },
  { name: '-i', takes: 'nothing' },
  { name: '-h', takes: 'nothing', ends: usage },
  // Quiet, as far as that goes (observed).
  { name: '-q', takes: 'nothing', ends: { ...usage, banner: false } },
  { name: '-v', takes: 'nothing', ends: { does: 'version' } },
  { name: '-z', takes: 'nothing', ends: { does: 'crash' } },
] as const

/** The option that a word means; null: connectd knows none. */
export function findOption(word: string): (typeof options)[number] | null {
  return options.find((option) => word.startsWith('prefix' in option ? option.prefix : option.name)) ?? null
}

export const counts: Record<InitiatorForm, readonly number[]> = { '-c': [7, 9], '-p': [10], '-p2': [11] }

/** The values of one form; null: the wrong number of them. A string is what connectd complains of. */
export function readInitiator(form: InitiatorForm, values: readonly string[]): Initiator | string | null {
  if (!counts[form].includes(values.length)) return null
  const account = readAccount(form, values)
  const [uid = '', port = '', encryption = '', bind = '', ...others] = values.slice(form === '-p2' ? 3 : 2)
  if (port.startsWith('U')) return 'UDP proxy is not currently supported'
  if (!port.startsWith('T')) return `Unknown protocol ${port.slice(0, 1)}`

  const restrict = form === '-c' ? null : (others.shift() ?? null)
  const [maxDepth = '', lifetime = '', idle = ''] = others
  return {
    ...account,
    target: readUid(uid),
    port: readPort(port.slice(1)),
    encryption: readNumber(encryption),
    bind: isDottedQuad(bind) ? bind : '0.0.0.0',
    maxDepth: readNumber(maxDepth),
    restrict,
    lifetimeMinutes: readNumber(lifetime),
    idleMinutes: readNumber(idle),
  }
}

function readAccount(
  form: InitiatorForm,
  [user64 = '', second = '', third = '']: readonly string[],
): Pick<Initiator, 'user' | 'secret' | 'decoded'> {
  const decodedUser = decodeBase64(user64)
  const password = form === '-c' ? decodeBase64(second) : null
  const user = cutToBytes(decodedUser ?? '', longestUser)
  const decoded = decodedUser !== null || password !== null
  if (form === '-c') return { user, secret: { kind: 'password', password: password ?? '' }, decoded }
  if (form === '-p') return { user, secret: { kind: 'auth-hash', hash: second }, decoded }
  return { user, secret: { kind: 'token', index: readNumber(second), token: third }, decoded }
}

const longestUser = 124
