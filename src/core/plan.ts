/** What is to be done, as data: made by reconcile, printed by formatPlan, walked by apply. */
import type { Project, RunRecord, TunnelSpec } from './model.ts'

/** What a command wants of the world. */
export type Goal =
  | {
      want: 'up'
      project: Project
      /** Tunnels to open: already selected, what they need included unless asked otherwise. */
      names: string[]
      /** Those of `names` that must be replaced even when nothing changed, and never even when something did. */
      recreate: 'changed' | 'always' | 'never'
      /** With 'always': why, in the user's words; else that it was asked for. */
      causes?: ReadonlyMap<string, string>
      orphans: 'keep' | 'remove'
    }
  | {
      want: 'down'
      /** Recorded or declared tunnels to close. */
      names: string[]
      /** Besides: whatever is on record or wanted when the lock is held. */
      everything?: boolean
    }

export type UpGoal = Extract<Goal, { want: 'up' }>

/** `after`: indices of actions of the same plan that must be complete first (a start: the tunnel open). */
interface ActionBase {
  name: string
  /** Why, in the user's words: `port changed 33000 -> 33010`. */
  cause: string
  after: number[]
}

export type Action = ActionBase &
  (
    | { do: 'start'; spec: TunnelSpec }
    | { do: 'stop'; record: RunRecord; spec: TunnelSpec | null }
    /** Runs and stays; `spec` carries policies that are applied in place. `awaits`: it is not open yet. */
    | { do: 'keep'; record: RunRecord; spec: TunnelSpec | null; awaits: boolean }
    /** Nothing runs; only the record is removed. */
    | { do: 'forget'; record: RunRecord }
    /** Nothing may be done because it is unknown what runs. */
    | { do: 'refuse'; record: RunRecord; look: string }
    /** Nothing is there and nothing is wanted. */
    | { do: 'nothing' }
  )

export interface Plan {
  actions: Action[]
  /** What the user should know besides: orphans, policies that wait for a supervisor. */
  notices: string[]
}
