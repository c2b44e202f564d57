// A tunnel's private files, kept while it is up: its files with secrets filled in, and the values themselves, so that a
// restart asks nothing and `logs` can mask them. Mode 0600 in a 0700 folder. A value is removed only after it was redacted
// from the tunnel's logs: it could not be masked there later.
import { dirname, join } from 'node:path'
import { ensureOwnFolder } from '../files/folders.ts'
import { readOptional } from '../files/read-file.ts'
import { writeAtomic } from '../files/write-file.ts'
import { redactLogs } from './redact-logs.ts'
import { makeFolder } from '../state/store.ts'
import type { World } from '../state/world.ts'
import { rmdirSync, rmSync } from '../machine.ts'

/** Values by the label of their SecretRef. */
export type KeptSecrets = Record<string, string>

const secretsFile = 'secrets.json'

export function privateFilePath(world: World, tunnel: string, file: string): string {
  return join(tunnelFolder(world, tunnel), file)
}

/** Replaces the private files of the last launch; writes nothing for a tunnel without any. */
export function writePrivateFiles(
  world: World,
  tunnel: string,
  files: ReadonlyMap<string, string>,
  secrets: KeptSecrets,
): void {
  forgetSecrets(world, tunnel, new Set(Object.values(secrets)))
  if (files.size === 0 && Object.keys(secrets).length === 0) return
  ensurePrivateFolder(world)
  makeFolder(tunnelFolder(world, tunnel))
  for (const [name, text] of files) writeAtomic(privateFilePath(world, tunnel, name), text, false)
  writeAtomic(privateFilePath(world, tunnel, secretsFile), JSON.stringify(secrets), false)
}

/** The values kept for a tunnel; {} if there are none or the file is damaged. */
export function keptSecrets(world: World, tunnel: string): KeptSecrets {
  const text = readOptional(privateFilePath(world, tunnel, secretsFile))
  if (text === null) return {}
  try {
    return Object.fromEntries(Object.entries(JSON.parse(text) as object).filter(isValue))
  } catch {
    return {}
  }
}

function isValue(entry: [label: string, value: unknown]): entry is [string, string] {
  return typeof entry[1] === 'string'
}

export function removePrivateFiles(world: World, tunnel: string): void {
  forgetSecrets(world, tunnel, new Set())
}

/** Checks every folder of ours on the way: in a shared base such as /tmp another user could have created it. */
export function ensurePrivateFolder(world: World): void {
  for (const folder of [dirname(world.runtimeRoot), world.runtimeRoot, world.privateFolder]) {
    ensureOwnFolder(folder, world.system.uid)
  }
  world.store.writeRuntimeRoot(world.runtimeRoot)
}

export function removeEmptyPrivateFolders(world: World): void {
  for (const folder of [
    join(world.privateFolder, 't'),
    world.privateFolder,
    world.runtimeRoot,
    dirname(world.runtimeRoot),
  ]) {
    try {
      rmdirSync(folder)
    } catch {
      // Absent, or in use: then those above it stay as well.
    }
  }
}

/** `staying`: values that stay known. */
function forgetSecrets(world: World, tunnel: string, staying: ReadonlySet<string>): void {
  const going = Object.values(keptSecrets(world, tunnel)).filter((value) => !staying.has(value))
  try {
    redactLogs(world.store.tunnelFolder(tunnel), going)
  } finally {
    rmSync(tunnelFolder(world, tunnel), { recursive: true, force: true })
  }
}

function tunnelFolder(world: World, tunnel: string): string {
  // Tunnel names can't begin with a dot or hold a slash; `t` keeps them apart from the environment snapshots.
  return join(world.privateFolder, 't', tunnel)
}
