import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { run, type ConfigArgs } from '../../src/commands/config.ts'
import { P2pError } from '../../src/core/errors.ts'
import { contextIn, folderWith, type Files, type Setting } from '../config/support.ts'

interface Ran {
  status: number | P2pError
  out: string
}

async function config(folder: string, args: Partial<ConfigArgs> = {}, setting: Setting = {}): Promise<Ran> {
  const ctx = contextIn(folder, { ...setting, env: { P2P_STATE_DIR: join(folder, 'state'), ...setting.env } })
  const all = { quiet: false, format: 'yaml' as const, names: false, profiles: false, hash: false, ...args }
  const status = await run(ctx, all).catch((error: unknown) => {
    if (error instanceof P2pError) return error
    throw error
  })
  return { status, out: ctx.said.stdout }
}

const files: Files = {
  'p2p.yaml': `
name: lab
include: [shared/db.yaml]
accounts:
  default: { user: "\${REMOTEIT_USER:-you@example.com}", password: "\${REMOTEIT_PASSWORD:-hunter2}" }
  other: { user: me, password: hunter2 }
defaults: { restart: always, connectd: { program: ./bin/connectd } }
tunnels:
  pi:
    description: costs $$5
    port: 33000
    connectd: { uid: 80:00:00:00:01:00:0a:c2 }
    profiles: [web, bench]
  api:
    extends: base
    port: auto
    depends_on: [db]
    environment: { TOKEN: { env: GITHUB_TOKEN }, MODE: 1e3 }
  base: { port: 81, command: [serve, "{port}"], env_file: [./api.env], working_dir: ./api }
`,
  'api.env': 'A=1\n',
  'shared/db.yaml': 'tunnels: { db: { port: 5432, ssh: { to: bastion, forward: "db:5432", identity: ./key } } }\n',
}

const odd: Setting = { env: { HOME: '/home/me', ME: 'me@x', PORT_OF_C: '1235' } }

const oddFiles: Files = {
  'p2p.yaml': `
name: odd
include: [inc/p2p.yaml, { path: inc/deep/x.yaml, env_file: [shared/one.env] }]
accounts:
  default: { user: $ME, password: { file: ./secret } }
  two: { user: a-b, auth_hash: { command: [cat, "$HOME/x", "a$$b", "{port}"] } }
  three: { user: a, auth_token: "x\${TOKEN:-y$$z}", auth_index: 3, x-note: 1 }
  four: { user: a, password: { keychain: p2p } }
defaults:
  bind: localhost
  healthcheck: { interval: 10s }
  labels: { a: 1.10, b: 0x10, c: yes, d: "", e: "a$$b" }
  environment: { A: "$$B", C: 1e3, E: true }
  env_file: [shared/one.env, { path: shared/none.env, required: false }]
  connectd: { account: two, program: ./bin/connectd }
  ssh: { options: { Compression: true, Port: [22, 23], User: 007 }, identity: [~/.ssh/id, ./key, "%d/x"] }
  tcp: { max_connections: 5 }
tunnels:
  a: { port: auto, connectd: { uid: 80:00:00:00:01:00:00:12 }, profiles: [x, x, "1.0"], url: "http://{host}:{port}/{x}$$y" }
  b: { port: auto, bind: "::1", ssh: { to: "ssh://a@b:22", forward: "[fd00::1]:80", jump: [a, b] }, profiles: [x] }
  c:
    ssh:
      to: b
      forward: [{ port: 1234, to: /var/x.sock }, { port: $PORT_OF_C, bind: 0.0.0.0, to: "db:{port:b}" }]
      reverse: [{ from: 9000, to: "127.0.0.1:{port:a}" }]
    profiles: [x]
    depends_on: { a: { condition: healthy }, b: { restart: true } }
    healthcheck: false
  d:
    port: auto
    command: { run: "echo $$HOME {port} | cat; sleep \${X:-5}", shell: true }
    ready: { log: "^a$$|b{1,2}\\\\d", listen: true, banner: '^SSH-2\\.0', http: /x?y=$$1, command: [a, "{port}"], timeout: 1h0m1s }
    healthcheck: { banner: "^x\\t$$" }
    restart: "on-failure:3"
    stop: { signal: KILL, grace: 0s }
    logs: { max_size: 1.5kb, keep: 0 }
  e: { extends: d, port: 8090, command: null, ready: null, healthcheck: { banner: null, tls: true }, tcp: { to: "h:1", idle_timeout: 1.5h }, working_dir: "~/w $$x", restart: no }
  f:
    command: [x, "", " a ", "a\\nb", "- x", "null", "1e3", "\\u200b", "\\e[0m", "# c", "{port", "$$\{A}", "no", "22:22"]
    environment: { P_TOKEN: "x\${Y-z}", Q: { file: ./q }, R: { env: RR }, S: { command: [a] }, T_TOKEN: $RR }
  g: { extends: { file: shared/team.yaml, tunnel: base }, port: 7777 }
`,
  'inc/p2p.yaml': `
defaults: { restart: always, working_dir: ./w }
tunnels: { inc: { port: 8081, command: [./run, "$V"], env_file: v.env, environment: [A=b=c, "B= x", C_TOKEN=x] } }
`,
  'inc/.env': 'V=inner # of inc\n',
  'inc/v.env': 'Z=1\nPW_TOKEN=zzz\n',
  'inc/deep/x.yaml': 'tunnels: { deep: { port: 8082, ssh: { to: x, forward: "$W:80", identity: k } } }\n',
  'shared/one.env': 'W=db\n',
  'shared/team.yaml': `
tunnels: { base: { env_file: ./one.env, tcp: { to: "h:1" }, environment: { K: { file: ./k } }, working_dir: . } }
`,
}

