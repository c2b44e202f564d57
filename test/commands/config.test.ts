import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { ConfigArgs } from '../../src/commands/config.ts'
import { run } from '../../src/commands/config.ts'
import { P2pError } from '../../src/core/errors.ts'
import type { Files, Setting } from '../config/support.ts'
import { contextIn, folderWith } from '../config/support.ts'

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
  return { status, out: ctx.out.join('') }
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
        message: 'tunnels.a has no key "password"',
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
