/**
 * The system's keychain: Keychain on macOS, the Secret Service (GNOME Keyring, KWallet, KeePassXC) on Linux. Through the
 * optional package @napi-rs/keyring, which is loaded only where a secret is kept there.
 */
import { P2pError } from '../core/errors.ts'

export interface Keychain {
  /** The value of an entry; null: there is none. Waits, where it is locked, for the human who unlocks it. */
  get: (name: string) => string | null
  set: (name: string, value: string) => void
}

/** What the package gives, as far as it is used. Its constructors throw where the store can't be reached. */
export interface Keyring {
  Entry: new (...entry: EntryArguments) => { getPassword: () => string | null; setPassword: (value: string) => void }
  AsyncEntry: new (...entry: EntryArguments) => { getPassword: () => Promise<string | null> }
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
  // So that nobody types a secret for a keychain that is not there.
  attempt(() => new Entry(...entryOf('any')))
  return keychain
}

/** A human may have to unlock it. */
const patienceMs = 60_000

/**
 * The value of an entry; null: there is none. Asked aside, so that whoever waits can be interrupted.
 * @throws P2pError 'system.missing' as above, or when there is no answer in time.
 */
export async function readKeychain(name: string, load = loadKeyring, timeoutMs = patienceMs): Promise<string | null> {
  const { AsyncEntry } = await loaded(load)
  const entry = attempt(() => new AsyncEntry(...entryOf(name)))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(unavailable(`the keychain gave no answer within ${timeoutMs / 1000} s`, 'unlock it, then try again'))
    }, timeoutMs)
  })
  try {
    return await Promise.race([entry.getPassword().catch(refuse), late])
  } finally {
    clearTimeout(timer)
  }
}

/** The default on Linux falls back to the kernel's keyring, which forgets everything at the next start. */
function entryOf(name: string): EntryArguments {
  return [keychainService, name, { linux: { store: 'secret-service' } }]
}

export type LoadKeyring = () => Promise<Keyring>

/** Not a literal: the package may be absent, and then its types are as well. */
const packageName: string = '@napi-rs/keyring'

function loadKeyring(): Promise<Keyring> {
  return import(packageName) as Promise<Keyring>
}

async function loaded(load: LoadKeyring): Promise<Keyring> {
  try {
    return await load()
  } catch (error) {
    throw unavailable(
      'this p2p has no keychain support: the optional package @napi-rs/keyring is not installed beside it',
      'npm install @napi-rs/keyring where p2p is installed, or keep secrets in variables or files',
      error,
    )
  }
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