describe('the resolved project', () => {
  test('is printed in its own language', async () => {
    const folder = folderWith(files)
    const { status, out } = await config(folder)
    expect(status).toBe(0)
    expect(out.replaceAll(folder, '/lab').replace(/port: 3\d{4}\b(?<!33000)|port: 4\d{4}/, 'port: AUTO')).toBe(
      `name: lab
accounts:
  default:
    user: you@example.com
    password: \${REMOTEIT_PASSWORD:-***}
  other:
    user: me
    password: "***"
tunnels:
  db:
    port: 5432
    bind: 127.0.0.1
    ssh:
      to: bastion
      forward: db:5432
      identity: /lab/shared/key
    ready: { timeout: 30s }
    healthcheck: { listen: true, interval: 30s, timeout: 5s, retries: 3 }
    restart: on-failure
    stop: { signal: TERM, grace: 10s }
    working_dir: /lab/shared
    logs: { max_size: 10MB, keep: 3 }
  pi:
    description: costs $$5
    port: 33000
    bind: 127.0.0.1
    connectd:
      program: /lab/bin/connectd
      uid: 80:00:00:00:01:00:0a:c2
      account: default
      encryption: xxtea
      max_depth: 12
    profiles:
      - web
      - bench
    ready: { timeout: 1m30s }
    healthcheck: { listen: true, interval: 30s, timeout: 5s, retries: 3 }
    restart: always
    stop: { signal: TERM, grace: 12s }
    working_dir: /lab
    logs: { max_size: 10MB, keep: 3 }
  api:
    port: AUTO
    bind: 127.0.0.1
    command:
      - serve
      - "{port}"
    depends_on:
      - db
    ready: { timeout: 30s }
    healthcheck: { listen: true, interval: 30s, timeout: 5s, retries: 3 }
    restart: always
    stop: { signal: TERM, grace: 10s }
    environment:
      TOKEN:
        env: GITHUB_TOKEN
      MODE: "1e3"
    env_file:
      - /lab/api.env
    working_dir: /lab/api
    logs: { max_size: 10MB, keep: 3 }
  base:
    port: 81
    bind: 127.0.0.1
    command:
      - serve
      - "{port}"
    ready: { timeout: 30s }
    healthcheck: { listen: true, interval: 30s, timeout: 5s, retries: 3 }
    restart: always
    stop: { signal: TERM, grace: 10s }
    env_file:
      - /lab/api.env
    working_dir: /lab/api
    logs: { max_size: 10MB, keep: 3 }
`,
    )
  })

  test('loads again from another folder, through standard input, to the same hashes', async () => {
    const folder = folderWith(files)
    const hashes = await config(folder, { hash: true })
    expect(hashes.out.split('\n').length).toBe(5)
    const elsewhere = folderWith({})
    const setting = { stdin: (await config(folder)).out, globals: { files: ['-'] } }
    expect(await config(elsewhere, { hash: true }, setting)).toEqual(hashes)
    const asJson = { stdin: (await config(folder, { format: 'json' })).out, globals: { files: ['-'] } }
    expect(await config(elsewhere, { hash: true }, asJson)).toEqual(hashes)
  })

  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }): [string, string, Setting] => [`the example ${name}`, join(root, 'examples', name), {}])

  test.each([...examples, ['a project of many files and odd values', '', odd] as [string, string, Setting]])(
    'of %s loads again to the same hashes and the same text',
    async (_what, example, setting) => {
      const folder = example === '' ? folderWith(oddFiles) : example
      const elsewhere = folderWith({})
      for (const profiles of [[], ['*']]) {
        const own = { ...setting, globals: { profiles } }
        const hashes = await config(folder, { hash: true }, own)
        expect([hashes.status, hashes.out]).toEqual([0, expect.stringMatching(/^(?:\S+ [0-9a-f]{32}\n)+$/)])
        for (const format of ['yaml', 'json'] as const) {
          const printed = (await config(folder, { format }, own)).out
          const again = { ...own, stdin: printed, globals: { profiles, files: ['-'] } }
          expect(await config(elsewhere, { hash: true }, again)).toEqual(hashes)
          expect((await config(elsewhere, { format }, again)).out).toBe(printed)
        }
      }
    },
  )

  test('is read alike by programs that know YAML 1.1', async () => {
    const text = 'tunnels: { a: { command: [x, "no", "22:22", "1_000"], restart: "no" } }\n'
    const { out } = await config(folderWith({ 'p2p.yaml': text }))
    for (const quoted of ['- "no"', '- "22:22"', '- "1_000"', 'restart: "no"']) expect(out).toContain(quoted)
  })

  test('as JSON is the same tree', async () => {
    const { out } = await config(folderWith(files), { format: 'json' })
    expect(JSON.parse(out)).toMatchObject({
      name: 'lab',
      accounts: { other: { password: '***' } },
      tunnels: { pi: { description: 'costs $$5', port: 33000, profiles: ['web', 'bench'] } },
    })
    expect(out).not.toContain('hunter2')
  })

  test('its names, profiles and hashes, one a line', async () => {
    const folder = folderWith(files)
    expect((await config(folder, { names: true })).out).toBe('db\npi\napi\nbase\n')
    expect((await config(folder, { profiles: true })).out).toBe('bench\nweb\n')
    expect((await config(folder, { hash: true })).out).toMatch(/^(?:[a-z]+ [0-9a-f]{32}\n){4}$/)
  })

  test('is only checked with -q', async () => {
    expect(await config(folderWith(files), { quiet: true })).toEqual({ status: 0, out: '' })
  })

  test('can be empty', async () => {
    expect((await config(folderWith({ 'p2p.yaml': 'name: lab\ntunnels: {}\n' }))).out).toBe('name: lab\ntunnels: {}\n')
  })
})

