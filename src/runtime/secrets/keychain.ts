/**
 * The system's keychain: Keychain on macOS, the Secret Service (GNOME Keyring, KWallet, KeePassXC) on Linux. Through the
 * optional package @napi-rs/keyring, which is loaded only where a secret is kept there.
 */
import type { Environment } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { unreachable } from '../../core/text/unreachable.ts'

interface Keychain {
  /** The value of an entry; null: there is none. Waits, where it is locked, for the human who unlocks it. */
  get: (name: string) => string | null
  set: (name: string, value: string) => void
}

/** What the package gives, as far as it is used. Its constructors throw where the store can't be reached. */
export interface Keyring {
  Entry: new (...entry: EntryArguments) => { getPassword: () => string | null; setPassword: (value: string) => void }
}

type EntryArguments = [service: string, user: string, options: { linux: { store: 'secret-service' } }]

/** Every entry of p2p's stands under this name: `secret-tool lookup service p2p username NAME` shows one on Linux. */
export const keychainService = 'p2p'

/** Every call goes to the system at once. @throws P2pError 'system.missing' where package or keychain can't be had. */
export async function openKeychain(load = loadKeyring): Promise<Keychain> {
  const { Entry } = await loaded(load)
  const keychain: Keychain = {
    get: (name) => attempt(() => new Entry(...entryOf(name)).getPassword()),
    set: (name, value) => {
      attempt(() => {
        new Entry(...entryOf(name)).setPassword(value)
      })
    },
  }
  // So that no secret is typed for a keychain that is not there.
  attempt(() => new Entry(...entryOf('any')))
  return keychain
}

/** A human may have to unlock it. */
const patienceMs = 60_000

export interface Asking {
  /** Gives the URL of the package; throws where it is not installed. */
  find?: () => string
  timeoutMs?: number
}

/**
 * The value of an entry; null: there is none. Asked by a Node of its own: the answer may wait for a human, and as long as
 * it blocks a thread of ours, this process could neither give up nor be interrupted.
 * @throws P2pError 'system.missing' as above, or when there is no answer in time.
 */
export async function readKeychain(
  name: string,
  env: Environment,
  { find = findKeyring, timeoutMs = patienceMs }: Asking = {},
): Promise<string | null> {
  const { runHelper } = await import('../process/run-helper.ts')
  const result = await runHelper({
    argv: [process.execPath, '--input-type=module', '-e', asking],
    cwd: '/',
    // Names of entries hold names of users, which do not belong on a command line.
    env: { ...env, P2P_ASK: JSON.stringify({ from: found(find), entry: entryOf(name) }) },
    timeoutMs,
    capture: true,
  })
  switch (result.kind) {
    case 'done':
      return (JSON.parse(result.stdout) as { value: string | null }).value
    case 'late':
      throw unavailable(`the keychain gave no answer within ${timeoutMs / 1000} s`, 'unlock it, then try again')
    case 'failed':
    case 'missing':
      return refuse(undefined)
    default:
      return unreachable(result)
  }
}

const asking = `import { env } from 'node:process'
const { from, entry } = JSON.parse(env.P2P_ASK)
const { Entry } = await import(from)
process.stdout.write(JSON.stringify({ value: new Entry(...entry).getPassword() ?? null }))`

function findKeyring(): string {
  return import.meta.resolve(packageName)
}

function found(find: () => string): string {
  try {
    return find()
  } catch (error) {
    throw notInstalled(error)
  }
}

/** The default on Linux falls back to the kernel's keyring, which forgets everything at the next start. */
function entryOf(name: string): EntryArguments {
  return [keychainService, name, { linux: { store: 'secret-service' } }]
}

type LoadKeyring = () => Promise<Keyring>

/** Not a literal: the package may be absent, and then its types are as well. */
const packageName: string = '@napi-rs/keyring'

function loadKeyring(): Promise<Keyring> {
  return import(packageName) as Promise<Keyring>
}

async function loaded(load: LoadKeyring): Promise<Keyring> {
  try {
    return await load()
  } catch (error) {
    throw notInstalled(error)
  }
}

function notInstalled(cause: unknown): P2pError {
  return unavailable(
    'this p2p has no keychain support: the optional package @napi-rs/keyring is not installed beside it',
    'npm install @napi-rs/keyring where p2p is installed, or keep secrets in variables or files',
    cause,
  )
}

function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    return refuse(error)
  }
}

/** One set of words for a store that is absent, locked or refused by its owner: the package tells them apart by text only. */
function refuse(error: unknown): never {
  if (process.platform === 'linux') {
    throw unavailable(
      'no keychain answers in this session: the Secret Service is not running, or it is locked',
      'unlock it, or start one (gnome-keyring, KWallet or KeePassXC in a session with D-Bus); or keep secrets in variables or files',
      error,
    )
  }
  throw unavailable(
    'the keychain refuses to work: it is locked, or access was denied',
    'unlock it and try again, or keep secrets in variables or files',
    error,
  )
}

/** The package's own words are not passed on: they may repeat what it was given. */
function unavailable(message: string, hint: string, cause?: unknown): P2pError {
  return new P2pError('system.missing', message, { hint, cause })
}
