/** The nonce of one launch of one tunnel, and the marks that identify its processes. */
import { randomBytes } from 'node:crypto'

/** Environment variable that every process of an attempt inherits. */
export const attemptVariable = 'P2P_ATTEMPT'

/** 128 random bits. */
export function newNonce(): string {
  return randomBytes(16).toString('hex')
}

/** The launcher's argument that carries the nonce: its command line alone proves whose it is. */
export function launcherMark(nonce: string): string {
  return `p2p-shim/${nonce}`
}
