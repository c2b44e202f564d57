import { execFileSync } from 'node:child_process'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Scenarios run the built program: it is made anew when any source has changed. */
export default function setup(): void {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  execFileSync(process.execPath, ['scripts/bundle.mjs', '--if-stale'], { cwd: root, stdio: 'inherit' })
}
