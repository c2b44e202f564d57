/** Finds connectd's own files and scripts, imported or not, which hold secrets in clear text. */
import { join } from 'node:path'
import type { KeyName } from '../../connectd/keys.ts'
import { readProvisioning } from '../../connectd/provisioning.ts'
import { decodeBytes } from '../../connectd/values.ts'
import { filesIn, readBytes } from '../files/user-files.ts'
import { statSync } from '../machine.ts'

/** Larger is neither a provisioning file nor a launch script. */
const largest = 256 * 1024

/** Paths of files directly in a folder that hold a connectd login. Unreadable files are skipped. */
export function oldSetupsIn(folder: string): string[] {
  return (filesIn(folder) ?? []).map((name) => join(folder, name)).filter(holdsLogin)
}

function holdsLogin(path: string): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0 || size > largest) return false
  const bytes = readable(path)
  return bytes !== null && (isProvisioningWithSecret(bytes) || launchWithSecret.test(decodeBytes(bytes)))
}

function readable(path: string): Uint8Array | null {
  try {
    return readBytes(path)
  } catch {
    return null
  }
}

const secretKeys: readonly KeyName[] = ['auth_pass', 'auth_hash', 'auth_token', 'password']
const tellingKeys: readonly KeyName[] = ['autoconnect', 'remote_address', 'user_id', 'UID']

/** Also if connectd would ignore the line: people can still read a secret after a tab. */
function isProvisioningWithSecret(bytes: Uint8Array): boolean {
  const names = new Set(
    readProvisioning(bytes).lines.flatMap((line): KeyName[] => {
      if (line.is === 'setting') return [line.setting.key.name]
      return line.is === 'ignored' && line.meant !== null ? [line.meant.name] : []
    }),
  )
  return secretKeys.some((name) => names.has(name)) && tellingKeys.some((name) => names.has(name))
}

/** `connectd -c USER64 PASS64 UID T33000`, both written out; also -p and -p2. */
const launchWithSecret =
  /connectd[^\n]{0,500}\s-(?:c|p2?)\s+["']?[\w+/]{3,}={0,2}["']?\s+(?:\d+\s+)?["']?[\w+/]{3,}={0,2}["']?\s+\S+\s+["']?T["']?[\d$]/
