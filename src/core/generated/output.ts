// Generated from schemas/output.schema.json by npm run derive. Do not edit.

/**
 * One tunnel, verified just now. Every key is always there.
 */
export interface Tunnel {
  /**
   * Name of the project.
   */
  project: string
  /**
   * Name of the tunnel.
   */
  name: string
  /**
   * What runs the tunnel; null where neither the file nor the record can tell.
   */
  driver: 'connectd' | 'ssh' | 'tcp' | 'command' | null
  state: State
  /**
   * Why it is in that state, in words for people.
   */
  reason: string | null
  /**
   * The same as a stable code for programs.
   */
  code: string | null
  /**
   * Local address it listens on, IPv6 without brackets; null for a tunnel that listens nowhere here.
   */
  host: string | null
  /**
   * Local port; null for a tunnel that listens nowhere here.
   */
  port: number | null
  /**
   * The tunnel's url with {host}, {port} and {name} filled in.
   */
  url: string | null
  /**
   * The far end, in words for people.
   */
  target: string | null
  /**
   * PID of the tunnel's program while it runs.
   */
  pid: number | null
  /**
   * PID of the launcher, the program's parent, while it runs.
   */
  launcherPid: number | null
  /**
   * When the present or last attempt began (RFC 3339, UTC).
   */
  startedAt: string | null
  /**
   * Seconds since startedAt while anything of it runs.
   */
  uptimeSeconds: number | null
  /**
   * How often it has been started again by itself since the last up.
   */
  restarts: number
  /**
   * Exit code of the program, where it has ended with one.
   */
  exitCode: number | null
  /**
   * Name of the signal that ended the program.
   */
  exitSignal: string | null
  /**
   * When it is tried again (RFC 3339, UTC), in state retrying.
   */
  nextRetryAt: string | null
  next: NextStep
  /**
   * How what runs stands to the project file: as declared, changed since, or no longer declared.
   */
  config: 'in-sync' | 'changed' | 'orphan'
  /**
   * The tunnel's description.
   */
  description: string | null
  /**
   * Every local address it listens on, the first being host and port.
   */
  endpoints: Endpoint[]
  /**
   * The addresses really listened on, as seen just now; empty: none of its own. One may be wider than declared, such as 0.0.0.0.
   */
  listensOn: Endpoint[]
  /**
   * Profiles that turn it on; none: it is always on.
   */
  profiles: string[]
  /**
   * The tunnel's labels.
   */
  labels: {
    [k: string]: string
  }
  /**
   * Absolute path of its log.
   */
  log: string
  /**
   * TCP connections to its local addresses that are open now; null: it does not listen, or the system does not say (macOS).
   */
  connections: number | null
  /**
   * Bytes from the far end since startedAt, counted by p2p's own relay (driver tcp); null: nothing counts them.
   */
  bytesIn: number | null
  /**
   * The same to the far end.
   */
  bytesOut: number | null
  /**
   * Bytes in both directions together since startedAt. The sum of bytesIn and bytesOut; where those are null, about what the program has written, by the kernel's count; null: that shows nothing for this program or system.
   */
  bytesMoved: number | null
  /**
   * When the last byte was seen (RFC 3339, UTC), to the second; null: none yet, or nothing watches.
   */
  lastTrafficAt: string | null
  /**
   * How long the far end took to answer the last healthcheck, connection included; null: no healthcheck asks it through the tunnel (http, tls, banner do), or it did not answer of late.
   */
  roundTripMs: number | null
  /**
   * What its healthcheck says; none where there is no check or nothing to check.
   */
  health: 'none' | 'healthy' | 'unhealthy'
}

/**
 * What happened to a tunnel, one object a line: on standard error while a command works, on standard output of p2p events.
 */
export type TunnelEvent =
  | StoppingEvent
  | StoppedEvent
  | StartingEvent
  | LaunchedEvent
  | WaitingEvent
  | OpenEvent
  | KeptEvent
  | LeftEvent
  | FailedEvent
  | SkippedEvent
  | NothingEvent
  | SurvivedEvent
  | ExitedEvent
  | HealthEvent
  | HookEvent
  | RetryingEvent

/**
 * closed: does not run. opening: on its way. open: proved open just now. unhealthy: runs, but something of it fails. retrying: ended and will be opened again. closing: on its way down. failed: ended, and nobody will try again. unknown: nobody can tell.
 */
export type State = 'closed' | 'opening' | 'open' | 'unhealthy' | 'retrying' | 'closing' | 'failed' | 'unknown'

/**
 * What becomes of a tunnel that is wanted and not open; null: it is open, or not wanted.
 */
export type NextStep = {
  /**
   * opens: once the tunnel `on` is open, or (null) it is on its way. retries: the supervisor tries it again. blocked: it depends on the tunnel `on`, which will not open. none: p2p does nothing more; what runs is left as it is, and may recover by itself.
   */
  what: 'opens' | 'retries' | 'blocked' | 'none'
  /**
   * When it is tried again (RFC 3339, UTC), as far as known.
   */
  at: string | null
  /**
   * The tunnel that it depends on.
   */
  on: string | null
} | null

/**
 * A local address.
 */
export interface Endpoint {
  /**
   * IPv6 without brackets.
   */
  host: string
  /**
   * The port.
   */
  port: number
  /**
   * Its name under `ports`; absent: the tunnel's first port, or a forward.
   */
  name?: string
}

/**
 * It is being closed.
 */
export interface StoppingEvent {
  at: Time
  type: 'stopping'
  name: TunnelName
  /**
   * Why, in words for people.
   */
  cause: string
  /**
   * PID of the tunnel's program, where it is known.
   */
  pid: number | null
}

