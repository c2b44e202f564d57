import fc from 'fast-check'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadProject } from '../../src/config/load.ts'
import { parseDotenv } from '../../src/core/text/dotenv.ts'
import type { ImportedTunnel } from '../../src/import/imported-tunnel.ts'
import { readInputs, type ImportInput, type ImportReading } from '../../src/import/read.ts'
import { connectd46, connectionOf, type Effect } from './model.ts'
import { emptyFolder, importWith, runCommand } from './support.ts'

const keys = [
  ...['autoconnect', 'user_id', 'Yoics_id', 'auth_pass', 'Yoics_pass', 'user_pass', 'auth_hash', 'auth_token', 'token'],
  ...['encryption', 'encrypt_level', 'remote_address', 'proxy_local_port', 'proxy_local_port0', 'proxy_bind_address'],
  ...['max_depth', 'max_outstanding', 'UID', 'auth_index', 'Remote_Address', 'AUTH_PASS', 'proxy_port', 'colour'],
]
const values = [
  ...[
    '1',
    '2',
    '0',
    '12',
    '16',
    '255',
    '256',
    '300',
    '33000',
    '65535',
    '65536',
    '99999',
    '-1',
    'T33000',
    '0x80E8',
    '8e3',
  ],
  ...['127.0.0.1', '0.0.0.0', '192.168.001.7', '256.1.1.1', 'localhost', '::1', '*', 'xxtea', 'rc4', '9', '"33000"'],
  ...['80:00:00:00:01:00:0A:C2', '80:0:0:0:1:0:a:c3', '8000000001000AC2', 'ann@example.com', 'bob', "'x'", '#', '='],
  ...['p'.repeat(31), 'p'.repeat(32), 'u'.repeat(125), '0123456789012345678901234567890123456789', 'é', '$V', '\\n'],
]
const good = [
  'autoconnect 1',
  'user_id ann@example.com',
  'auth_pass hunter22',
  'proxy_local_port 33000',
  'proxy_bind_address 127.0.0.1',
  'remote_address 80:00:00:00:01:00:0A:C2',
]

const value = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...values) }, fc.string({ maxLength: 12 }))
const separator = fc.oneof(
  { weight: 8, arbitrary: fc.constant(' ') },
  fc.constantFrom('   ', '\t', '=', ' = ', ': ', ' \t', ''),
)
/** What people write for these keys, rightly and wrongly. */
const pairs = [
  [
    'proxy_local_port',
    ['33000', '0', '65535', '65536', '99999', '-1', 'T33000', '0x80E8', '8e3', '"33000"', '33000,', '+1'],
  ],
  ['proxy_bind_address', ['127.0.0.1', '0.0.0.0', '192.168.001.7', '256.1.1.1', 'localhost', '::1', '"127.0.0.1"']],
  [
    'remote_address',
    ['80:00:00:00:01:00:0A:C2', '80:0:0:0:1:0:a:c3', '8000000001000AC2', '80-00-00-00-01-00-0A-C2', '80:1'],
  ],
  ['encryption', ['0', '1', '2', '3', '9', '-1', 'xxtea', 'rc4', 'off', '02', '1x', '"1"']],
  ['max_depth', ['0', '1', '12', '255', '256', '-3', 'twelve', '12.', '0x10', "'16'"]],
  ['auth_pass', ['p'.repeat(31), 'p'.repeat(32), '"x"', 'a#b', 'é', '$V']],
  ['user_id', ['u'.repeat(124), 'u'.repeat(125), "'bob'", 'é@example.com', 'a\tb', '$V']],
  ['autoconnect', ['0', '1', '2', '7', 'yes']],
  ['auth_hash', ['0123456789012345678901234567890123456789', '"x"']],
] as const
const pair = fc
  .constantFrom(...pairs)
  .chain(([key, words]) => fc.constantFrom(...words).map((word) => `${key} ${word}`))
const setting = fc.oneof(
  { weight: 3, arbitrary: pair },
  fc
    .tuple(fc.constantFrom('', '', '', ' ', '\t', '\uFEFF'), fc.constantFrom(...keys), separator, value)
    .map((parts) => parts.join('')),
)
const line = fc.oneof(
  { weight: 8, arbitrary: setting },
  fc.tuple(setting, value).map(([head, rest]) => `${head} ${rest}`),
  fc.constantFrom('', '   ', '# comment', ' # indented', '#', `lifetime ${'9'.repeat(1100)}`),
  fc.string({ maxLength: 30 }),
)
const end = fc.oneof({ weight: 8, arbitrary: fc.constant('\n') }, fc.constantFrom('\r\n', '\r', '\n\n'))

/** A file that works with lines put in, taken away and put out of order; sometimes without its last line end. */
const file = fc
  .tuple(
    fc.shuffledSubarray(good, { minLength: 3 }),
    fc.oneof({ weight: 3, arbitrary: fc.array(line, { maxLength: 4 }) }, fc.constant<string[]>([])),
    fc.array(fc.nat({ max: 9 }), { minLength: 4, maxLength: 4 }),
    fc.array(end, { minLength: 12, maxLength: 12 }),
    fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  )
  .map(([lines, added, places, ends, open]) => {
    const all = [...lines]
    for (const [index, extra] of added.entries()) all.splice(Math.min(places[index] ?? 0, all.length), 0, extra)
    const text = all.map((content, index) => content + (ends[index] ?? '\n')).join('')
    return open ? text.replace(/[\r\n]+$/, '') : text
  })

function read(text: string): ImportReading {
  const bytes = new TextEncoder().encode(text)
  const input: ImportInput = { file: 'old.txt', path: '/old.txt', base: 'old', folder: '', bytes, named: true }
  return readInputs([input], () => null)
}