describe('a wrong project', () => {
  const wrong: Files = { 'p2p.yaml': 'tunnels: { a: { port: 0, password: hunter2, tcp: { to: "h:1" } } }\n' }

  test('fails with its mistakes', async () => {
    const { status, out } = await config(folderWith(wrong))
    expect(out).toBe('')
    expect(status).toMatchObject({
      code: 'config.invalid',
      exitStatus: 4,
      details: [{ code: 'wrong-value' }, { code: 'unknown-key' }],
    })
  })

  test('gives them as data to who asks for JSON, as the output schema says', async () => {
    const { status, out } = await config(folderWith(wrong), { format: 'json' })
    expect(status).toBe(4)
    expect(JSON.parse(out)).toEqual([
      {
        severity: 'error',
        code: 'wrong-value',
        message: 'tunnels.a.port must be a port from 1 to 65535, or auto',
        hint: null,
        path: ['tunnels', 'a', 'port'],
        file: 'p2p.yaml',
        line: 1,
        column: 23,
      },
      {
        severity: 'error',
        code: 'unknown-key',
        message: 'unknown key "password" in tunnels.a',
        hint: null,
        path: ['tunnels', 'a', 'password'],
        file: 'p2p.yaml',
        line: 1,
        column: 26,
      },
    ])
    const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
    const schema = JSON.parse(readFileSync(join(root, 'schemas/output.schema.json'), 'utf8')) as { $defs: object }
    const ajv = new Ajv.default({ strict: false, validateFormats: false })
    ajv.addSchema(schema, 'output')
    const validate = ajv.compile({ $ref: `output#/$defs/diagnostics` })
    expect([validate(JSON.parse(out)), validate.errors]).toEqual([true, null])
  })

  test('says by their keys where variables and placeholders are, also to programs', async () => {
    const text = 'tunnels: { a: { port: $PORT, tcp: { to: "h:1" } }, b: { command: [x, "{port}"] } }\n'
    const { out } = await config(folderWith({ 'p2p.yaml': text }), { format: 'json' })
    const found = (JSON.parse(out) as { code: string; path: string[]; column: number }[]).map(
      ({ code, path, column }) => [code, path, column],
    )
    expect(found).toEqual([
      ['variable-unset', ['tunnels', 'a', 'port'], 23],
      ['bad-placeholder', ['tunnels', 'b', 'command', 1], 71],
    ])
  })

  test('that is not there is no data', async () => {
    const { status, out } = await config(folderWith({}), { format: 'json' })
    expect(out).toBe('')
    expect(status).toMatchObject({ code: 'config.missing' })
  })
})

test('nothing is written, neither state nor files', async () => {
  const folder = folderWith({ 'p2p.yaml': 'tunnels: { a: { port: auto, tcp: { to: "h:1" } } }\n' })
  await config(folder)
  expect(readdirSync(folder)).toEqual(['p2p.yaml'])
})
