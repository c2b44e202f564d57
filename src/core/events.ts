/** What happens to tunnels, for reporters and events.ndjson. */
import type { Endpoint, HookName, Next, Problem } from './model.ts'

export type TunnelEvent =
  | { type: 'stopping'; name: string; cause: string; pid: number | null }
  | { type: 'stopped'; name: string; cause: string; ms: number; killed: boolean }
  | { type: 'starting'; name: string; cause: string }
  | { type: 'launched'; name: string; pid: number | null }
  /** Not open yet; repeated when what it waits for changes. */
  | { type: 'waiting'; name: string; for: string; ms: number }
  /** `warnings`: what a person should know though it is open; absent: nothing. */
  | {
      type: 'open'
      name: string
      pid: number | null
      endpoints: Endpoint[]
      target: string
      ms: number
      warnings?: string[]
    }
  | {
      type: 'kept'
      name: string
      pid: number | null
      endpoints: Endpoint[]
      target: string
      cause: string
      open: boolean
      warnings?: string[]
    }
  /** Still opening in the background: the command stopped waiting (--no-wait, --wait-timeout, Ctrl-C). */
  | { type: 'left'; name: string; pid: number | null; cause: string; next?: Next | null }
  | { type: 'failed'; name: string; problem: Problem; lastLines: string[]; next?: Next | null }
  | { type: 'skipped'; name: string; cause: string; next?: Next | null }
  /** Was not running, or there was nothing to do. */
  | { type: 'nothing'; name: string; cause: string }
  | { type: 'survived'; name: string; pids: number[]; problem: Problem }
  /** It exited without p2p stopping it, as seen by the supervisor or a later command. */
  | {
      type: 'exited'
      name: string
      reason: string
      code: string
      exitCode: number | null
      exitSignal: string | null
      /** Someone outside of p2p asked it to exit; absent: no one did. */
      asked?: true
    }
  /** Its healthcheck fails (`reason`), or (null) is answered again. */
  | { type: 'health'; name: string; reason: string | null }
  /** A hook did not do its work. */
  | { type: 'hook'; name: string; hook: HookName; reason: string }
  /** The supervisor will reopen it after `inMs`, or (null) once `waitsFor` is open. `tries`: number of that retry in a row. */
  | {
      type: 'retrying'
      name: string
      inMs: number | null
      waitsFor: string | null
      tries: number
      reason: string
      next?: Next
    }

/** Cause of `nothing` where `down` ends the retries of a tunnel that was not running. */
export const retriesEnded = 'not running; retries ended'

/** A start that did not end with an open tunnel. `next`: what becomes of it; absent: recorded by an earlier build. */
export type Unopened = Extract<TunnelEvent, { type: 'failed' | 'skipped' | 'left' }>

export function isUnopened(event: TunnelEvent): event is Unopened {
  return event.type === 'failed' || event.type === 'skipped' || event.type === 'left'
}

/** `attempt` null: before the launch. Two processes may report the same fact of one attempt: readers keep the first. */
export type StoredEvent = TunnelEvent & { at: number; attempt: string | null }

/** The result of `apply`; the exit status is a pure function of it. */
export interface ApplyResult {
  /** The last event of each tunnel, in plan order. */
  tunnels: Map<string, TunnelEvent>
  interrupted: boolean
}