/** The tunnel as numbers and words of connectd; null where the file was refused. */
function written(connection: ImportedTunnel | undefined): ReturnType<typeof connectionOf> {
  if (connection === undefined) return null
  const { login, encryption } = connection
  return {
    user: 'text' in login.user ? login.user.text : '',
    secret: 'secret' in login.secret.value ? login.secret.value.secret.open() : '',
    uid: connection.uid,
    bind: connection.bind ?? '127.0.0.1',
    port: connection.port ?? 0,
    encryption: ['none', 'rc4', 'xxtea'].indexOf(encryption ?? 'xxtea'),
    depth: connection.maxDepth ?? 8,
  }
}

function connectionIn({ files }: ImportReading): ImportedTunnel | undefined {
  return files[0]?.tunnels[0]
}

/** Warnings about what people may not expect, though the import does just what connectd does. */
const alike = new Set([
  'duplicate',
  'rest-ignored',
  'port-wrapped',
  'unknown-key',
  'user-cut',
  'not-imported',
  'hash-form',
  'encryption-weak',
  'bind-everywhere',
])

/** What connectd does not read as it stands there. Settings that only p2p can't express are no such thing. */
function hasSlip({ ends, passedOver }: Effect): boolean {
  return ends !== 'reads' || passedOver > 0
}

describe('for every provisioning file', () => {
  test('what is imported without a word, or with words that say so, is what connectd 4.6 would do', () => {
    let silent = 0
    fc.assert(
      fc.property(file, (text) => {
        const reading = read(text)
        const connection = connectionIn(reading)
        if (!reading.diagnostics.every(({ code }) => alike.has(code)) || connection === undefined) return
        silent += 1
        const does = connectionOf(connectd46(new TextEncoder().encode(text)))
        expect(written(connection)).toEqual(does)
      }),
      { numRuns: 600 },
    )
    // Otherwise this proves nothing.
    expect(silent).toBeGreaterThan(25)
  })

  test('where connectd dies, or passes over a line, the import says so', () => {
    let slips = 0
    fc.assert(
      fc.property(file, (text) => {
        const reading = read(text)
        const effect = connectd46(new TextEncoder().encode(text))
        if (connectionIn(reading) === undefined || !hasSlip(effect) || onlyOddComments(text, effect)) return
        slips += 1
        expect(reading.diagnostics).not.toEqual([])
      }),
      {
        numRuns: 600,
        // Found by chance: a line with too much on it that another one says again.
        examples: [
          [
            'autoconnect 1 1\nproxy_local_port 33000\nuser_id ann@example.com\nremote_address 80:00:00:00:01:00:0A:C2\nproxy_bind_address 127.0.0.1\nauth_pass hunter22\nautoconnect 1\n',
          ],
        ],
      },
    )
    // Random texts: far below what they hold on average, far above nought.
    expect(slips).toBeGreaterThan(100)
  })

  test('whatever connectd connects to is imported or refused with a reason, and no value of a secret is told', () => {
    fc.assert(
      fc.property(file, (text) => {
        const { files, diagnostics } = read(text.replaceAll('hunter22', 'Marker-secret'))
        expect(files).toHaveLength(1)
        const [only] = files
        if (only?.result === 'refused') expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true)
        expect(JSON.stringify(diagnostics)).not.toContain('Marker-secret')
      }),
      { numRuns: 600 },
    )
  })

  test('the p2p.yaml that is made launches connectd with what was read, its secret in .env', async () => {
    const root = emptyFolder()
    let count = 0
    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        const cwd = join(root, String((count += 1)))
        mkdirSync(cwd)
        writeFileSync(join(cwd, 'old.txt'), text)
        const said = await importWith({ cwd }, { files: ['old.txt'], output: 'p2p.yaml' })
        // Status 4 with a reason is a refusal; that the result would be invalid is never one.
        expect(said.stderr).not.toContain('would not be valid')
        const connection = connectionIn(read(text))
        const means = written(connection)
        if (said.status !== 0 || means === null || connection === undefined) return
        const launched = await launchedFrom(cwd)
        expect(launched).toMatchObject({ uid: means.uid, bind: means.bind, encryption: means.encryption })
        if (means.user !== '') expect(launched?.user).toBe(means.user)
        if (connection.port !== null) expect(launched?.port).toBe(means.port)
        expect(launched?.depth).toBe(connection.maxDepth ?? 12)
        const stored = existsSync(join(cwd, '.env')) ? readFileSync(join(cwd, '.env'), 'utf8') : ''
        const values = [...parseDotenv(stored, () => undefined).values()]
        expect(values).toEqual('secret' in connection.login.secret.value ? [means.secret] : [])
      }),
      { numRuns: 80 },
    )
  })
})

/** The file that p2p would launch connectd with, as the model reads it. */
async function launchedFrom(cwd: string): Promise<ReturnType<typeof connectionOf>> {
  let file = ''
  await runCommand({ cwd }, async (ctx) => {
    const { project } = await loadProject(ctx, { ports: { recorded: () => ({}), taken: () => false } })
    for (const { content } of project.tunnels[0]?.launch.files ?? []) {
      file +=
        typeof content === 'string'
          ? content
          : content.map((piece) => (typeof piece === 'string' ? piece : 'x')).join('')
    }
    return 0
  })
  return connectionOf(connectd46(new TextEncoder().encode(file)))
}

/** Comments that do not begin in the first column are unknown keys to connectd, but nobody meant more by them. */
function onlyOddComments(text: string, effect: Effect): boolean {
  if (effect.ends !== 'reads') return false
  const odd = text
    .split(/\r\n|\n|\r/)
    .filter((content) => /^[\uFEFF \t]+#/.test(content) || /^[\uFEFF\t ]+$/.test(content))
  return odd.length >= effect.passedOver
}
