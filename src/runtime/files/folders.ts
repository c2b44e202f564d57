/** p2p's state and runtime folders: where they are, and whether they can be trusted. */
import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs'
import { createHash } from 'node:crypto'
import { userInfo } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import type { Environment } from '../../core/context.ts'
import { P2pError, systemCode } from '../../core/errors.ts'

export interface Folders {
  /** Records, logs, locks: survives a reboot. */
  state: string
  /** Private files with secrets; in memory if the system has a runtime folder. */
  runtime: string
}

/** P2P_STATE_DIR, else XDG_STATE_HOME/p2p, else ~/.local/state/p2p; P2P_RUNTIME_DIR, else XDG_RUNTIME_DIR, else the state folder. */
export function findFolders(env: Environment): Folders {
  const state =
    absolute(env.P2P_STATE_DIR) ?? join(absolute(env.XDG_STATE_HOME) ?? join(home(env), '.local/state'), 'p2p')
  const runtimeBase = absolute(env.P2P_RUNTIME_DIR) ?? absolute(env.XDG_RUNTIME_DIR) ?? state
  const key = createHash('sha256').update(state).digest('hex').slice(0, 16)
  return { state, runtime: join(runtimeBase, 'p2p', key) }
}

/** @throws P2pError 'state.refused', nothing changed, if it is another user's, writable by others or not a folder. */
export function ensureOwnFolder(path: string, uid: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    mkdirSync(path, { mode: 0o700 })
    // The umask may have removed bits.
    chmodSync(path, 0o700)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw unusable(path, error)
  }
  checkOwnFolder(path, uid)
}

/** Whether the folder exists. @throws P2pError 'state.refused' as above. */
export function checkOwnFolder(path: string, uid: number): boolean {
  const stat = lstat(path)
  if (stat === null) return false
  if (!stat.isDirectory()) throw refused(path, stat.isSymbolicLink() ? 'is a symbolic link' : 'is not a folder')
  if (stat.uid !== uid) throw refused(path, `belongs to user ${stat.uid}, but p2p runs as user ${uid}`)
  if ((stat.mode & 0o022) !== 0) throw refused(path, 'is writable by other users')
  if ((stat.mode & 0o777) !== 0o700) chmodSync(path, 0o700)
  return true
}

/** A file system error about one of p2p's own files. */
export function unusable(path: string, error: unknown): P2pError {
  return new P2pError('state.unusable', `can't use ${path}: ${systemWords(error)}`, {
    hint: 'set P2P_STATE_DIR to a folder of your own, or fix this one',
    cause: error,
  })
}

/** Why the system refused; never its own message, which repeats the arguments. */
export function systemWords(error: unknown): string {
  const code = systemCode(error) ?? 'unknown error'
  const known: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is exceeded',
    EROFS: 'the file system is read-only',
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'a part of the path is not a folder',
    EISDIR: 'it is a folder',
    ELOOP: 'a symbolic link is in the way',
  }
  return known[code] ?? code
}

function refused(path: string, why: string): P2pError {
  return new P2pError('state.refused', `${path} ${why}: nothing was read or changed there`, {
    hint: 'set P2P_STATE_DIR (or P2P_RUNTIME_DIR) to a folder of your own',
  })
}

function lstat(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null
    throw unusable(path, error)
  }
}

function absolute(path: string | undefined): string | null {
  // By the XDG specification a relative path is ignored.
  return path !== undefined && isAbsolute(path) ? path : null
}

function home(env: Environment): string {
  return absolute(env.HOME) ?? userInfo().homedir
}
