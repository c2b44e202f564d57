/** One launch of one tunnel: its nonce, and the marks by which its processes are known again. */
import { randomBytes } from 'node:crypto'

/** Environment variable that every process of an attempt inherits. */
export const attemptVariable = 'P2P_ATTEMPT'

/** 128 random bits: no process has it by chance. */
export function newNonce(): string {
  return randomBytes(16).toString('hex')
}

/** Argument of the launcher that carries the nonce: the leader's command line alone proves whose it is. */
export function launcherMark(nonce: string): string {
  return `p2p-shim/${nonce}`
}
