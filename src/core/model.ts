/**
 * The words of p2p as types: what a project declares, what is launched, what is seen, what is to be done.
 * Everything here is plain data that survives JSON, so that a tunnel can be stopped without the file that declared it.
 */
import type { DriverName, healthchecks, readyConditions, secretSources, SecretSourceName } from './generated/schema.ts'
import type { Secret } from './text/secret.ts'

export type { DriverName } from './generated/schema.ts'

/** A local listening address. IPv6 hosts are stored without brackets. */
export interface Endpoint {
  host: string
  port: number
}

// ---------------------------------------------------------------------------------------------------------------
// What a project declares

/** One p2p.yaml (with its overrides and includes), fully resolved. Past this type no default is checked again. */
export interface Project {
  name: string
  /** Real path of the folder of the project's first file: with `name` it identifies the project. */
  folder: string
  /** Absolute paths of every file that was read. */
  files: string[]
  /** Every declared tunnel in file order, those of inactive profiles included. */
  tunnels: TunnelSpec[]
  /** Names of the tunnels without profiles and those of the profiles that were asked for. */
  active: string[]
  /** Variables that are a secret's source for any account or tunnel: no tunnel inherits them. */
  secretVariables: string[]
  /** Automatic ports in use, to be kept in the state by `up` (tunnel name to port). */
  autoPorts: Record<string, number>
}

/** One tunnel, complete: all that is needed to run, observe and stop it without its driver or its file. */
export interface TunnelSpec {
  name: string
  driver: DriverName
  description: string | null
  labels: Record<string, string>
  /** With {host}, {port}, {name} filled in. */
  url: string | null
  profiles: string[]
  needs: Need[]
  /** Local listening addresses, the first is the one shown; empty for a tunnel without any (ssh -R). */
  endpoints: Endpoint[]
  /** The far end in words, for people: `80:00:..:C2`, `db.internal:5432`, `10.0.0.5:6379`. */
  target: string
  launch: LaunchSpec
  ready: Ready
  health: Health | null
  restart: RestartPolicy
  stop: StopPolicy
  logs: LogPolicy
  outcomes: ExitRule[]
  /** How many tunnels to the same far end may be opening at once; not given: any number. */
  gate?: ConcurrencyLimit
  /** Hash of what is launched (see core/fingerprint.ts); policies are no part of it. */
  fingerprint: string
}

/** A far end that turns newcomers away when too many come at once: no more than `width` tunnels are opened together. */
export interface ConcurrencyLimit {
  name: string
  width: number
}

export interface Need {
  name: string
  condition: 'open' | 'healthy'
  /** Whether this tunnel is reopened after the one it needs was. */
  restart: boolean
}

/** What to run. Tokens stand where only the runtime knows the path, so compiling a tunnel touches no disk. */
export interface LaunchSpec {
  program: Arg
  args: Arg[]
  env: Record<string, Text>
  files: PrivateFile[]
  /** Absolute working directory. */
  cwd: string
}

/** `file`: path of the private file of that name. `entry`: one of p2p's own programs, run by this Node. */
export type Arg = string | { file: string } | { entry: EntryPoint }
export type EntryPoint = 'relay' | 'supervise' | 'connectd-sim'

/** A file of mode 0600 that exists while the tunnel is up; its secrets are filled in when it is launched. */
export interface PrivateFile {
  name: string
  content: Text
  /** What it holds that is not a secret and yet is never printed by p2p: values by what they are. */
  hidden?: Record<string, string>
}

/** Literal text, or pieces of text and secrets in order. */
export type Text = string | (string | SecretRef)[]

/** Where a secret is to be found, never the secret. Opened by runtime/secrets alone. */
export interface SecretRef {
  source: SecretSource
  /** What is being asked for, in words: `password of account default`. Used in messages. */
  label: string
  limits: SecretLimits
  /** What to do when it is missing or breaks a limit. */
  hint: string
}

export interface SecretLimits {
  maxLength?: number
  /** Source text of an anchored, linear regular expression that the value must match. */
  pattern?: string
  /** What `pattern` asks for, in words: `no blanks`. */
  patternMeans?: string
}

export type SecretSource =
  /** A variable: process environment first, then the .env files in order (absolute paths). */
  | { from: 'env'; name: string; envFiles: string[] }
  | OtherSource[keyof OtherSource]
  /** Text with `${VAR}` in it; it stays unexpanded until launch. Holds no literal secret (see `literal`). */
  | { from: 'template'; text: string; envFiles: string[] }
  /** Written in the file itself, or a template with a literal default. Prints and stores as `***`: only the process that
   *  read the file can launch from it. `text` is expanded like a template when `expand` says so. */
  | { from: 'literal'; text: Secret | '***'; expand: boolean; envFiles: string[] }

