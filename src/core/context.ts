/** The environment of one run of p2p, as values: nothing below main.ts reads globals. */
export interface Context {
  cwd: string
  env: Environment
  stdin: Input
  /** Data only. */
  stdout: Output
  stderr: Output
  now: () => number
  /** Aborted by the first Ctrl-C (or TERM): stop waiting. Its reason is the signal's name. */
  interrupted: AbortSignal
  /** From now on `take` gets these signals, and `interrupted` does not, until the returned function is called. */
  takeSignals?: (take: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT') => void) => () => void
  /** Keys as they are typed, one by one and not echoed, until they are released. */
  takeKeys?: (user: KeyUser) => Promise<Keys>
  globals: Globals
  /** p2p runs inside another program, whose open descriptors and umask are its own. */
  isHosted?: boolean
  /** Values that every output masks: code that opens a secret adds it here. */
  masks: string[]
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Who fills the terminal and reads its keys. */
export interface KeyUser {
  /** What the key types (`q`, `?`), else its name: `up`, `return`, `escape`, `ctrl-c`. */
  pressed: (key: string) => void
  resized: () => void
  /** p2p was stopped and continued: anything may have happened to the terminal. */
  continued: () => void
  /** The terminal is gone. */
  closed: () => void
  /** p2p is about to end, by a fault of its own too: puts the terminal back as it was. Called once more at its exit. */
  restore: () => void
}

export interface Keys {
  /** Leaves the keys to a program in the foreground. */
  pause: () => void
  resume: () => void
  /** As Ctrl-Z, which is a key like others; returns when p2p is continued. */
  suspend: () => void
  release: () => void
}

interface Input {
  isTTY: boolean
  /** To its end, but not further than one byte beyond `most`. */
  read: (most: number) => Promise<Uint8Array>
}

export interface Output {
  write: (text: string) => void
  /** Resolves when the reader has taken what was written, or on an interrupt: for output that may not fit into memory. */
  drained?: () => Promise<void>
  isTTY: boolean
  /** Width of the terminal; null: not a terminal, no limit. */
  columns: number | null
  /** Null or absent: not a terminal. */
  rows?: number | null
  colour: boolean
}

/** The flags of every command, environment variables already applied. */
export interface Globals {
  /** -f, in order; empty: look for p2p.yaml. `-` is standard input. */
  files: string[]
  projectName: string | null
  profiles: string[]
  envFiles: string[]
  progress: 'auto' | 'tty' | 'plain' | 'json' | 'quiet'
  quiet: boolean
  lockTimeoutMs: number
  debug: boolean
}
