/** The types of p2p. Plain data that survives JSON, so that a tunnel can be stopped without the file that declared it. */
import type { DriverName, healthchecks, readyConditions, secretSources, SecretSourceName } from './generated/schema.ts'
import type { Secret } from './text/secret.ts'

export type { DriverName } from './generated/schema.ts'

/** A local listening address. IPv6 hosts are stored without brackets. */
export interface Endpoint {
  host: string
  port: number
  /** Of a port of `ports`. */
  name?: string
}

// ---------------------------------------------------------------------------------------------------------------
// Declared

/** One p2p.yaml (with its overrides and includes), fully resolved. Defaults are applied. */
export interface Project {
  name: string
  /** Real path of the folder of its first file; identifies the project together with `name`. */
  folder: string
  files: string[]
  /** Every declared tunnel in file order, those of inactive profiles included. */
  tunnels: TunnelSpec[]
  /** Tunnels without profiles and those of the requested profiles. */
  active: string[]
  /** Variables that are the source of a secret: no tunnel inherits them. */
  secretVariables: string[]
  /** Names of the accounts that it declares. */
  accounts: string[]
  /** Automatic ports by tunnel name (of `ports`: `api.admin`; of a forward: and where it leads), recorded by `up`. */
  autoPorts: Record<string, number>
}

/** All that is needed to run, observe and stop a tunnel without its driver or its file. */
export interface TunnelSpec {
  name: string
  driver: DriverName
  description: string | null
  labels: Record<string, string>
  /** With {host}, {port}, {name} filled in. */
  url: string | null
  /** What `open` starts, filled in likewise. */
  client?: string[]
  profiles: string[]
  needs: Need[]
  /** Local listening addresses, the first one is shown; may be empty (ssh -R). */
  endpoints: Endpoint[]
  /** The far end, for people: `80:00:..:C2`, `db.internal:5432`, `10.0.0.5:6379`. */
  target: string
  launch: LaunchSpec
  ready: Ready
  health: Health | null
  restart: RestartPolicy
  stop: StopPolicy
  logs: LogPolicy
  /** Absent: none. */
  hooks?: Hooks
  outcomes: ExitRule[]
  /** What a command of the user's said about it (`ssh -G`), recorded for those that must not run it. */
  asked?: string
  /** Limits how many tunnels to the same far end may be opening at once. */
  gate?: ConcurrencyLimit
  /** Hash of what is launched, without policies (see decide/fingerprint.ts). */
  fingerprint: string
}

/** For a far end that refuses too many logins at once: at most `width` tunnels open together. */
export interface ConcurrencyLimit {
  name: string
  width: number
}

export interface Need {
  name: string
  condition: 'open' | 'healthy'
  /** Whether this tunnel is reopened with the one it needs. */
  restart: boolean
}

/** What to run. Tokens replace paths that only the runtime knows, so compiling touches no disk. */
export interface LaunchSpec {
  program: Arg
  args: Arg[]
  env: Record<string, Text>
  files: PrivateFile[]
  cwd: string
  /** Variables that name the socket of a server it may need, and which: `SSH_AUTH_SOCK: ssh-agent`. Not in the fingerprint. */
  sockets?: Record<string, string>
}

/** `file`: path of that private file. `entry`: one of p2p's own programs, run by this Node. */
export type Arg = string | { file: string } | { entry: EntryPoint }
export type EntryPoint = 'relay' | 'supervise' | 'connectd-sim'

/** A file of mode 0600 that exists while the tunnel is up; secrets are filled in at launch. */
export interface PrivateFile {
  name: string
  content: Text
  /** Values that are not secrets but are never printed, by label. */
  hidden?: Record<string, string>
}

/** Literal text, or pieces of text and secrets in order. */
export type Text = string | (string | SecretRef)[]

/** Where to find a secret, never its value. Opened by runtime/secrets only. */
export interface SecretRef {
  source: SecretSource
  /** For messages: `password of account default`. */
  label: string
  limits: SecretLimits
  hint: string
}

export interface SecretLimits {
  maxLength?: number
  /** Source text of an anchored, linear regular expression that the value must match. */
  pattern?: string
  /** What `pattern` requires, for messages: `no blanks`. */
  patternMeans?: string
}

export type SecretSource =
  /** A variable: process environment first, then the .env files in order (absolute paths). */
  | { from: 'env'; name: string; envFiles: string[] }
  | OtherSource[keyof OtherSource]
  /** Text with `${VAR}` in it; it stays unexpanded until launch. Holds no literal secret (see `literal`). */
  | { from: 'template'; text: string; envFiles: string[] }
  /** Written in the file itself, or a template with a literal default. Stored as `***`: only a process that read the file can
   *  launch from it. `expand`: expand `text` like a template. */
  | { from: 'literal'; text: Secret | '***'; expand: boolean; envFiles: string[] }

type OtherSource = {
  [Name in Exclude<SecretSourceName, 'env'>]: { from: Name } & SourceFields[(typeof secretSources)[Name]]
}