type OtherSource = {
  [Name in Exclude<SecretSourceName, 'env'>]: { from: Name } & SourceFields[(typeof secretSources)[Name]]
}

/** What stands under the key of a source, by the field that holds it. */
interface SourceFields {
  name: { name: string }
  path: { path: string }
  argv: { argv: string[]; cwd: string }
}

// ---------------------------------------------------------------------------------------------------------------
// Policies

export interface Ready {
  /** All must hold. */
  conditions: ReadyCondition[]
  timeoutMs: number
}

/** The kinds that the schema knows, and two of drivers alone. */
export type ReadyCondition =
  | KindsOf<Omit<typeof readyConditions, 'log'>>
  /** A line of the tunnel's own output since its launch matches this regular expression. `means`: what it is, in words. */
  | { kind: 'log'; pattern: string; means?: string }
  /** The process lives for that long. */
  | { kind: 'alive'; ms: number }

export type Check = KindsOf<typeof healthchecks>

type KindsOf<Table> = {
  [Kind in keyof Table]: { kind: Kind } & (Table[Kind] extends keyof KindFields ? KindFields[Table[Kind]] : unknown)
}[keyof Table]

/** What stands under the key of a condition or check, by the field that holds it. */
interface KindFields {
  pattern: { pattern: string }
  path: { path: string }
  argv: { argv: string[] }
  value: { value: string }
}

export interface Health {
  check: Check
  intervalMs: number
  timeoutMs: number
  retries: number
}

export interface RestartPolicy {
  when: 'no' | 'on-failure' | 'always'
  /** `on-failure:N`: give up after N tries in a row. */
  max: number | null
}

export interface StopPolicy {
  signal: StopSignal
  graceMs: number
}
type StopSignal = 'TERM' | 'INT' | 'HUP' | 'QUIT' | 'USR1' | 'USR2' | 'KILL'

export interface LogPolicy {
  maxBytes: number
  keep: number
  /**
   * Lines that a program only says for p2p to read (a regular expression): they are in the log, and are left out where
   * people read it. Not given: there are none.
   */
  noise?: string
  /**
   * Lines in which the program says why a connection through it failed (a regular expression whose group `why` is the
   * reason): they tell a dead far end from a frozen one. Not given: it says nothing of the kind.
   */
  complaint?: string
  /** Lines (a regular expression) that only a far end that answered brings about. Not given: it says nothing of the kind. */
  handshake?: string
  /** Lines (a regular expression) that say that something was carried. Not given: it says nothing of the kind. */
  traffic?: string
  /** How far it is on its way to being open, where it tells. Not given: it says nothing of the kind. */
  stages?: Stage[]
}

/** A stretch of a program's way to being open. The last line of a run that begins one says in which it is. */
export interface Stage {
  /** Lines (a regular expression) that begin it. */
  log: string
  /** What it waits for then, as the object of a sentence: `the device's answer`. */
  awaits: string
  /** What to do about it when it stays there. */
  hint: string
}

/**
 * One row of a driver's table of endings: what this ending means and what to do about it. The first row whose
 * conditions all hold applies.
 */
export interface ExitRule {
  when: {
    status?: number
    /** Regular expression over the tunnel's last lines of output. */
    log?: string
    /** Only when it ended within so many milliseconds after its launch. */
    withinMs?: number
    /** Only when it had been open (true) or had not yet (false). */
    opened?: boolean
    /** Applies only to the first try (true), or only to later ones (false). */
    firstTry?: boolean
  }
  /** `failed`: an unwanted exit. `stopped`: the program was asked to exit. */
  means: 'failed' | 'stopped'
  /** Stable code: `connectd.auth`. */
  code: string
  /** In the user's words; {port}, {host}, {name}, {holder} (of the port, now) and named groups of `log` are filled in. */
  reason: string
  hint: string | null
  /** Whether trying again can help. */
  heals: boolean
}

// ---------------------------------------------------------------------------------------------------------------
// What is recorded

/** Name of the supervisor's own record; no tunnel can have it. */
export const supervisorName = '@supervisor'

