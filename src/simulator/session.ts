/** Turns command line and provisioning file into a session as connectd 4.6 does, including its defaults and traps. */
import { readFileSync } from 'node:fs'
import type { InitiatorForm, CommandLine, Initiator, Switches } from '../connectd/argv.ts'
import type { ExitName } from '../connectd/exits.ts'
import type { KeyName } from '../connectd/keys.ts'
import { kindOf, readProvisioning, type Provisioning } from '../connectd/provisioning.ts'
import { byteLength, decodeBase64, readNumber, readPort, readUid, zeroUid, type Uid } from '../connectd/values.ts'

export interface Session {
  /** `console`: logged in, without a tunnel, waiting for commands. */
  kind: 'initiator' | 'console' | 'target'
  status: boolean
  source:
    | { from: 'file'; path: string; signed: boolean }
    | { from: 'inline'; signed: boolean }
    | { from: InitiatorForm; port: number; restrict: string | null }
  user: string
  /** Number of the login token of -p2, printed instead of the user. */
  tokenIndex: number | null
  /** Whether user and secret are both present; their values don't matter. */
  credentials: boolean
  remote: Uid
  bind: string
  port: number
  encryption: number
  /** A target's own UID; others get one made up. */
  device: string
  destination: { host: string; port: string }
  server: Server
  /** -life, and the minutes of -c and -p; null: for ever. */
  lifetimeMs: number | null
  readsInput: boolean
}

type FromArguments = Session['source'] & { from: InitiatorForm }

interface Server {
  host: string
  port: string
  /** Whether an overlong password has overwritten the host. */
  spoiled: boolean
}

/** A run that ends before it starts. `header`: whether the lines of a normal start come first. */
export type Refusal = { header: boolean } & (
  | { ends: 'status 1'; line: string }
  /** A segmentation fault, or an endless loop. */
  | { ends: 'crash' | 'hang'; line: string }
  | { ends: 'exit'; exit: ExitName }
)

interface Opening {
  source: Session['source']
  session: Session | Refusal
}

interface OpenOptions {
  version: '4.6' | '4.7'
  signOk: boolean
}

export function openSession(command: CommandLine & { does: 'run' }, options: OpenOptions): Opening {
  const { source } = command
  switch (source.from) {
    case 'arguments': {
      const { initiator, form: from } = source
      return fromArguments({ from, port: initiator.port, restrict: initiator.restrict }, initiator, command)
    }
    case 'inline': {
      const bytes = Buffer.from(decodeBase64(source.encoded) ?? '')
      return fromFile({ from: 'inline', signed: false }, bytes, command, options)
    }
    case 'file':
      return fromFile({ ...source, signed: false }, bytesOf(source.path), command, options)
  }
}

/** None of a file that can't be read. */
function bytesOf(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch {
    return new Uint8Array()
  }
}

function fromArguments(source: FromArguments, initiator: Initiator, switches: Switches): Opening {
  const { secret } = initiator
  const refuse = (refusal: Refusal): Opening => ({ source, session: refusal })
  if (!initiator.decoded) return refuse({ header: true, ends: 'status 1', line: 'UID is not set (all zeros), exiting' })
  const password = secret.kind === 'password' ? secret.password : ''
  if (byteLength(password) >= hopelessPassword) return refuse({ header: true, ends: 'exit', exit: 'unknown' })
  const session: Session = {
    kind: 'initiator',
    status: switches.status,
    source,
    user: initiator.user,
    tokenIndex: secret.kind === 'token' ? secret.index : null,
    credentials: initiator.user !== '' && (password !== '' || secret.kind !== 'password'),
    remote: initiator.target,
    bind: initiator.bind,
    port: initiator.port,
    encryption: initiator.encryption,
    device: zeroUid,
    destination: noDestination,
    server: overwritten(givenServer(switches.server), password),
    lifetimeMs: lifetimeOf(switches, initiator.lifetimeMinutes),
    readsInput: false,
  }
  return { source, session }
}

