/** How a command as a whole can fail, and with which exit status. */
import type { Diagnostic } from './diagnostic.ts'

/** Every way in which a command as a whole can fail, and the exit status that says so (shared with cli help). */
export const exitStatusOf = {
  /** Unknown flag, command, wrong value. */
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
  'system.missing': 6,
  /** Ctrl-C while waiting; what stays open has been said. */
  interrupted: 130,
  terminated: 143,
} as const

export type ErrorCode = keyof typeof exitStatusOf

/**
 * The one error class. What failed is `message`, where is `at` or `details`, what to try is `hint`.
 * Anything else that reaches the catch in main.ts is a bug of ours and says so.
 */
export class P2pError extends Error {
  readonly code: ErrorCode
  readonly hint: string | null
  /** Every error found, in file order. */
  readonly details: Diagnostic[]

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string | undefined; details?: Diagnostic[]; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'P2pError'
    this.code = code
    this.hint = more.hint ?? null
    this.details = more.details ?? []
  }

  get exitStatus(): number {
    return exitStatusOf[this.code]
  }
}

/** The `code` of a Node system error (`ENOENT`), or null. Its message is never printed: it repeats arguments. */
export function systemCode(error: unknown): string | null {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return null
}
