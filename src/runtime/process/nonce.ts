/** The nonce of one launch of one tunnel, and the marks that identify its processes. */
import { randomBytes } from '../machine.ts'

/** 128 random bits. */
export function newNonce(): string {
  return randomBytes(16).toString('hex')
}

/** The launcher's argument that carries the nonce: its command line alone proves whose it is. */
export function launcherMark(nonce: string): string {
  return `p2p-shim/${nonce}`
}