/** Observed: 200 characters end with status 25 (40 only spoil the server's name; the exact limit is unknown). */
const hopelessPassword = 200

/** 4.6 keeps the password of -c in 32 bytes, followed by the server's name. */
function overwritten(server: Server, password: string): Server {
  const length = byteLength(password)
  if (length < passwordRoom - 1) return server
  const host = password.slice(passwordRoom)
  return { ...server, host, spoiled: host !== '' }
}

const passwordRoom = 32

function fromFile(
  source: Exclude<Session['source'], FromArguments>,
  bytes: Uint8Array,
  switches: Switches,
  options: OpenOptions,
): Opening {
  if (bytes.length === 0) {
    return { source, session: { header: false, ends: 'status 1', line: '+failed to read config file/blob.' } }
  }
  const file = readProvisioning(bytes, { lastLine: options.version === '4.7' ? 'read' : 'dropped' })
  const read = { ...source, signed: file.signed }
  return { source: read, session: refusalOf(file, options) ?? fromSettings(file, read, switches) }
}

function refusalOf(file: Provisioning, { signOk }: OpenOptions): Refusal | null {
  if (file.fatal !== null) {
    const { effect, because, number } = file.fatal
    return { header: false, ends: effect, line: `${fatalReasons[because]} in line ${number}` }
  }
  if (file.signed && !signOk) {
    const line = 'Provisioning File Signature Failure/Corrupt (0).\n+failed to read config file/blob.'
    return { header: false, ends: 'status 1', line }
  }
  const kind = kindOf(file)
  if (kind === 'disabled') {
    const line = 'remot3.it connectd Has Been Disabled by Configuration.  Exiting Now.'
    return { header: true, ends: 'status 1', line }
  }
  if (kind === 'nothing' || (kind === 'initiator' && !file.settings.has('user_id'))) {
    return { header: true, ends: 'status 1', line: 'Adapter is not set, no UID provided or config is corrupt, exiting' }
  }
  return null
}

const fatalReasons = {
  'no value': 'a key without value',
  'too long': 'more than 1020 characters',
  'no dotted quad': 'proxy_bind_address is not a dotted quad',
}

function fromSettings(file: Provisioning, source: Session['source'], switches: Switches): Session {
  const value = (name: KeyName): string | null => file.settings.get(name)?.value ?? null
  const kind = kindOf(file)
  const user = value('user_id') ?? ''
  const secret = value('auth_pass') ?? value('auth_hash') ?? value('auth_token')
  const override = value('server_override')
  const isTarget = kind === 'target'
  return {
    kind: isTarget ? 'target' : kind === 'initiator' ? 'initiator' : 'console',
    status: switches.status,
    source,
    user,
    tokenIndex: null,
    credentials: isTarget || (user !== '' && secret !== null),
    remote: readUid(value('remote_address') ?? zeroUid),
    bind: value('proxy_bind_address') ?? '0.0.0.0',
    port: readPort(value('proxy_local_port') ?? '0'),
    encryption: readNumber(value('encryption') ?? '2'),
    device: isTarget ? readUid(value('UID') ?? zeroUid).uid : zeroUid,
    destination: {
      host: value('proxy_dest_ip') ?? noDestination.host,
      port: value('proxy_dest_port') ?? noDestination.port,
    },
    server:
      switches.server === null && override !== null
        ? { host: override, port: value('yoics_server1_port') ?? servicePort, spoiled: false }
        : givenServer(switches.server),
    lifetimeMs: lifetimeOf(switches, 0),
    readsInput: kind !== 'initiator' && switches.console,
  }
}

function givenServer(address: string | null): Server {
  const [host = '', port = servicePort] = address?.split(':') ?? []
  return { host, port, spoiled: false }
}

const servicePort = '5959'
const noDestination = { host: '127.0.0.1', port: '80' }

function lifetimeOf({ lifetimeS }: Switches, minutes: number): number | null {
  if (lifetimeS !== null && lifetimeS > 0) return lifetimeS * 1000
  return minutes > 0 ? minutes * 60_000 : null
}
