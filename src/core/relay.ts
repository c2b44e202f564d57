/**
 * Exit statuses of p2p's own TCP relay: used by children/relay, read by the tcp driver's table. Avoids Node's (1, 13), the
 * shell's (126, 127) and signals (over 128). A stop has the status of its signal, so that `kill PID` is not a failure.
 */
export const relayExit = {
  usage: 30,
  /** Another process listens on that address and port. */
  portTaken: 31,
  /** The listening address does not belong to this machine. */
  addressUnknown: 32,
  /** This user may not listen on that port (below 1024). */
  portForbidden: 33,
  cannotListen: 34,
  /** Asked to stop by SIGINT, SIGTERM. */
  interrupted: 130,
  terminated: 143,
} as const

/** Environment variable with the path of the file that a relay keeps its counts in. */
export const trafficVariable = 'P2P_TRAFFIC'

/** What a relay has carried since it began, as its file holds it. Bytes that come from the target are `in`. */
export interface CarriedTraffic {
  /** Nonce of the tunnel's attempt: a file may be left from an earlier one. */
  attempt: string
  bytesIn: number
  bytesOut: number
  /** Epoch milliseconds; null: nothing was carried. */
  lastTrafficAt: number | null
}

export const relayDefaults = {
  /** Connections at the same time; each takes two file descriptors. */
  maxConnections: 1024,
  /** Milliseconds without traffic before a connection is closed; 0: never. */
  idleTimeoutMs: 0,
} as const
