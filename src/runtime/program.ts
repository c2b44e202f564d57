/** Finds a tunnel's program before anything is launched, so that a missing one is said in words. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, resolve } from 'node:path'

export type ProgramLook =
  { kind: 'found'; path: string } | { kind: 'missing' } | { kind: 'not-executable'; path: string }

/** As a shell would look: a name with a slash is a path (relative to `cwd`), any other is searched on PATH. */
export function findProgram(name: string, env: Readonly<Record<string, string>>, cwd: string): ProgramLook {
  if (name.includes('/')) return lookAt(resolve(cwd, name))
  let refused: ProgramLook | null = null
  for (const folder of (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter)) {
    const look = lookAt(resolve(isAbsolute(folder) ? folder : resolve(cwd, folder), name))
    if (look.kind === 'found') return look
    if (look.kind === 'not-executable') refused ??= look
  }
  return refused ?? { kind: 'missing' }
}

function lookAt(path: string): ProgramLook {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || stat.isDirectory()) return { kind: 'missing' }
  try {
    accessSync(path, constants.X_OK)
    return { kind: 'found', path }
  } catch {
    return { kind: 'not-executable', path }
  }
}
