/** Puts the secrets of old setups where the user wants them, and never over something that is there. */
import { dirname, join } from 'node:path'
import type { Context } from '../../core/context.ts'
import { parseDotenv, readDotenv } from '../../core/text/dotenv.ts'
import { P2pError } from '../../core/errors.ts'
import { dotenvLine, withLines } from '../../import/spelling.ts'
import { SecretPlaces, type Occupant, type SecretsMode, type StoredSecret } from '../../import/accounts.ts'
import { openKeychain } from '../../runtime/secrets/keychain.ts'
import { readFileSecret } from '../../runtime/secrets/sources.ts'
import { createFile, isThere, makePrivateFolder, readUserText, replaceFile } from '../../runtime/files/user-files.ts'
import { keepOutOfGit } from '../shared/gitignore.ts'
import type { Target } from './types.ts'

/** Knows which names are taken, each by what. @throws P2pError 'system.missing' without a keychain that was asked for. */
export async function secretPlacesFor(ctx: Context, mode: SecretsMode, target: Target): Promise<SecretPlaces> {
  if (mode === 'env') return new SecretPlaces(mode, variablesOf(ctx, target))
  if (mode === 'file') return new SecretPlaces(mode, (name) => secretFile(target, name))
  const keychain = await openKeychain()
  return new SecretPlaces(mode, (name) => {
    const value = keychain.get(name)
    return value === null ? null : { value, inPlace: true }
  })
}

/** The .env file beside the project, the process environment, and names in the project that are not set. */
function variablesOf(ctx: Context, { path, folder, text }: Target): (name: string) => Occupant | null {
  const beside = path === null ? null : readUserText(join(folder, '.env'))
  const file = readDotenv(beside ?? '')
  const declared = new Set(file.entries.map(({ name }) => name))
  const values = parseDotenv(beside ?? '', () => undefined)
  const named = new Set([...(text ?? '').matchAll(/[A-Za-z_]\w*/g)].map(([word]) => word))
  return (name) => {
    if (declared.has(name)) {
      const value = values.get(name) ?? null
      // The environment wins over .env, so both have to agree.
      const agrees = ctx.env[name] === undefined || ctx.env[name] === value
      return { value: agrees ? value : null, inPlace: true }
    }
    const value = ctx.env[name]
    if (value !== undefined) return { value, inPlace: false }
    return named.has(name) ? { value: null, inPlace: false } : null
  }
}

function secretFile({ path, folder }: Target, name: string): Occupant | null {
  const file = join(folder, name)
  if (path === null || !isThere(file)) return null
  const value = readFileSecret('', file)
  return { value: typeof value === 'string' ? value : null, inPlace: true }
}

/** Returns the files that were written, absolute. @throws P2pError */
export async function storeSecrets(
  folder: string,
  stored: readonly StoredSecret[],
  mode: SecretsMode,
): Promise<string[]> {
  if (stored.length === 0) return []
  if (mode === 'env') return [...keepOutOfGit(folder, ['.env']), addToEnv(join(folder, '.env'), stored)]
  if (mode === 'file') {
    return [...keepOutOfGit(folder, ['.secrets/']), ...stored.map((secret) => writeSecretFile(folder, secret))]
  }
  const keychain = await openKeychain()
  for (const { name, secret } of stored) keychain.set(name, secret.open())
  return []
}

/** The file keeps its lines and gets mode 0600, also where others could read it so far. */
function addToEnv(path: string, stored: readonly StoredSecret[]): string {
  const text = readUserText(path)
  const added = withLines(
    text,
    stored.map(({ name, secret }) => dotenvLine(name, secret.open())),
  )
  const values = parseDotenv(added, () => undefined)
  for (const { name, secret } of stored) {
    if (values.get(name) === secret.open()) continue
    throw new P2pError('config.invalid', `${name} can't be added to ${path}: a line in it swallows what follows`, {
      hint: 'look for a quote that is never closed',
    })
  }
  if (text === null) createFile(path, added, 0o600)
  else replaceFile(path, added, 0o600)
  return path
}

/** Only the first line of such a file counts when it is read. */
function writeSecretFile(folder: string, { name, secret, account }: StoredSecret): string {
  const path = join(folder, name)
  const value = secret.open()
  if (/[\r\n]/.test(value)) {
    throw new P2pError('config.invalid', `the secret of account ${account} holds a line end: no file can keep it`, {
      hint: '--secrets env keeps it',
    })
  }
  makePrivateFolder(dirname(path))
  createFile(path, `${value}\n`, 0o600)
  return path
}