/** The other fields of a source, by its main field. */
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

/** The kinds that the schema knows, each check (its first answer), and two of drivers alone. */
export type ReadyCondition =
  | KindsOf<Omit<typeof readyConditions, 'log'>>
  | Check
  /** A line of output since its launch matches. `means`: a description of it. */
  | { kind: 'log'; pattern: string; means?: string }
  | { kind: 'alive'; ms: number }

export type Check = KindsOf<typeof healthchecks>

type KindsOf<Table> = {
  [Kind in keyof Table]: { kind: Kind } & (Table[Kind] extends keyof KindFields ? KindFields[Table[Kind]] : unknown)
}[keyof Table]

/** The fields of a condition or check, by its main field. */
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
  /** `on-failure:N`: give up after N retries in a row. */
  max: number | null
}

export interface StopPolicy {
  signal: StopSignal
  graceMs: number
}
type StopSignal = 'TERM' | 'INT' | 'HUP' | 'QUIT' | 'USR1' | 'USR2' | 'KILL'

/** The program to run for each event, with its arguments. */
export type Hooks = Partial<Record<HookName, string[]>> & { timeoutMs: number }
export type HookName = 'open' | 'unhealthy' | 'failed' | 'closed'

/** From `noise` on: regular expressions over lines of output, absent if the program prints no such lines. */
export interface LogPolicy {
  maxBytes: number
  keep: number
  /** Lines meant only for p2p: in the log, but not shown to people. */
  noise?: string
  /** Lines that say why a connection through it failed (group `why`, and `target` where it has several). */
  complaint?: string
  /** Complaints (`why`: a regular expression) about what lies behind the far end, where reopening changes nothing. */
  complaints?: { why: string; hint: string }[]
  /** Lines that prove that the far end, or `target`, answered; they end a complaint, which otherwise counts for some minutes. */
  handshake?: string
  /** Lines that report relayed data. */
  traffic?: string
  /** Progress towards being open. */
  stages?: Stage[]
  /** Host that it must reach before it can say anything: while it says nothing, p2p checks this machine's network itself. */
  network?: string
}

/** A stage of becoming open; the last matching line of a run is the current one. */
export interface Stage {
  /** Lines (a regular expression) that start it. */
  log: string
  /** What it then waits for, as a noun phrase: `the device's answer`. */
  awaits: string
  hint: string
  /** Whether the network of this machine may be what is missing (`network` of LogPolicy). */
  network?: true
}

/** One row of a driver's table of exits. Of the rows whose conditions all hold, the one with the best evidence applies
 *  (decide/exit-meaning.ts). */
export interface ExitRule {
  when: {
    status?: number
    /** Regular expression over the last lines of output. */
    log?: string
    /** Another one that a line must match, too. */
    also?: string
    /** Only if it exited within so many milliseconds after its launch. */
    withinMs?: number
    /** Only if it had been open (true) or not (false). */
    opened?: boolean
    /** Only on the first try (true) or a later one (false). */
    firstTry?: boolean
  }
  /** `failed`: an unwanted exit. `stopped`: the program was asked to exit. */
  means: 'failed' | 'stopped'
  /** Stable code: `connectd.auth`. */
  code: string
  /** With {port}, {host}, {name}, {holder} (of the port, now) and named groups of `log` filled in. */
  reason: string
  hint: string | null
  /** Whether a retry can help. */
  heals: boolean
  /** Its words count while the program runs, too: it is stopped then. Run in linear time: the file's author chose them. */
  living?: true
  /** Its words follow many causes: they count only if no other row knows the cause. */
  weak?: true
}

// ---------------------------------------------------------------------------------------------------------------
// Recorded

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
  startedAt: number
  bootId: string
  /** Namespace of the PIDs; null if the system has none. */
  pidNamespace: string | null
  restarts: number
  /** Restarts in a row without being open for long in between: sets the next delay. */
  tries: number
  /** Attempts in a row that ended for good since one of the same launch was open; absent: none was since the last `down`. */
  refusals?: number
  /** Time of the next retry (epoch milliseconds); null: none planned. */
  nextAt: number | null
  /** The need that must open first; only while this tunnel is down. */
  waitsFor: string | null
  /** Why its health check failed; null: healthy or not checked. */
  sick: string | null
  /** Since when (epoch milliseconds); only while `sick`. */
  sickSince?: number
  /** What to do about what lies behind its far end, if that is the cause: reopening can't help. Only while `sick`. */
  sickBehind?: string
  logOffset: number
  ready: Ready
  pids: { launcher: number | null; program: number | null }
  /** Why p2p ended the attempt (not ready in time) or could not start it (program missing). */
  verdict: Problem | null
  /** Sockets of this boot that a process took with it when it left the tunnel; absent: none did. */
  escaped?: string[]
  /** When its stop began (epoch milliseconds). */
  stoppingAt: number | null
  /** Id of the inherited environment (runtime/secrets/environment.ts). */
  environment: string
}

