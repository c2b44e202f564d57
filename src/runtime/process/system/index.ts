/** Chooses the implementation for this operating system. */
import { P2pError } from '../../../core/errors.ts'
import { linuxSystem } from './linux.ts'
import type { System } from './system.ts'

export { isSignallable, relationsOf, withDescendants } from './system.ts'
export type { Listener, ProcessInfo, Relations, Snapshot, System } from './system.ts'

/** @throws P2pError 'system.missing' on an unsupported system. */
export async function thisSystem(): Promise<System> {
  const uid = process.geteuid?.()
  if (uid !== undefined && process.platform === 'linux') return linuxSystem(uid)
  // Loaded only there: it can spawn programs, which Linux never needs.
  if (uid !== undefined && process.platform === 'darwin') return (await import('./darwin.ts')).darwinSystem(uid)
  throw new P2pError('system.missing', `p2p does not run on ${process.platform}`, {
    hint: 'use Linux or macOS; on Windows run p2p inside WSL',
  })
}
