/** Checks that p2p's own folders are private and writable. */
import { accessSync, constants, statSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { P2pError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { checkOwnFolder, findFolders } from '../files/folders.ts'
import type { System } from '../process/system/index.ts'
import type { Patient } from './check.ts'

export function examineFolders({ ctx: { env } }: Patient, { uid }: System): Finding[] {
  const { state, runtime } = findFolders(env)
  const findings = [
    examineFolder(state, [state], 'records and logs', uid),
    examineFolder(runtime, [dirname(runtime), runtime], 'private files', uid),
  ]
  if (env['P2P_RUNTIME_DIR'] === undefined && env['XDG_RUNTIME_DIR'] === undefined) {
    findings.push({
      level: 'note',
      topic: 'folders',
      code: 'folder.on-disk',
      message: 'secrets of open tunnels are kept on disk: there is no runtime folder in memory',
      where: runtime,
      hint: 'set P2P_RUNTIME_DIR to a folder of your own in memory, if this system has one',
    })
  }
  return findings
}

/** `own`: the folders on the way that must be private; p2p creates the last one. */
function examineFolder(path: string, own: readonly string[], holds: string, uid: number): Finding {
  const about = { topic: 'folders', where: path } as const
  let isThere = false
  try {
    for (const folder of own) isThere = checkOwnFolder(folder, uid)
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    return { ...about, level: 'problem', code: 'folder.refused', message: error.message, hint: error.hint }
  }
  const base = isThere ? path : nearestFolder(dirname(path))
  if (!mayWrite(base)) {
    return {
      ...about,
      level: 'problem',
      code: 'folder.not-writable',
      message: `the folder for ${holds} can't be ${isThere ? 'written to' : 'created'}: this user may not write to ${base}`,
      hint: 'fix its permissions, or set P2P_STATE_DIR (or P2P_RUNTIME_DIR) to a folder of your own',
    }
  }
  if (isFull(base)) {
    return {
      ...about,
      level: 'problem',
      code: 'folder.full',
      message: `the disk of the folder for ${holds} is full`,
      hint: 'free some space: p2p launches nothing that it cannot record',
    }
  }
  const state = isThere ? 'exists and is private' : 'will be created when needed'
  return { ...about, level: 'ok', code: 'folder.fine', message: `the folder for ${holds} ${state}`, hint: null }
}

function nearestFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true || folder === dirname(folder)) return folder
  }
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** With less than this the next write may fail. */
const leastFreeBytes = 1024 * 1024

function isFull(folder: string): boolean {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < leastFreeBytes
}
