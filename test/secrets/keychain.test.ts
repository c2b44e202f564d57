import { expect, test } from 'vitest'
import { P2pError } from '../../src/core/errors.ts'
import { openKeychain, readKeychain } from '../../src/runtime/secrets/keychain.ts'
import { readKeychainSecret } from '../../src/runtime/secrets/sources.ts'
import { memoryKeyring } from './keyring.ts'

test('what is set is read again, from the store that outlives a reboot, under the service p2p', async () => {
  const { keyring, seen } = memoryKeyring()
  const load = () => Promise.resolve(keyring)
  const keychain = await openKeychain(load)
  expect(keychain.get('lab')).toBeNull()
  keychain.set('lab', 's3cret')
  expect(keychain.get('lab')).toBe('s3cret')
  for (const [service, , options] of seen)
    expect([service, options]).toEqual(['p2p', { linux: { store: 'secret-service' } }])
})

test('what a launch reads is asked of the same store, aside', async () => {
  const find = packageOf(`export class Entry {
    constructor(service, name, { linux }) { this.value = [service, name, linux.store].join(' ') }
    getPassword() { return this.value }
  }`)
  expect(await readKeychain('lab', {}, { find })).toBe('p2p lab secret-service')
  expect(await readKeychainSecret('password of account default', 'lab', {}, { find })).toBe('p2p lab secret-service')
})

test('an entry that is not there is missing, and the hint says who writes it', async () => {
  const find = packageOf('export class Entry { getPassword() { return null } }')
  expect(await readKeychainSecret('password of account default', 'lab', {}, { find })).toEqual({
    code: 'secret.missing',
    reason: 'password of account default: the keychain has no entry lab',
    hint: 'p2p login stores the secret of an account; any other belongs to service p2p, user lab',
  })
})

test('without the optional package the message names it', async () => {
  const load = () => Promise.reject(new Error('Cannot find package'))
  await expect(openKeychain(load)).rejects.toMatchObject({ code: 'system.missing', exitStatus: 6 })
  const find = () => {
    throw new Error('Cannot find package')
  }
  expect(await readKeychainSecret('password of account default', 'lab', {}, { find })).toMatchObject({
    code: 'secret.missing',
    reason: expect.stringContaining('@napi-rs/keyring is not installed') as string,
    hint: expect.stringContaining('npm install @napi-rs/keyring') as string,
  })
})

test('without a keychain service the message says so, before a secret is asked for, and in our own words', async () => {
  const { keyring } = memoryKeyring({ unreachable: true })
  const error: unknown = await openKeychain(() => Promise.resolve(keyring)).catch((thrown: unknown) => thrown)
  if (!(error instanceof P2pError)) throw new Error('opened')
  expect(error.message).toMatch(/^(no keychain available in this session|the keychain is locked)/)
  expect(error.message).not.toContain('Platform failure')
  const find = packageOf("export class Entry { constructor() { throw new Error('Platform failure') } }")
  expect(await readKeychainSecret('label', 'lab', {}, { find })).toMatchObject({
    code: 'secret.missing',
    reason: `label: ${error.message}`,
  })
})

test('nobody waits for ever for a keychain that nobody unlocks, be its thread blocked', async () => {
  const find = packageOf(
    'export class Entry { getPassword() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) } }',
  )
  await expect(readKeychain('lab', {}, { find, timeoutMs: 5 })).rejects.toMatchObject({
    message: 'the keychain timed out after 0.005 s',
    hint: 'unlock it, then retry',
  })
})

/** Says where a package with this code is. */
function packageOf(code: string): () => string {
  return () => `data:text/javascript,${encodeURIComponent(code)}`
}
