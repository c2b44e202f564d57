/** Errors of a command as a whole, and their exit statuses. */
import type { Diagnostic } from './diagnostic.ts'
import { shortened } from './text/shortened.ts'

/** Shared with cli help. */
export const exitStatusOf = {
  usage: 2,
  'tunnel.unknown': 2,
  'project.ambiguous': 2,
  'config.invalid': 4,
  'config.missing': 4,
  'config.unreadable': 4,
  'project.busy': 5,
  /** The state or runtime folder belongs to another user, is writable by others, or is not a folder. */
  'state.refused': 6,
  /** The state folder can't be read or written (rights, disk full, damaged record). */
  'state.unusable': 6,
  /** The state was written by another build, in a format that this one does not know. */
  'state.version': 6,
  'system.missing': 6,
  /** Ctrl-C while waiting; what stays open was reported. */
  interrupted: 130,
  terminated: 143,
} as const

export type ErrorCode = keyof typeof exitStatusOf

/** `message`: what failed, `details`: where, `hint`: what to try. main.ts reports any other error as a bug. */
export class P2pError extends Error {
  readonly code: ErrorCode
  readonly hint: string | null
  readonly details: Diagnostic[]

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string | undefined; details?: Diagnostic[]; cause?: unknown } = {},
  ) {
    super(shortened(message), more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'P2pError'
    this.code = code
    this.hint = more.hint === undefined ? null : shortened(more.hint)
    this.details = more.details ?? []
  }

  get exitStatus(): number {
    return exitStatusOf[this.code]
  }
}

/** The `code` of a Node system error (`ENOENT`), or null. Its message is never printed: it contains arguments. */
export function systemCode(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return null
}
