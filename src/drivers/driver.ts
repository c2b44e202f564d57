/** A driver knows one tunnel program: options in, launch specification out. No disk, no process, no clock. */
import type {
  Endpoint,
  ConcurrencyLimit,
  LaunchSpec,
  LogPolicy,
  ExitRule,
  Ready,
  SecretRef,
  StopPolicy,
} from '../core/model.ts'

export interface Driver<Options> {
  /** For help and the reference page. */
  summary: string
  /** What missing options mean, as far as `p2p config` prints it. */
  defaults?: Readonly<Record<string, string | number | boolean>>
  compile(options: Options, tunnel: Basics): Compiled
}

/** What a driver knows beyond its own options. Everything is validated and absolute. */
export interface Basics {
  name: string
  /** From `port` and `bind`; null without `port`. */
  endpoint: Endpoint | null
  /** From `bind`, for options with a port of their own. IPv6 without brackets. */
  bind: string
  /** Further addresses for the same port. */
  moreBinds?: string[]
  /** Those of `ports`, on each address. */
  morePorts?: Endpoint[]
  /** Of the declaring file: base of relative paths in the options. */
  folder: string
  cwd: string
  /**
   * What a command of the user's own says about the tunnel: asked by `up` and `restart`, then recorded. Null: never asked.
   * Absent: no one can be asked.
   */
  ask?: ((argv: string[]) => string | null) | undefined
  accounts: ReadonlyMap<string, Account>
  /** The value of P2P_CONNECTD. */
  connectdProgram: string | null
  /** Fills in {port}, {port.admin}, {host}, {name}, and {port:OTHER} and the like; any other {...} stays. */
  fill(text: string): string
}

/** A remote.it account with its one secret. */
export interface Account {
  name: string
  user: string
  secret:
    | { kind: 'password'; ref: SecretRef }
    | { kind: 'auth-hash'; ref: SecretRef }
    /** connectd's `auth_index` and `auth_token`. */
    | { kind: 'token'; index: number; ref: SecretRef }
}

/** What a driver makes of its options. The tunnel's own keys replace `ready` and `stop`. */
export interface Compiled extends Omit<LogPolicy, 'maxBytes' | 'keep'> {
  launch: LaunchSpec
  /** All local listening addresses; not known before `asked` is. */
  endpoints: Endpoint[]
  asked?: string | null
  target: string
  ready: Ready
  stop: StopPolicy
  outcomes: ExitRule[]
  gate?: ConcurrencyLimit
  problems: DriverProblem[]
}

/** An error or a warning that only the driver can see. */
export interface DriverProblem {
  severity: 'error' | 'warning'
  code: string
  /** Follows the dotted path: `must be 8 hex bytes separated by colons`. */
  message: string
  /** Below the tunnel: `['connectd', 'uid']`. */
  path: (string | number)[]
  hint: string | null
  /** Missing keys under `path`: any of them would do. */
  lacks?: string[]
}
