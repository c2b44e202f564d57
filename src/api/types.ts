/** What programs see of p2p. Published as it is: only types, and nothing of other rooms. */
import type { Tunnel, TunnelEvent } from '../core/generated/output.ts'

export interface ProjectOptions {
  /** Where to look for p2p.yaml, upwards (default: the working folder). Relative names of `files` are found from here. */
  cwd?: string | undefined
  /** Project files; more than one are merged, as `-f` does. */
  files?: readonly string[] | undefined
  /** As `-p`. */
  name?: string | undefined
  /** Profiles to turn on. */
  profiles?: readonly string[] | undefined
  /** Variables of the project file and of the tunnels' programs (default: those of this process). */
  env?: Readonly<Record<string, string | undefined>> | undefined
}

export interface Call {
  /** Tunnels by name or pattern (`pi-*`); none: all of the project. */
  names?: readonly string[] | undefined
  /** Ends the call, which rejects with the signal's reason; what was launched keeps running, as after Ctrl-C. */
  signal?: AbortSignal | undefined
}

export interface UpOptions extends Call {
  /** False: return as soon as they are launched. */
  wait?: boolean | undefined
  /** Stop waiting after so many milliseconds; they keep opening. */
  waitTimeoutMs?: number | undefined
}

export interface WaitOptions extends Call {
  for?: 'open' | 'closed' | 'healthy' | undefined
  /** One of them is enough. */
  any?: boolean | undefined
  timeoutMs?: number | undefined
}

export interface EventsOptions extends Call {
  /** Only what happened since. */
  since?: Date | undefined
  /** Go on as more happens, until the loop is left or the signal is aborted. */
  follow?: boolean | undefined
}

/** A project's tunnels. Every call reads the file and the record again. All reject with a `P2pError` where p2p can't do it. */
export interface Project {
  /** Opens tunnels. Resolves with how they are then: some may have failed. */
  up: (options?: UpOptions) => Promise<Tunnel[]>
  /** Closes tunnels. Resolves with how they are then. */
  down: (options?: Call) => Promise<Tunnel[]>
  /** How they are, verified just now. Starts nothing. */
  ps: (options?: Call) => Promise<Tunnel[]>
  /** Resolves with true as soon as it holds; with false when it can no longer hold, or time is up. */
  wait: (options?: WaitOptions) => Promise<boolean>
  /** What happened, oldest first. */
  events: (options?: EventsOptions) => AsyncIterable<TunnelEvent>
}

/** What p2p could not do. */
export interface P2pError extends Error {
  name: 'P2pError'
  /** Stable, for programs: `config.invalid`, `project.busy`, ... */
  code: string
  /** What to try. */
  hint: string | null
}

/** @throws P2pError where there is no valid p2p.yaml, and none on record for that place. */
export type OpenProject = (options?: ProjectOptions) => Promise<Project>