/**
 * It is closed: none of its processes remains.
 */
export interface StoppedEvent {
  at: Time
  type: 'stopped'
  name: TunnelName
  /**
   * Why, in words for people.
   */
  cause: string
  /**
   * How long that took, in milliseconds.
   */
  ms: number
  /**
   * Whether it did not obey and was killed.
   */
  killed: boolean
}

/**
 * It is being opened.
 */
export interface StartingEvent {
  at: Time
  type: 'starting'
  name: TunnelName
  /**
   * Why, in words for people.
   */
  cause: string
}

/**
 * Its program runs.
 */
export interface LaunchedEvent {
  at: Time
  type: 'launched'
  name: TunnelName
  /**
   * PID of the tunnel's program, where it is known.
   */
  pid: number | null
}

/**
 * It is not open yet.
 */
export interface WaitingEvent {
  at: Time
  type: 'waiting'
  name: TunnelName
  /**
   * What is waited for.
   */
  for: string
  /**
   * For how long already, in milliseconds.
   */
  ms: number
}

/**
 * It has just been proved open.
 */
export interface OpenEvent {
  at: Time
  type: 'open'
  name: TunnelName
  /**
   * PID of the tunnel's program, where it is known.
   */
  pid: number | null
  /**
   * Its local addresses.
   */
  endpoints: Endpoint[]
  /**
   * The far end, in words for people.
   */
  target: string
  /**
   * What a person should know though it is open: its last connection failed, or it listens on more than the declared address. Absent: nothing.
   */
  warnings?: string[]
  /**
   * How long it took since it was launched, in milliseconds.
   */
  ms: number
}

/**
 * It was running already and stays.
 */
export interface KeptEvent {
  at: Time
  type: 'kept'
  name: TunnelName
  /**
   * PID of the tunnel's program, where it is known.
   */
  pid: number | null
  /**
   * Its local addresses.
   */
  endpoints: Endpoint[]
  /**
   * The far end, in words for people.
   */
  target: string
  /**
   * Why, in words for people.
   */
  cause: string
  /**
   * Whether it is open; else it was still being opened.
   */
  open: boolean
  /**
   * What a person should know though it is open: its last connection failed, or it listens on more than the declared address. Absent: nothing.
   */
  warnings?: string[]
}

/**
 * It goes on in the background: nobody waits for it any more.
 */
export interface LeftEvent {
  next?: NextStep
  at: Time
  type: 'left'
  name: TunnelName
  /**
   * PID of the tunnel's program, where it is known.
   */
  pid: number | null
  /**
   * Why, in words for people.
   */
  cause: string
}

/**
 * It did not open, or is not open any more.
 */
export interface FailedEvent {
  next?: NextStep
  at: Time
  type: 'failed'
  name: TunnelName
  problem: Problem
  /**
   * The last lines of its output.
   */
  lastLines: string[]
}

/**
 * It was not tried, because something it needs is not open.
 */
export interface SkippedEvent {
  next?: NextStep
  at: Time
  type: 'skipped'
  name: TunnelName
  /**
   * Why, in words for people.
   */
  cause: string
}

/**
 * There was nothing to do for it.
 */
export interface NothingEvent {
  at: Time
  type: 'nothing'
  name: TunnelName
  /**
   * Why, in words for people.
   */
  cause: string
}

/**
 * It could not be closed: processes remain.
 */
export interface SurvivedEvent {
  at: Time
  type: 'survived'
  name: TunnelName
  /**
   * These.
   */
  pids: number[]
  problem: Problem
}

/**
 * It ended without p2p having asked for it.
 */
export interface ExitedEvent {
  at: Time
  type: 'exited'
  name: TunnelName
  /**
   * Why, in words for people.
   */
  reason: string
  /**
   * The same as a stable code for programs.
   */
  code: string
  /**
   * Exit code of the program, where it has ended with one.
   */
  exitCode: number | null
  /**
   * Name of the signal that ended the program.
   */
  exitSignal: string | null
  /**
   * It was asked to end, by someone outside of p2p. Absent: it was not.
   */
  asked?: true
}

/**
 * Its healthcheck fails, or is answered again.
 */
export interface HealthEvent {
  at: Time
  type: 'health'
  name: TunnelName
  /**
   * What fails, in words for people; null: it is healthy again.
   */
  reason: string | null
}

/**
 * A hook did not do its work. Its tunnel is as it was.
 */
export interface HookEvent {
  at: Time
  type: 'hook'
  name: TunnelName
  /**
   * Which one.
   */
  hook: 'open' | 'unhealthy' | 'failed' | 'closed'
  /**
   * What went wrong, in words for people.
   */
  reason: string
}

/**
 * It will be opened again by itself.
 */
export interface RetryingEvent {
  at: Time
  type: 'retrying'
  name: TunnelName
  /**
   * In how many milliseconds; null: once what it waits for is open.
   */
  inMs: number | null
  /**
   * The tunnel that it needs and that has to be open first.
   */
  waitsFor: string | null
  /**
   * Which try in a row that is going to be.
   */
  tries: number
  /**
   * Why, in words for people.
   */
  reason: string
}

/**
 * When (RFC 3339, UTC).
 */
export type Time = string

/**
 * Name of the tunnel.
 */
export type TunnelName = string

/**
 * What is wrong with a tunnel.
 */
export interface Problem {
  /**
   * Stable code for programs.
   */
  code: string
  /**
   * In words for people.
   */
  reason: string
  /**
   * What to try.
   */
  hint: string | null
  /**
   * Whether trying again can help.
   */
  heals: boolean
}
