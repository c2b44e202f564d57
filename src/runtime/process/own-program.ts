/** p2p's own programs, run by this Node: dist/children, and p2p itself. */
import { fileURLToPath } from 'node:url'
import type { EntryPoint } from '../../core/model.ts'
import { existsSync, process } from '../machine.ts'

/** Node never shrinks the young generation after a burst: an idle supervisor of 500 tunnels kept 101 MB, so it keeps 59 MB. */
const nodeFlags: Partial<Record<EntryPoint, readonly string[]>> = { supervise: ['--max-semi-space-size=1'] }

export function ownProgram(entry: EntryPoint): string[] {
  return [process.execPath, ...(nodeFlags[entry] ?? []), `${dist()}children/${entry}.js`]
}

/** A command of p2p, as its user would start it. */
export function ownCommand(args: readonly string[]): string[] {
  // Without `--` Node takes flags of ours for its own (scripts/bundle.mjs).
  return [process.execPath, '--', `${dist()}main.js`, ...args]
}

/** Of the running build: this is in dist/main.js or in a part of it. */
function dist(): string {
  const here = fileURLToPath(import.meta.url)
  return here.slice(0, here.lastIndexOf('/dist/') + '/dist/'.length)
}

/** Its path, or Node's, that is gone since this process began: an upgrade removes both. */
export function gonePath(entry: EntryPoint): string | null {
  return ownProgram(entry).find((word) => word.startsWith('/') && !existsSync(word)) ?? null
}
