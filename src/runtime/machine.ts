// The machine as the runtime and the supervisor reach it: files, processes, sockets, time and chance, all of it through
// these names. They are Node's own functions, so nothing stands between a caller and the system. test/sim puts a
// simulated machine in the place of this file, and runs everything above it as it is.
import { P2pError } from '../core/errors.ts'
import { linuxSystem } from './process/system/linux.ts'
import type { System } from './process/system/index.ts'

export { spawn, spawnSync } from 'node:child_process'
export { randomBytes } from 'node:crypto'
export { createSocket } from 'node:dgram'
export {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  statfsSync,
  truncateSync,
  unlinkSync,
  watch,
  writeFileSync,
  writeSync,
  type FSWatcher,
  type Stats,
} from 'node:fs'
export { connect, createServer, type Socket } from 'node:net'
export { hostname, networkInterfaces, userInfo } from 'node:os'
export { setImmediate as loopTurn, setTimeout as delay } from 'node:timers/promises'
export { connect as connectTls } from 'node:tls'

export const { clearInterval, clearTimeout, performance, process, setInterval, setTimeout } = globalThis
/** By the wall clock, which people and daemons set: what must not jump asks `performance`. */
export const timeOfDay = Date.now
export const { random } = Math

/** Its processes and sockets. @throws P2pError 'system.missing' on an unsupported system. */
export async function thisSystem(): Promise<System> {
  const uid = process.geteuid?.()
  if (uid !== undefined && process.platform === 'linux') return linuxSystem(uid)
  // Loaded only there: it can spawn programs, which Linux never needs.
  if (uid !== undefined && process.platform === 'darwin')
    return (await import('./process/system/darwin.ts')).darwinSystem(uid)
  throw new P2pError('system.missing', `p2p does not run on ${process.platform}`, {
    hint: 'use Linux or macOS; on Windows run p2p inside WSL',
  })
}
