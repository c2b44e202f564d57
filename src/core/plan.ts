/** Goals and plans: made by reconcile, printed by report/plan.ts, carried out by apply. */
import type { Project, RunRecord, TunnelSpec } from './model.ts'

export type Goal =
  | {
      want: 'up'
      project: Project
      /** Tunnels to open, including their needs unless excluded. */
      names: string[]
      recreate: 'changed' | 'always' | 'never'
      /** With 'always': why, in the user's words; absent: requested. */
      causes?: ReadonlyMap<string, string>
      orphans: 'keep' | 'remove'
      /** Open them even if what they need, and is not among `names`, is not open. */
      ignoreNeeds?: boolean
      /** What is not wanted yet is opened for this process alone, and closed with it. */
      forUse?: boolean
    }
  | {
      want: 'down'
      /** Recorded or declared tunnels to close. */
      names: string[]
      /** Also everything recorded or wanted once the lock is held. */
      everything?: boolean
    }

export type UpGoal = Extract<Goal, { want: 'up' }>

/** `after`: indices of actions that must be complete first (for a start: the tunnel is open). */
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
    /** Keeps running; policies of `spec` are applied in place. `awaits`: not open yet. */
    | { do: 'keep'; record: RunRecord; spec: TunnelSpec | null; awaits: boolean }
    | { do: 'forget'; record: RunRecord }
    /** Unknown what runs, so nothing may be done. */
    | { do: 'refuse'; record: RunRecord; look: string; code: string }
    | { do: 'nothing' }
  )

export interface Plan {
  actions: Action[]
  /** Further notes for the user, such as orphans. */
  notices: string[]
}
