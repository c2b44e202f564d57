/** All that is known about one tunnel, gathered for `p2p why`. */
import type { StoredEvent } from '../../core/events.ts'
import type { Row, Stage, TunnelSpec } from '../../core/model.ts'
import type { ObservedProject } from '../../core/decide/reconcile.ts'

export interface WhyFacts {
  row: Row
  /** Its specification: as launched, else as declared, else as it was last wanted; null: none is known any more. */
  spec: TunnelSpec | null
  /** Every tunnel of the project, for those that it needs. */
  rows: readonly Row[]
  world: ObservedProject
  /** Whether the last `up` or `down` that was about it wants it open. */
  wanted: boolean
  /** The command that is about to open it, or waits for it to become open; null: none lives. */
  claimant: { pid: number; command: string } | null
  /** `suspended`: by a signal (SIGSTOP); null: there is none. */
  supervisor: { pid: number; suspended: boolean } | null
  /** Who holds its port while it does not run, in words; null: no process does, or it runs. */
  portHeldBy: string | null
  /** What happened to it, oldest first. */
  history: readonly StoredEvent[]
  /** The last line that only a far end that answered brings about; null: none. Undefined: its program says no such thing. */
  handshake: string | null | undefined
  /** The last line that says that something was carried; null and undefined as above. */
  traffic: string | null | undefined
  /** How far it is on its way to being open; null: it is open or does not run, or its program does not tell. */
  stage: Stage | null
  /** The last lines of its output. */
  said: readonly string[]
  /** Epoch milliseconds. */
  now: number
}
