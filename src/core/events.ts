/** What happens while a plan is applied. Reporters switch over it; events.ndjson keeps it. */
import type { Endpoint, Problem } from './model.ts'

export type TunnelEvent =
  | { type: 'stopping'; name: string; cause: string; pid: number | null }
  | { type: 'stopped'; name: string; cause: string; ms: number; killed: boolean }
  | { type: 'starting'; name: string; cause: string }
  | { type: 'launched'; name: string; pid: number | null }
  /** Still not open; said again when what is waited for changes. */
  | { type: 'waiting'; name: string; for: string; ms: number }
  | { type: 'open'; name: string; pid: number | null; endpoints: Endpoint[]; target: string; ms: number }
  /** Was there already and stays. */
  | {
      type: 'kept'
      name: string
      pid: number | null
      endpoints: Endpoint[]
      target: string
      cause: string
      open: boolean
    }
  /** Still opening in the background: the command stopped waiting (--no-wait, --wait-timeout, Ctrl-C). */
  | { type: 'left'; name: string; pid: number | null; cause: string }
  | { type: 'failed'; name: string; problem: Problem; lastLines: string[] }
  /** Not tried, because something it needs is not open. */
  | { type: 'skipped'; name: string; cause: string }
  /** Was not running and its record is gone, or there was nothing to do. */
  | { type: 'nothing'; name: string; cause: string }
  /** Stop did not succeed: processes remain. */
  | { type: 'survived'; name: string; pids: number[]; problem: Problem }
  /** It ended without p2p having asked for it, as the supervisor saw or a later command found. */
  | { type: 'exited'; name: string; reason: string; code: string; exitCode: number | null; exitSignal: string | null }
  /**
   * The supervisor opens it again: `inMs` from then on, or (null) once `waitsFor` is open. `tries`: which try in a row
   * that is going to be.
   */
  | { type: 'retrying'; name: string; inMs: number | null; waitsFor: string | null; tries: number; reason: string }

/**
 * An event as stored: when it happened (epoch milliseconds), and to which attempt (null where none was begun yet). Two
 * actors may tell the same fact of one attempt: readers keep the first.
 */
export type StoredEvent = TunnelEvent & { at: number; attempt: string | null }

/** What applying a plan came to; the exit status is a pure function of it. */
export interface ApplyResult {
  /** Last word on each tunnel, in plan order. */
  tunnels: Map<string, TunnelEvent>
  interrupted: boolean
}
