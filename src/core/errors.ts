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

/** What the environment may cause at any call: none of these is a bug of p2p. */
const refusals: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EFBIG: 'a file would be too large (ulimit -f)',
  EROFS: 'the file system is read-only',
  EIO: 'input/output error',
  ESTALE: 'its network file system is gone',
  EMFILE: 'too many files are open (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  ENOMEM: 'out of memory',
  EAGAIN: 'a limit of this machine or user is reached',
  EINTR: 'interrupted by a signal',
  ELOOP: 'a symbolic link is in the way',
  ENOTDIR: 'a part of the path is not a folder',
}

/** Why the system refused; never its own message, which repeats the arguments. */
export function systemWords(error: unknown, more: Readonly<Record<string, string>> = {}): string {
  const code = systemCode(error) ?? 'unknown error'
  return more[code] ?? refusals[code] ?? code
}

/** A call that the system refused where no one expects it, named with its cause; null: any other error. */
export function systemRefusal(error: unknown): P2pError | null {
  if (!(error instanceof Error) || !('syscall' in error) || !((systemCode(error) ?? '') in refusals)) return null
  const place = 'path' in error && typeof error.path === 'string' ? ` ${error.path}` : ''
  const call = String(error.syscall).split(' ')[0] ?? ''
  return new P2pError('system.missing', `the system refused ${call}${place}: ${systemWords(error)}`, { cause: error })
}
