/** p2p's state and runtime folders: where they are, and whether they can be trusted. */
import { dirname, isAbsolute, join } from 'node:path'
import type { Environment } from '../../core/context.ts'
import { shellWord } from '../../core/text/shell-word.ts'
import { sha256 } from '../../core/text/sha256.ts'
import { P2pError, systemCode, systemWords } from '../../core/errors.ts'
import { chmodSync, lstatSync, mkdirSync, process, type Stats, statSync, userInfo } from '../machine.ts'

export interface Folders {
  /** Records, logs, locks: survives a reboot. */
  state: string
  /** Private files with secrets; in memory if the system has a runtime folder. */
  runtime: string
}

/** P2P_STATE_DIR, else XDG_STATE_HOME/p2p, else ~/.local/state/p2p; P2P_RUNTIME_DIR, else XDG_RUNTIME_DIR, else the state folder. */
export function findFolders(env: Environment): Folders {
  const state =
    absolute(env.P2P_STATE_DIR) ?? join(absolute(env.XDG_STATE_HOME) ?? join(homeFolder(env), '.local/state'), 'p2p')
  const runtimeBase = absolute(env.P2P_RUNTIME_DIR) ?? absolute(env.XDG_RUNTIME_DIR) ?? state
  const key = sha256(state).slice(0, 16)
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

const signsOfSudo = ['SUDO_UID', 'SUDO_USER', 'DOAS_USER', 'PKEXEC_UID']

/**
 * Whether root may create its folder there. Under sudo with a user's HOME it would lock that user out. Root without
 * sudo is let through: in a container HOME often belongs to someone who is not there.
 * @throws P2pError 'state.refused', before anything is written.
 */
export function refuseFoldersOfOthers(path: string, uid: number, env: Environment): void {
  const sign = signsOfSudo.find((name) => (env[name] ?? '') !== '')
  if (uid !== 0 || sign === undefined) return
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    const owner = lstat(folder)?.uid ?? 0
    if (owner === 0) continue
    throw new P2pError(
      'state.refused',
      `p2p runs as root through sudo (${sign} is set), and ${folder} belongs to user ${owner}: ` +
        `root's folder ${path} would lock that user out; nothing was written`,
      { hint: 'run p2p without sudo; or, for tunnels of root, use sudo -i, or set P2P_STATE_DIR and P2P_RUNTIME_DIR' },
    )
  }
}

/** A file system error about one of p2p's own files; what is in the place of a file or folder is named. */
export function unusable(path: string, error: unknown): P2pError {
  if (error instanceof P2pError) return error
  const code = systemCode(error) ?? ''
  if (['ELOOP', 'ENXIO', 'EISDIR'].includes(code)) return misplaced(path, 'a regular file')
  const other = ['ENOTDIR', 'EEXIST', 'ENOENT'].includes(code) ? noFolderOn(path) : null
  if (other !== null) return misplaced(other, 'a folder')
  return new P2pError(
    'state.unusable',
    `can't use ${path}: ${systemWords(error, { ENOENT: 'its folder does not exist' })}`,
    {
      hint: 'set P2P_STATE_DIR to a folder of your own, or fix this one',
      cause: error,
    },
  )
}

/** Something else is in the place of one of p2p's own files or folders. */
export function misplaced(path: string, meant: 'a regular file' | 'a folder'): P2pError {
  const how = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? 'rm -r' : 'rm'
  return new P2pError('state.unusable', `${path} is not ${meant}`, { hint: `${how} ${shellWord(path)}` })
}

function noFolderOn(path: string): string | null {
  for (let part = path; part !== dirname(part); part = dirname(part)) {
    try {
      lstatSync(part)
      if (statSync(part, { throwIfNoEntry: false })?.isDirectory() !== true) return part
    } catch {
      // Below it.
    }
  }
  return null
}

function refused(path: string, why: string): P2pError {
  return new P2pError('state.refused', `${path} ${why}: nothing was read or changed there`, {
    hint: `${process.getuid?.() === 0 ? 'run p2p without sudo, or ' : ''}set P2P_STATE_DIR (or P2P_RUNTIME_DIR) to a folder of your own`,
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

/** By the XDG base directory specification a relative path is ignored. */
export function absolute(path: string | undefined): string | null {
  return path !== undefined && isAbsolute(path) ? path : null
}

/** HOME, else what the system has on record for this user. */
export function homeFolder(env: Environment): string {
  return absolute(env.HOME) ?? userInfo().homedir
}
