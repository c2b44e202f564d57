/** p2p's own programs: dist/children, run by this Node. */
import { fileURLToPath } from 'node:url'
import type { EntryPoint } from '../../core/model.ts'
import { existsSync, process } from '../machine.ts'

/** Node never shrinks the young generation after a burst: an idle supervisor of 500 tunnels kept 101 MB, so it keeps 59 MB. */
const nodeFlags: Partial<Record<EntryPoint, readonly string[]>> = { supervise: ['--max-semi-space-size=1'] }

/** They are beside the running one: dist/main.js or a part in dist/parts/. */
export function ownProgram(entry: EntryPoint): string[] {
  const here = fileURLToPath(import.meta.url)
  const dist = here.slice(0, here.lastIndexOf('/dist/') + '/dist/'.length)
  return [process.execPath, ...(nodeFlags[entry] ?? []), `${dist}children/${entry}.js`]
}

/** Its path, or Node's, that is gone since this process began: an upgrade removes both. */
export function gonePath(entry: EntryPoint): string | null {
  return ownProgram(entry).find((word) => word.startsWith('/') && !existsSync(word)) ?? null
}
