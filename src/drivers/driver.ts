/**
 * A driver knows one tunnel program. It is a pure front end: options in, launch specification out, no disk, no process,
 * no clock. What it knows about the program's output and endings leaves as data: patterns and a table.
 */
import type {
  Endpoint,
  ConcurrencyLimit,
  LaunchSpec,
  ExitRule,
  Ready,
  SecretRef,
  Stage,
  StopPolicy,
} from '../core/model.ts'

export interface Driver<Options> {
  /** One line for help and the reference page. */
  summary: string
  /** What is launched where options are left out, as far as `p2p config` prints it. */
  defaults?: Readonly<Record<string, string | number | boolean>>
  compile(options: Options, tunnel: Basics): Compiled
}

/** What a driver may know about its tunnel beyond its own options. Everything is validated and absolute already. */
export interface Basics {
  name: string
  /** From `port` and `bind`; null where the tunnel declares no port. */
  endpoint: Endpoint | null
  /** From `bind`, for listening addresses that the options declare with a port of their own. IPv6 without brackets. */
  bind: string
  /** Base folder of the declaring file: relative paths in the options mean this folder. */
  folder: string
  /** Working directory of the program. */
  cwd: string
  /** Accounts of the project by name. */
  accounts: ReadonlyMap<string, Account>
  /** The value of P2P_CONNECTD, if set. */
  connectdProgram: string | null
  /** Fills in {port}, {host}, {name}, {port:OTHER}, {host:OTHER}; any other {...} stays. */
  fill(text: string): string
}

/** A remote.it account with its one secret. */
export interface Account {
  name: string
  user: string
  secret:
    | { kind: 'password'; ref: SecretRef }
    | { kind: 'auth-hash'; ref: SecretRef }
    /** Token login: connectd's `auth_index` / `auth_token`. */
    | { kind: 'token'; index: number; ref: SecretRef }
}

/** What a driver makes of its options. `ready` and `stop` are defaults that the tunnel's own keys replace. */
export interface Compiled {
  launch: LaunchSpec
  /** Every local listening address; [] for a tunnel that listens nowhere here. */
  endpoints: Endpoint[]
  target: string
  ready: Ready
  stop: StopPolicy
  outcomes: ExitRule[]
  gate?: ConcurrencyLimit
  /** Lines that the program only says for p2p to read: see LogPolicy. */
  noise?: string
  /** Lines in which the program says why a connection through it failed: see LogPolicy. */
  complaint?: string
  /** Lines that only a far end that answered brings about, and lines that say that something was carried: see LogPolicy. */
  handshake?: string
  traffic?: string
  /** How far it is on its way to being open, where it tells: see LogPolicy. */
  stages?: Stage[]
  problems: DriverProblem[]
}

/** A mistake or a warning that only the driver can see. */
export interface DriverProblem {
  severity: 'error' | 'warning'
  code: string
  /** The rest of a sentence that begins with the dotted path: `must be 8 hex bytes separated by colons`. */
  message: string
  /** Keys below the tunnel: ['connectd', 'uid']. */
  path: (string | number)[]
  hint: string | null
  /** Keys under `path` that are missing: any of them would do. */
  lacks?: string[]
}
