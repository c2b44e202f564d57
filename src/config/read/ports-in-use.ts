/** What loading a project needs from outside of its files. */
import type { Endpoint } from '../../core/model.ts'

/** Given by the commands: config looks at no socket. */
export interface PortsInUse {
  /** Automatic ports that `up` has recorded, by tunnel name. */
  recorded(project: { name: string; folder: string }): Record<string, number>
  /** What the command `argv` says about a tunnel, asked now or as recorded; null: never asked. */
  ask?: (project: { name: string; folder: string }, tunnel: string, argv: string[]) => string | null
  /** Whether another program uses that address now. */
  taken(endpoint: Endpoint): boolean
}