export interface Problem {
  /** Stable code: `port.taken`, `program.missing`, `start.exited`, `start.not-ready`, `connectd.auth`. */
  code: string
  reason: string
  hint: string | null
  /** Whether a retry can help. */
  heals: boolean
}

// ---------------------------------------------------------------------------------------------------------------
// Observed

/** One recorded tunnel, just checked against the operating system. */
export interface Observed {
  record: RunRecord
  /** As launched, from specs.json; null if lost or not needed. */
  launched: TunnelSpec | null
  process: ProcessEvidence
  /** The worst of all endpoints. `unchecked`: no endpoint, or nothing runs and nothing listens there. */
  listener: ListenerEvidence
  /** Whether the attempt was proved open (runs/NONCE.ready), or its conditions hold now. */
  readied: boolean
  /** Time of that mark (epoch milliseconds). */
  readiedAt: number | null
  /** Why its newest connection failed, as its program says, and what to do; absent: no failure, or not asked for. */
  complaint?: { why: string; hint: string | null }
  /** Marked as being stopped, but the command that did it is gone; absent: no. */
  stopAbandoned?: boolean
}

export type ProcessEvidence =
  /** Recorded, launcher not seen yet. */
  | { kind: 'starting'; launcher: number | null }
  | { kind: 'running'; launcher: number | null; program: number | null; members: number[]; stopped: boolean }
  /** Its exit is recorded, but processes of its group or with its nonce are still running. */
  | { kind: 'leftover'; members: number[]; status: number | null }
  /** `status`: as a shell reports it (over 128: signal); null: exit status unknown. */
  | { kind: 'gone'; status: number | null; endedAt: number | null; lastLines: string[] }
  | { kind: 'unknown'; why: string; look: string }

export type ListenerEvidence =
  /** `bound`: the addresses really listened on, where a wildcard stands for the declared ones. On `::` with IPV6_V6ONLY
   *  set nothing answers at IPv4: only a trial tells (runtime/tunnel/wait-ready.ts). `sockets`: theirs, in the same order. */
  | { kind: 'ours'; bound?: Endpoint[]; sockets?: string[] }
  /** `ipv6Only`: its own listener on `::` leaves that address alone. */
  | { kind: 'none'; endpoint: Endpoint; ipv6Only?: true }
  | { kind: 'foreign'; endpoint: Endpoint; holder: Holder | null }
  | { kind: 'unchecked' }

/** `pid` null: unknown (another user's process). */
export interface Holder {
  pid: number | null
  command: string | null
  /** Where it is a tunnel of p2p. `isHere`: of this project. */
  tunnel?: { project: string; name: string; isHere: boolean; attempt: string }
}

export const states = ['closed', 'opening', 'open', 'unhealthy', 'retrying', 'closing', 'failed', 'unknown'] as const
export type State = (typeof states)[number]

/** The state of one tunnel, derived only by decide/status.ts. */
export interface Status {
  state: State
  reason: string | null
  code: string | null
  hint: string | null
  /** Whether a retry can help; only for `failed`. */
  heals: boolean
  exitCode: number | null
  exitSignal: string | null
}

/** What becomes of a tunnel that is wanted and not open, derived only by decide/future.ts. */
export interface Next {
  /** `opens`: once `on` is open (null: under way). `retries`: by the supervisor. `blocked`: `on` will not open. `none`: stays as it is. */
  what: 'opens' | 'retries' | 'blocked' | 'none'
  /** Time of the retry (epoch milliseconds). */
  at: number | null
  on: string | null
  /** Of `opens`: `on` must be healthy, too. Not in JSON. */
  healthy?: true
}

/** A running tunnel compared with the file. */
type ConfigState = 'in-sync' | 'changed' | 'orphan'

/** One line of `ps`: a declared or recorded tunnel and its state. */
export interface Row {
  project: string
  name: string
  /** null: recorded, but no longer declared. */
  spec: TunnelSpec | null
  observed: Observed | null
  status: Status
  /** Null: it is open, or not wanted. */
  next: Next | null
  config: ConfigState
  log: string
  /** Absent: not measured, or it does not run. */
  traffic?: Traffic
}

/** What flows through a running tunnel. Null: nothing counts it. `bytesIn` come from the far end. */
export interface Traffic {
  connections: number | null
  bytesIn: number | null
  bytesOut: number | null
  /** Both directions together; about right where those are null. */
  bytesMoved: number | null
  /** Epoch milliseconds. */
  lastTrafficAt: number | null
  /** How long the far end took to answer the last healthcheck; null: none asks it, it did not answer, or long ago. */
  roundTripMs: number | null
}

/** The last answer to a healthcheck that asks the far end, as the supervisor keeps it. */
export interface RoundTrip {
  /** Nonce of the tunnel's attempt: a file may be left from an earlier one. */
  attempt: string
  ms: number
  /** Epoch milliseconds. */
  at: number
}
