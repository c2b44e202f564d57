/** Finds a tunnel's program before the launch, so that a missing one gets a clear message. */
import { delimiter, isAbsolute, resolve } from 'node:path'
import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from '../machine.ts'

type ProgramLook =
  | { kind: 'found'; path: string }
  | { kind: 'missing' }
  | { kind: 'folder'; path: string }
  | { kind: 'not-executable'; path: string }
  /** A script whose interpreter does not exist. */
  | { kind: 'no-interpreter'; path: string; interpreter: string }

/** Like a shell: a name with a slash is a path (relative to `cwd`), any other is searched on PATH. */
export function findProgram(name: string, env: Readonly<Record<string, string>>, cwd: string): ProgramLook {
  const look = findFile(name, env, cwd)
  const wanted = look.kind === 'found' ? /^\/\S*\/env[ \t]+([\w.+-]+)/.exec(shebangOf(look.path))?.[1] : undefined
  // An option of env begins with a dash.
  if (look.kind !== 'found' || wanted === undefined || wanted.startsWith('-')) return look
  const isMissing = findFile(wanted, env, cwd).kind === 'missing'
  return isMissing ? { kind: 'no-interpreter', path: look.path, interpreter: wanted } : look
}

function findFile(name: string, env: Readonly<Record<string, string>>, cwd: string): ProgramLook {
  if (name.includes('/')) return lookAt(resolve(cwd, name))
  let refused: ProgramLook | null = null
  for (const folder of (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter)) {
    const look = lookAt(resolve(isAbsolute(folder) ? folder : resolve(cwd, folder), name))
    if (look.kind === 'found') return look
    if (look.kind !== 'missing' && look.kind !== 'folder') refused ??= look
  }
  return refused ?? { kind: 'missing' }
}

function lookAt(path: string): ProgramLook {
  const stat = statOf(path)
  if (stat === null) return { kind: 'missing' }
  if (stat.isDirectory()) return { kind: 'folder', path }
  // Opening a pipe to read its first line would block.
  if (!stat.isFile()) return { kind: 'not-executable', path }
  try {
    accessSync(path, constants.X_OK)
  } catch {
    return { kind: 'not-executable', path }
  }
  const interpreter = shebangOf(path).split(/[ \t]/)[0] ?? ''
  if (interpreter === '' || statOf(interpreter) !== null) return { kind: 'found', path }
  return { kind: 'no-interpreter', path, interpreter }
}

/** Null also in a folder that this user may not look into, which a shell skips. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

/** What follows `#!` (execve(2): the kernel reads 255 bytes and skips blanks); empty: not a script. */
function shebangOf(path: string): string {
  const head = Buffer.alloc(255)
  try {
    const descriptor = openSync(path, 'r')
    try {
      readSync(descriptor, head)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // Executable but not readable: not a script.
    return ''
  }
  return /^#![ \t]*(\/[^\n\0]*)/.exec(head.toString('latin1'))?.[1] ?? ''
}