/** A tunnel's entry in state.json. PIDs are a hint, never trusted unless the process carries the nonce. */
export interface RunRecord {
  name: string
  /** Nonce of the attempt: 32 hex digits. */
  attempt: string
  fingerprint: string
  driver: DriverName
  endpoints: Endpoint[]
  target: string
  /** Milliseconds since the epoch, when the attempt was committed. */
  startedAt: number
  bootId: string
  /** PID namespace the PIDs belong to; null where the system has none. */
  pidNamespace: string | null
  /** How often the supervisor has started it again since the last `up`. */
  restarts: number
  /** How many of these in a row, without being open for long in between: sets the delay before the next. */
  tries: number
  /** When the supervisor tries again (epoch milliseconds); null: no retry is planned. */
  nextAt: number | null
  /** The tunnel it needs and that has to be open first; only while it is down. */
  waitsFor: string | null
  /** Why the supervisor found the way through the tunnel broken; null: it did not, or no supervisor looks. */
  sick: string | null
  /** When it found it so (epoch milliseconds); only while it is sick. */
  sickSince?: number
  /** Size of the log when the attempt began. */
  logOffset: number
  /** What must hold to call it open, as launched. */
  ready: Ready
  pids: { launcher: number | null; program: number | null }
  /** Set by who ended the attempt for a reason (not ready in time), or could not begin it (program missing). */
  verdict: Problem | null
  /** Set while it is being stopped (epoch milliseconds). */
  stoppingAt: number | null
  /** Which snapshot of the environment it inherited (runtime/environment.ts). */
  environment: string
}

/** What is wrong with one tunnel: what failed, and what to try. */
export interface Problem {
  /** Stable code: `port.taken`, `program.missing`, `start.exited`, `start.not-ready`, `connectd.auth`. */
  code: string
  reason: string
  hint: string | null
  /** Whether trying again can help. */
  heals: boolean
}

// ---------------------------------------------------------------------------------------------------------------
// What is seen

/** One recorded tunnel, checked against the operating system just now. */
export interface Observed {
  record: RunRecord
  /** As it was launched, where specs.json could tell; read only where the file alone does not say enough. */
  launched: TunnelSpec | null
  process: ProcessEvidence
  /** Over all endpoints: worst one wins. `unchecked`: no endpoint, or nothing of it runs and no other process listens there. */
  listener: ListenerEvidence
  /** Whether the attempt was proved open once (runs/NONCE.ready), or its conditions hold now by a reader's own look. */
  readied: boolean
  /** When that was (epoch milliseconds), where the mark tells. */
  readiedAt: number | null
}

export type ProcessEvidence =
  /** Intent on record, launcher not seen yet. */
  | { kind: 'starting'; launcher: number | null }
  | { kind: 'running'; launcher: number | null; program: number | null; members: number[]; stopped: boolean }
  /** The launcher has recorded an ending, but members of its group or bearers of its nonce remain. */
  | { kind: 'leftover'; members: number[]; status: number | null }
  /** `status`: as a shell would report it (over 128: signal); null: killed, exit status unknown. */
  | { kind: 'gone'; status: number | null; endedAt: number | null; lastLines: string[] }
  | { kind: 'unknown'; why: string; look: string }

export type ListenerEvidence =
  | { kind: 'ours' }
  | { kind: 'none'; endpoint: Endpoint }
  | { kind: 'foreign'; endpoint: Endpoint; holder: Holder | null }
  | { kind: 'unchecked' }

/** Who holds a port. `pid` is null where the system does not tell (another user's process). */
export interface Holder {
  pid: number | null
  command: string | null
}

export const states = ['closed', 'opening', 'open', 'unhealthy', 'retrying', 'closing', 'failed', 'unknown'] as const
export type State = (typeof states)[number]

/** The verdict over one tunnel, derived from evidence by core/status.ts and by nothing else. */
export interface Status {
  state: State
  reason: string | null
  code: string | null
  hint: string | null
  /** Whether trying again can help; only meaningful for `failed`. */
  heals: boolean
  exitCode: number | null
  exitSignal: string | null
}

/** How a running tunnel stands to the file. */
export type ConfigState = 'in-sync' | 'changed' | 'orphan'

/** One line of `ps`: a declared or recorded tunnel and the verdict over it. */
export interface Row {
  project: string
  name: string
  /** null: recorded, but no longer declared. */
  spec: TunnelSpec | null
  observed: Observed | null
  status: Status
  config: ConfigState
  /** Absolute path of the tunnel's log. */
  log: string
}
