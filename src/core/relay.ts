/**
 * How p2p's own TCP relay ends: written by children/relay, read by the tcp driver's table of endings.
 *
 * The numbers keep clear of what others mean by theirs: 1 and 13 are Node's (a crash), 126 and 127 the shell's, and over
 * 128 stands for a signal. A stop has the status that a shell gives to the signal, so that `kill PID` is not taken for a failure.
 */
export const relayExit = {
  /** Its command line makes no sense. */
  usage: 30,
  /** Another process listens on that address and port. */
  portTaken: 31,
  /** The address to listen on does not belong to this machine. */
  addressUnknown: 32,
  /** This user may not listen on that port (below 1024). */
  portForbidden: 33,
  /** Any other refusal of the operating system to listen. */
  cannotListen: 34,
  /** Asked to stop by SIGINT, SIGTERM. */
  interrupted: 130,
  terminated: 143,
} as const

/** What a relay allows by default. */
export const relayDefaults = {
  /** Connections at the same time; each takes two file descriptors. */
  maxConnections: 1024,
  /** Milliseconds without a byte in either direction after which a connection is closed; 0: never. */
  idleTimeoutMs: 0,
} as const
