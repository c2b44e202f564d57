/** Reads secrets from a variable, a private file, a command's output or the system's keychain. */
import type { Environment } from '../../core/context.ts'
import { P2pError, systemCode, systemWords } from '../../core/errors.ts'
import type { SecretSourceName } from '../../core/generated/schema.ts'
import type { SecretSource } from '../../core/model.ts'
import { findInDotenv } from '../../core/text/dotenv.ts'
import { mostText } from '../../core/text/template.ts'
import { readUserText } from '../files/user-files.ts'
import type { Asking } from './keychain.ts'
import { closeSync, constants, fstatSync, openSync, process, readFileSync } from '../machine.ts'

/** Why a secret is not available; never contains a value. */
export interface Fault {
  code: 'secret.missing' | 'secret.refused' | 'secret.unfit'
  reason: string
  hint: string
}

/** Sources named in p2p.yaml; the others are text in it. */
export type NamedSource = Extract<SecretSource, { from: SecretSourceName }>

interface SourceKind<Source> {
  open(label: string, source: Source, env: Environment): Promise<string | Fault> | string | Fault
  words(source: Source): string
  /** Files that hold the secret in clear text. */
  files?(source: Source): string[]
}

/** One row for each source. */
const kinds: { [Name in SecretSourceName]: SourceKind<Extract<NamedSource, { from: Name }>> } = {
  env: {
    open: (label, source, env) => {
      const found = lookUp(source.name, env, source.envFiles)
      if (typeof found === 'string') return found
      if (found !== undefined) return missing(`${label}: ${found.reason}`, found.hint)
      const hint = `export ${source.name}=..., or put it into ${whereToSet(source)}`
      return missing(`${label}: the variable ${source.name} is not set`, hint)
    },
    words: ({ name }) => `variable ${name}`,
    files: ({ envFiles }) => envFiles,
  },
  file: {
    open: (label, { path }) => readFileSecret(label, path),
    words: ({ path }) => path,
    files: ({ path }) => [path],
  },
  command: {
    open: readCommandSecret,
    words: ({ argv }) => `command ${argv[0] ?? ''}`,
  },
  keychain: {
    open: (label, { name }, env) => readKeychainSecret(label, name, env),
    words: ({ name }) => `keychain entry ${name}`,
  },
}

export function sourceKind({ from }: NamedSource): SourceKind<NamedSource> {
  return kinds[from]
}

/** Process environment first, then the .env files in order; why a file that sets it can't be used; undefined: not set. */
export function lookUp(name: string, env: Environment, files: readonly string[]): string | Unusable | undefined {
  const found = env[name]
  if (found !== undefined) return found
  for (const [index, file] of files.entries()) {
    const value = lookIn(file, name, env, files.slice(index + 1))
    if (value !== undefined) return value
  }
  return undefined
}

export type Unusable = Pick<Fault, 'reason' | 'hint'>

function lookIn(
  file: string,
  name: string,
  env: Environment,
  further: readonly string[],
): string | Unusable | undefined {
  try {
    const text = readUserText(file) ?? ''
    if (text.length > mostText) return { reason: `${file} is larger than 1 MiB`, hint: 'keep only variables in it' }
    const outside = (other: string): string | undefined => {
      const value = lookUp(other, {}, further)
      return typeof value === 'string' ? value : undefined
    }
    const found = findInDotenv(text, name, (other) => env[other], outside)
    return typeof found === 'object' ? { reason: `${file}: ${found.message}`, hint: found.hint ?? '' } : found
  } catch (error) {
    if (error instanceof P2pError) return { reason: error.message, hint: `ls -l ${file}` }
    throw error
  }
}

export function missing(reason: string, hint: string): Fault {
  return { code: 'secret.missing', reason, hint }
}

export function whereToSet({ envFiles }: { envFiles: string[] }): string {
  return envFiles[0] ?? 'a .env file beside p2p.yaml'
}

export const maxFileBytes = 64 * 1024

/** First line of a regular file of this user with mode 0600 or stricter, checked on the open descriptor. */
export function readFileSecret(label: string, path: string): string | Fault {
  let descriptor: number
  try {
    // Without O_NONBLOCK opening a pipe waits for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'does not exist' : `can't be read: ${systemWords(error)}`
    return missing(`${label}: ${path} ${why}`, `create it: umask 077; printf '%s\\n' ... > ${path}`)
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) return refused(label, path, 'is not a regular file', 'use a regular file')
    if (stat.uid !== process.geteuid?.())
      return refused(label, path, 'belongs to another user', 'keep the secret in a file of your own')
    if ((stat.mode & 0o077) !== 0) return refused(label, path, 'is readable by others', `chmod 600 ${path}`)
    if (stat.size > maxFileBytes) return refused(label, path, 'is too large for a secret', 'put only the secret in it')
    return firstLine(readFileSync(descriptor, 'utf8'))
  } catch (error) {
    return missing(`${label}: ${path} can't be read: ${systemWords(error)}`, 'p2p up')
  } finally {
    closeSync(descriptor)
  }
}

const commandTimeoutMs = 30_000

/** First line of a command's output. Neither its output nor its errors are ever shown. */
export async function readCommandSecret(
  label: string,
  { argv, cwd }: { argv: string[]; cwd: string },
  env: Environment,
  timeoutMs = commandTimeoutMs,
): Promise<string | Fault> {
  const program = argv[0] ?? ''
  const { runHelper } = await import('../process/run-helper.ts')
  const result = await runHelper({ argv, cwd, env, timeoutMs, capture: true })
  if (result.kind === 'done') return firstLine(result.stdout)
  const why = {
    late: `timed out after ${timeoutMs / 1000} s`,
    missing: 'was not found',
    failed: `failed (status ${(result.kind === 'failed' ? result.status : null) ?? 'unknown'})`,
  }[result.kind]
  return missing(`${label}: the command ${program} ${why}`, `try ${program} in your shell`)
}

export async function readKeychainSecret(
  label: string,
  name: string,
  env: Environment,
  asking?: Asking,
): Promise<string | Fault> {
  const { keychainService, readKeychain } = await import('./keychain.ts')
  try {
    const value = await readKeychain(name, env, asking)
    const hint = `p2p login stores the secret of an account; any other belongs to service ${keychainService}, user ${name}`
    return value ?? missing(`${label}: the keychain has no entry ${name}`, hint)
  } catch (error) {
    if (error instanceof P2pError) return missing(`${label}: ${error.message}`, error.hint ?? '')
    throw error
  }
}

function refused(label: string, path: string, why: string, hint: string): Fault {
  return { code: 'secret.refused', reason: `${label}: ${path} ${why}`, hint }
}

/** Without the byte order mark that some editors add. */
function firstLine(text: string): string {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? ''
}
