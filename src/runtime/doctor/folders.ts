/** Checks that p2p's own folders are private and writable. */
import { basename, dirname, join } from 'node:path'
import { P2pError } from '../../core/errors.ts'
import type { Finding } from '../../core/finding.ts'
import { checkOwnFolder, findFolders } from '../files/folders.ts'
import type { System } from '../process/system/index.ts'
import { namesIn } from '../files/read-file.ts'
import { Store, projectIds, projectOf } from '../state/store.ts'
import { findingsOn, type Patient } from './check.ts'
import { accessSync, constants, statfsSync, statSync } from '../machine.ts'

export function examineFolders({ ctx: { env } }: Patient, { uid }: System): Finding[] {
  const { state, runtime } = findFolders(env)
  const findings = [
    examineFolder(state, [state], 'records and logs', uid),
    examineFolder(runtime, [dirname(runtime), runtime], 'private files', uid),
  ]
  if (env['P2P_RUNTIME_DIR'] === undefined && env['XDG_RUNTIME_DIR'] === undefined) {
    const message = 'secrets of open tunnels are kept on disk: there is no runtime folder in memory'
    const hint = 'set P2P_RUNTIME_DIR to a folder of your own in memory, if this system has one'
    findings.push(finding('note', 'folder.on-disk', message, runtime, hint))
  }
  return [...findings, ...leftoverSecrets(state, runtime, uid)]
}

const finding = findingsOn('folders')

/** Private files that no tunnel on record uses: a crash left them, or an earlier p2p elsewhere than it looks now. */
function leftoverSecrets(state: string, runtime: string, uid: number): Finding[] {
  const key = basename(runtime)
  const projects = new Map(projectIds(state).map((id) => [id, projectOf(state, id)]))
  const stores = [...projects.values()].flatMap((project) => (project === null ? [] : [new Store(state, project)]))
  const roots = [
    runtime,
    `/run/user/${uid}/p2p/${key}`,
    join(state, 'p2p', key),
    ...stores.flatMap((store) => store.readRuntimeRoot() ?? []),
  ]
  return [...new Set(roots)].flatMap((root) =>
    foldersIn(root).flatMap((id) => {
      const project = projects.get(id)
      const store = project ? new Store(state, project) : null
      const used = (store?.readRuntimeRoot() ?? runtime) === root ? namesOnRecord(store) : new Set<string>()
      return foldersIn(join(root, id, 't')).flatMap((name): Finding[] => {
        if (used === null || used.has(name)) return []
        const where = join(root, id, 't', name)
        const message = `secrets of ${name} are left, and no tunnel on record uses them`
        return [finding('problem', 'folder.leftover', message, where, `rm -r ${where}`)]
      })
    }),
  )
}

/** null: the record can't be read. */
function namesOnRecord(store: Store | null): ReadonlySet<string> | null {
  try {
    return new Set(store?.readRecords().keys())
  } catch {
    return null
  }
}

function foldersIn(path: string): string[] {
  try {
    return namesIn(path)
  } catch {
    // Not a folder, or not ours to read.
    return []
  }
}

/** `own`: the folders on the way that must be private; p2p creates the last one. */
function examineFolder(path: string, own: readonly string[], holds: string, uid: number): Finding {
  let isThere = false
  try {
    for (const folder of own) isThere = checkOwnFolder(folder, uid)
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    return finding('problem', 'folder.refused', error.message, path, error.hint)
  }
  const base = isThere ? path : nearestFolder(dirname(path))
  if (!mayWrite(base)) {
    const message = `the folder for ${holds} can't be ${isThere ? 'written to' : 'created'}: this user may not write to ${base}`
    const hint = 'fix its permissions, or set P2P_STATE_DIR (or P2P_RUNTIME_DIR) to a folder of your own'
    return finding('problem', 'folder.not-writable', message, path, hint)
  }
  const { bavail, bsize } = statfsSync(base)
  if (bavail * bsize < leastFreeBytes) {
    const hint = 'free some space: p2p launches nothing that it cannot record'
    return finding('problem', 'folder.full', `the disk of the folder for ${holds} is full`, path, hint)
  }
  const state = isThere ? 'exists and is private' : 'will be created when needed'
  return finding('ok', 'folder.fine', `the folder for ${holds} ${state}`, path)
}

/** With less than this the next write may fail. */
const leastFreeBytes = 1024 * 1024

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
