import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig, read } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { giveKeyring } from './keyring.ts'

const hash = '0123456789abcdefABCD'.repeat(2)
const uid = '80:00:00:00:01:00:0A:C2'

interface Case {
  name: string
  /** The account's one secret, as p2p.yaml names it. */
  secret: string
}

/** One tunnel for each account, named like it. */
async function projectOf(cases: readonly Case[]): Promise<string> {
  const accounts = cases.map(({ name, secret }) => `  ${name}: { user: you@example.com, ${secret} }\n`)
  const tunnels: string[] = []
  for (const { name } of cases) {
    const connectd = `{ uid: ${uid}, account: ${name}, program: connectd-sim }`
    tunnels.push(`  ${name}: { port: ${await freePort()}, connectd: ${connectd}, restart: no }\n`)
  }
  return `accounts:\n${accounts.join('')}tunnels:\n${tunnels.join('')}`
}

/** The lines by which connectd logs in, from the private file that it was given. */
function loginLines(rig: Rig, tunnel: string): string[] {
  const file = rig.files('run').find((path) => path.endsWith(`/t/${tunnel}/connectd.conf`))
  return read(file ?? '')
    .split('\n')
    .filter((line) => line.startsWith('auth'))
}

function secretFile(rig: Rig, name: string, text: string, mode = 0o600): void {
  mkdirSync(rig.project, { recursive: true })
  writeFileSync(join(rig.project, name), text, { mode })
}

test('every kind of secret from every source reaches connectd in its private file', async () => {
  const rig = new Rig({ PI_PASSWORD: 'from-env', TEMPLATE: 'from-template' })
  giveKeyring(rig).set('lab', 'from-keychain')
  rig.write('DOTENV=from-dotenv\n', '.env')
  secretFile(rig, 'hash.txt', `${hash}\n`)
  const cases: (Case & { lines: string[] })[] = [
    { name: 'env', secret: 'password: { env: PI_PASSWORD }', lines: ['auth_pass from-env'] },
    { name: 'dotenv', secret: 'password: { env: DOTENV }', lines: ['auth_pass from-dotenv'] },
    { name: 'template', secret: 'password: "${TEMPLATE}"', lines: ['auth_pass from-template'] },
    { name: 'literal', secret: 'password: written-out', lines: ['auth_pass written-out'] },
    { name: 'keychain', secret: 'password: { keychain: lab }', lines: ['auth_pass from-keychain'] },
    { name: 'file', secret: 'auth_hash: { file: hash.txt }', lines: [`auth_hash ${hash}`] },
    {
      name: 'command',
      secret: 'auth_token: { command: [sh, -c, "echo from-command; echo more"] }, auth_index: 3',
      lines: ['auth_index 3', 'auth_token from-command'],
    },
  ]
  rig.write(await projectOf(cases))
  const up = await rig.p2p('up')
  expect(up.status, up.stderr).toBe(0)
  for (const { name, lines } of cases) expect(loginLines(rig, name), name).toEqual(lines)
})

test('a secret that can not be had or that connectd would misread fails its tunnel, named, without its value', async () => {
  const rig = new Rig({ LONG: 'M'.repeat(32), BLANK: 'Marker Blank', SHORT: 'Marker', EMPTY: '' })
  giveKeyring(rig)
  secretFile(rig, 'open.txt', 'Marker-File\n', 0o644)
  const cases: (Case & { code: string; says: RegExp; hint: RegExp })[] = [
    {
      name: 'long',
      secret: 'password: { env: LONG }',
      code: 'secret.unfit',
      says: /has 32 bytes; its program accepts at most 31/,
      hint: /auth_hash/,
    },
    {
      name: 'blank',
      secret: 'password: { env: BLANK }',
      code: 'secret.unfit',
      says: /must be one word without spaces/,
      hint: /auth_hash/,
    },
    {
      name: 'short',
      secret: 'auth_hash: { env: SHORT }',
      code: 'secret.unfit',
      says: /must be 40 hexadecimal digits/,
      hint: /service_authhash of account short/,
    },
    {
      name: 'empty',
      secret: 'password: { env: EMPTY }',
      code: 'secret.missing',
      says: /is empty/,
      hint: /connectd accepts/,
    },
    { name: 'unset', secret: 'password: { env: NOT_SET }', code: 'secret.missing', says: /NOT_SET/, hint: /NOT_SET/ },
    {
      name: 'open',
      secret: 'password: { file: open.txt }',
      code: 'secret.refused',
      says: /open\.txt is readable by others/,
      hint: /chmod 600/,
    },
    {
      name: 'fails',
      secret: 'password: { command: [sh, -c, "echo Marker-Out; echo Marker-Err >&2; exit 7"] }',
      code: 'secret.missing',
      says: /the command sh failed \(status 7\)/,
      hint: /try sh/,
    },
    {
      name: 'nokey',
      secret: 'password: { keychain: lab }',
      code: 'secret.missing',
      says: /the keychain has no entry lab/,
      hint: /p2p login/,
    },
  ]
  rig.write(await projectOf(cases))
  const up = await rig.p2p('up', '--progress', 'json')
  expect(up.status).toBe(1)
  expect(up.stderr).not.toMatch(/Marker|MMMM/)
  const lines = await rig.ps()
  expect(JSON.stringify(lines)).not.toMatch(/Marker|MMMM/)
  const events = up.stderr.split('\n').filter((line) => line.includes('"failed"'))
  for (const { name, code, says, hint } of cases) {
    const line = lines.find((one) => one.name === name)
    expect([line?.state, line?.code], name).toEqual(['failed', code])
    expect(line?.reason, name).toMatch(says)
    expect(
      events.find((event) => event.includes(`"name":"${name}"`)),
      name,
    ).toMatch(hint)
  }
})
