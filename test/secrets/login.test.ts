import { expect, test } from 'vitest'
import { openTerminal } from '../support/terminal.ts'
import { mainFile, type Ran } from '../support/process.ts'
import { Rig } from '../support/rig.ts'
import { giveKeyring } from './keyring.ts'

const secret = 'Marker-Of-Login'

function login(rig: Rig, input: string, ...args: string[]): Promise<Ran> {
  return rig.p2pWithInput(input, 'login', ...args)
}

function rigWith(accounts: string): Rig {
  const rig = new Rig()
  rig.write(`accounts:\n${accounts}\ntunnels: {}\n`)
  return rig
}

test('a piped secret goes into the entry that p2p.yaml names, and nowhere else', async () => {
  const rig = rigWith('  default: { user: you@example.com, password: { keychain: lab } }')
  const keyring = giveKeyring(rig)
  const ran = await login(rig, `${secret}\r\nmore\n`)
  expect(ran).toMatchObject({ status: 0, stdout: '' })
  expect(ran.stderr).toBe(
    'stored the password of account default in the keychain, as lab\n' +
      '  next: p2p up uses it; what is open keeps its session until p2p restart\n',
  )
  expect(keyring.entries()).toEqual({ lab: secret })
})

test('where p2p.yaml does not use the keychain yet, it says what to write', async () => {
  const rig = rigWith('  work: { user: you@example.com, auth_hash: { env: HASH } }')
  const keyring = giveKeyring(rig)
  const hash = 'aF'.repeat(20)
  const ran = await login(rig, hash)
  expect(ran.stderr).toContain('under accounts.work: auth_hash: { keychain: remoteit/you@example.com/auth_hash }\n')
  expect(ran.stderr).not.toContain(hash)
  expect(keyring.entries()).toEqual({ 'remoteit/you@example.com/auth_hash': hash })
  // And that works.
  rig.write(
    'accounts: { work: { user: you@example.com, auth_hash: { keychain: remoteit/you@example.com/auth_hash } } }\ntunnels: {}\n',
  )
  expect((await login(rig, hash)).stderr).toContain('next: p2p up uses it')
})

test.each([
  ['password: { env: P }', 'x'.repeat(32), 'has 32 bytes', 'auth_hash'],
  ['password: { env: P }', 'two words', 'must be one word without spaces', 'auth_hash'],
  ['auth_hash: { env: P }', 'abc', 'must be 40 hexadecimal digits', 'service_authhash'],
  ['password: { env: P }', '', 'nothing was given', 'type the password'],
])('what connectd could not read for %s is refused before it is stored: %s', async (key, input, reason, hint) => {
  const rig = rigWith(`  default: { user: you@example.com, ${key} }`)
  const keyring = giveKeyring(rig)
  const ran = await login(rig, input)
  expect(ran.status).toBe(2)
  expect(ran.stderr).toContain(reason)
  expect(ran.stderr).toContain(hint)
  if (input !== '') expect(ran.stderr).not.toContain(input)
  expect(keyring.entries()).toEqual({})
})

test('which account is meant must be clear', async () => {
  const two = '  lab: { user: a@b.c, password: { env: P } }\n  work: { user: d@e.f, password: { env: Q } }'
  const rig = rigWith(two)
  giveKeyring(rig)
  expect(await login(rig, secret)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('p2p login lab|work') as string,
  })
  expect(await login(rig, secret, 'wrok')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('did you mean work?') as string,
  })
  expect((await login(rig, secret, 'work')).status).toBe(0)
  rig.write('tunnels: {}\n')
  expect(await login(rig, secret)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('declares no account') as string,
  })
})

test('without keychain support it says what is missing before it asks: exit 6', async () => {
  const rig = rigWith('  default: { user: you@example.com, password: { keychain: lab } }')
  rig.env['NODE_OPTIONS'] = hiding('@napi-rs/keyring')
  const ran = await login(rig, secret)
  expect(ran.status).toBe(6)
  expect(ran.stderr).toContain('the optional package @napi-rs/keyring is not installed')
})

test('on a terminal nothing that is typed is seen, a slip can be mended, and Ctrl-C stores nothing', async () => {
  const rig = rigWith('  default: { user: you@example.com, password: { keychain: lab } }')
  const keyring = giveKeyring(rig)
  const open = () =>
    openTerminal(process.execPath, [mainFile, 'login'], { columns: 100, rows: 20, env: rig.env, cwd: rig.project })
  const question = 'password of account default (you@example.com):'

  const stopped = open()
  await stopped.until((lines) => lines.some((line) => line.startsWith(question)))
  stopped.type(`${secret}\x03`)
  expect(await stopped.exited).toBe(130)
  expect(keyring.entries()).toEqual({})

  const screen = open()
  await screen.until((lines) => lines.some((line) => line.startsWith(question)))
  screen.type(`wrong\x15${secret}!\x7f\r`)
  expect(await screen.exited).toBe(0)
  expect(keyring.entries()).toEqual({ lab: secret })
  for (const shown of [screen.sent(), stopped.sent()]) {
    expect(shown).not.toContain(secret)
    expect(shown).not.toContain('wrong')
  }
  expect(screen.lines().join('\n')).toContain('stored the password of account default')
})

/** Makes a package impossible to find, be it installed or not. */
function hiding(name: string): string {
  const hook = `import Module from 'node:module'
const resolve = Module._resolveFilename
Module._resolveFilename = (name, ...rest) => {
  if (name === '${name}') throw Object.assign(new Error('hidden'), { code: 'MODULE_NOT_FOUND' })
  return resolve(name, ...rest)
}`
  return `--import=data:text/javascript,${encodeURIComponent(hook)}`
}
