/** Keychain on macOS, Secret Service on Linux, through the optional package @napi-rs/keyring, loaded only when needed. */
import type { Environment } from '../../core/context.ts'
import { P2pError } from '../../core/errors.ts'
import { process } from '../machine.ts'

interface Keychain {
  /** Null: no such entry. Waits for the user if the keychain is locked. */
  get: (name: string) => string | null
  set: (name: string, value: string) => void
}

/** The used part of the package. Its constructors throw if the store can't be reached. */
export interface Keyring {
  Entry: new (...entry: EntryArguments) => { getPassword: () => string | null; setPassword: (value: string) => void }
}

type EntryArguments = [service: string, user: string, options: { linux: { store: 'secret-service' } }]

/** Service name of all p2p entries: `secret-tool lookup service p2p username NAME` shows one on Linux. */
export const keychainService = 'p2p'

/** @throws P2pError 'system.missing' if the package or the keychain is not available. */
export async function openKeychain(load = loadKeyring): Promise<Keychain> {
  const { Entry } = await load().catch(notInstalled)
  const entry = (name: string): InstanceType<Keyring['Entry']> => new Entry(...entryOf(name))
  // Fails before the user types a secret for a missing keychain.
  attempt(() => entry('any'))
  return {
    get: (name) => attempt(() => entry(name).getPassword()),
    set(name, value) {
      attempt(() => {
        entry(name).setPassword(value)
      })
    },
  }
}

/** The user may have to unlock it. */
const patienceMs = 60_000

export interface Asking {
  /** Returns the URL of the package; throws if not installed. */
  find?: () => string
  timeoutMs?: number
}

/** Read by a child Node, since the call may block until the keychain is unlocked. @throws P2pError 'system.missing' */
export async function readKeychain(
  name: string,
  env: Environment,
  { find = findKeyring, timeoutMs = patienceMs }: Asking = {},
): Promise<string | null> {
  const { runHelper } = await import('../process/run-helper.ts')
  const result = await runHelper({
    argv: [process.execPath, '--input-type=module', '-e', asking],
    cwd: '/',
    // Entry names contain user names, which do not belong on a command line.
    env: { ...env, P2P_ASK: JSON.stringify({ from: attempt(find, notInstalled), entry: entryOf(name) }) },
    timeoutMs,
    capture: true,
  })
  if (result.kind === 'done') return (JSON.parse(result.stdout) as { value: string | null }).value
  if (result.kind !== 'late') return refuse()
  throw unavailable(`the keychain timed out after ${timeoutMs / 1000} s`, 'unlock it, then retry')
}

const asking = `import { env } from 'node:process'
const { from, entry } = JSON.parse(env.P2P_ASK)
const { Entry } = await import(from)
process.stdout.write(JSON.stringify({ value: new Entry(...entry).getPassword() ?? null }))`

function findKeyring(): string {
  return import.meta.resolve(packageName)
}

/** The default on Linux falls back to the kernel's keyring, which is lost on reboot. */
function entryOf(name: string): EntryArguments {
  return [keychainService, name, { linux: { store: 'secret-service' } }]
}

/** Not a literal type: the package and its types may be absent. */
const packageName: string = '@napi-rs/keyring'

function loadKeyring(): Promise<Keyring> {
  return import(packageName) as Promise<Keyring>
}

function attempt<T>(work: () => T, fail: (error: unknown) => never = refuse): T {
  try {
    return work()
  } catch (error) {
    return fail(error)
  }
}

function notInstalled(cause: unknown): never {
  throw unavailable(
    'this p2p has no keychain support: the optional package @napi-rs/keyring is not installed',
    'npm install @napi-rs/keyring where p2p is installed, or keep secrets in variables or files',
    cause,
  )
}

/** One message for a store that is absent, locked or denied: the package tells them apart by text only. */
function refuse(cause?: unknown): never {
  const otherwise = 'keep secrets in variables or files'
  if (process.platform !== 'linux') {
    throw unavailable('the keychain is locked, or access was denied', `unlock it and retry, or ${otherwise}`, cause)
  }
  throw unavailable(
    'no keychain available in this session: the Secret Service is not running or is locked',
    `unlock it, or start one (gnome-keyring, KWallet or KeePassXC in a session with D-Bus); or ${otherwise}`,
    cause,
  )
}

/** The package's own message is not shown: it may repeat its arguments. */
function unavailable(message: string, hint: string, cause?: unknown): P2pError {
  return new P2pError('system.missing', message, { hint, cause })
}
