/** All that is known about one tunnel, gathered for `p2p why`. */
import type { StoredEvent } from '../../core/events.ts'
import type { Row, Stage, TunnelSpec } from '../../core/model.ts'
import type { Facts } from '../../core/decide/future.ts'

export interface WhyFacts {
  row: Row
  /** As launched, else as declared, else as last wanted; null: unknown. */
  spec: TunnelSpec | null
  /** Every tunnel of the project. */
  rows: readonly Row[]
  world: Facts
  /** By the last `up` or `down`. */
  wanted: boolean
  /** The running command that is opening it. */
  claimant: { pid: number; command: string } | null
  /** `suspended`: stopped by SIGSTOP. */
  supervisor: { pid: number; suspended: boolean; unfit: string | null } | null
  /** Who holds its port while it does not run, in words. */
  portHeldBy: string | null
  /** Oldest first. */
  history: readonly StoredEvent[]
  /** The last log line that shows an answer of the far end; null: none; undefined: its program never logs one. */
  handshake: string | null | undefined
  /** The last log line that shows traffic; null and undefined as above. */
  traffic: string | null | undefined
  /** Where its startup is; null: open, not running, or unknown. */
  stage: Pick<Stage, 'awaits' | 'hint'> | null
  /** The last lines of its output. */
  said: readonly string[]
  now: number
}
