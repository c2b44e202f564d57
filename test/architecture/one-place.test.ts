/** Adds a driver, a secret source and a kind of check to a copy of the sources, by the edits that src/README.md names. */
import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'

const root = resolve(import.meta.dirname, '../..')
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'p2p-one-place-')))
const project = join(copy, 'project')
const env = {
  PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  HOME: join(copy, 'home'),
  P2P_STATE_DIR: join(copy, 'state'),
  P2P_RUNTIME_DIR: join(copy, 'run'),
}

interface Schema {
  properties: Record<string, object>
  $defs: Record<string, Schema & { anyOf: Schema[] }>
}

/** Files that are edited for each. */
const edited = {
  driver: [
    write('src/drivers/echo.ts', echoDriver()),
    edit('src/drivers/index.ts', (text) => `${text}export { echo } from './echo.ts'\n`),
    editSchema(({ $defs }) => Object.assign($defs, { echo: echoOptions })),
  ],
  source: [
    edit('src/runtime/secrets/sources.ts', (text) =>
      text.replace(
        /^const kinds: .*\n/m,
        `$&  vault: { open: (_label, { name }) => \`opened-\${name}\`, words: ({ name }) => \`vault entry \${name}\` },\n`,
      ),
    ),
    editSchema(({ $defs }) => Object.assign($defs['secretSource']?.properties ?? {}, { vault: keyWith('pin') })),
  ],
  check: [
    edit('src/core/text/condition-words.ts', (text) =>
      text.replace(
        /^const rows: .*\n/m,
        `$&  says: { needsPort: true, awaits: ({ value }) => \`the word \${value}\`, asks: ({ value }) => \`the word \${value}\`, short: ({ value }) => value },\n`,
      ),
    ),
    edit('src/runtime/tunnel/probe.ts', (text) =>
      text.replace(
        /^const probes: .*\n/m,
        `$&  says: ({ value }, { endpoint }, timeoutMs) =>
    endpoint !== null && exchange(endpoint, null, (text) => text.startsWith(value), timeoutMs),\n`,
      ),
    ),
    editSchema(({ $defs }) =>
      Object.assign($defs['healthcheck']?.anyOf[0]?.properties ?? {}, { says: keyWith('hello') }),
    ),
  ],
}

/** Made once for all tests: deriving and bundling take longer than they do. */
const edits = Object.fromEntries(
  Object.entries(edited).map(([what, files]) => [what, new Set(files.map((add) => add.file)).size]),
)
let types: Promise<string>

beforeAll(async () => {
  for (const part of ['src', 'schemas', 'scripts', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'))
  for (const folder of ['project', 'home', 'run']) mkdirSync(join(copy, folder), { mode: 0o700 })
  for (const { file, change } of Object.values(edited).flat()) {
    const path = join(copy, file)
    const before = change.isNew ? '' : readFileSync(path, 'utf8')
    const after = change.by(before)
    if (after === before) throw new Error(`nothing to edit in ${file}`)
    writeFileSync(path, after)
  }
  await node('scripts/derive.mjs')
  const settings = JSON.parse(readFileSync(join(copy, 'tsconfig.json'), 'utf8')) as object
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ ...settings, include: ['src'] }))
  types = node('node_modules/typescript/bin/tsc', '--noEmit')
  types.catch(() => undefined)
  await node('scripts/bundle.mjs')
})

afterEach(async () => {
  await p2p('down')
})

afterAll(() => {
  rmSync(copy, { recursive: true, force: true })
})

test('a driver is a file, a line and a $defs entry', async () => {
  expect(edits['driver']).toBe(3)
  const port = await freePort()
  const wrong = await failing(`{ tunnels: {
    a: { port: 1, echo: { greting: hi } },
    b: { port: 2 },
    c: { port: 3, ehco: { greeting: hi } },
    d: { port: 4, echo: hi } } }`)
  expect(wrong).toContain('unknown key "greting" in tunnels.a.echo; did you mean "greeting"?')
  expect(wrong).toContain('tunnels.b must have one of connectd, ssh, tcp, command and echo')
  expect(wrong).toContain('unknown key "ehco" in tunnels.c; did you mean "echo"?')
  expect(wrong).toContain('try: echo: { greeting: hi }')

  yaml(`{ tunnels: { a: { port: ${port}, echo: { greeting: hi } } } }`)
  expect(await p2p('config')).toContain('    echo:\n      greeting: hi\n')
  await p2p('up')
  expect(await greetingOf(port)).toBe('hi\n')
  const [first] = await lines()
  expect(first).toMatchObject({ driver: 'echo', state: 'open', target: 'hi' })
  const events = follow()
  await events.next('open')
  kill(first?.pid)
  await events.next('open')
  events.end()
  const [second] = await lines()
  expect(second).toMatchObject({ driver: 'echo', state: 'open' })
  expect(second?.pid).not.toBe(first?.pid)
})

test('a secret source is a row and a key', async () => {
  expect(edits['source']).toBe(2)
  const port = await freePort()
  const wrong = await failing(`{ tunnels: { a: { command: [x], environment: {
    A: { vualt: x },
    B: { vault: x, env: Y } } } } }`)
  expect(wrong).toContain('did you mean "vault"?')
  expect(wrong).toContain('name exactly one source: env, file, command, keychain or vault')

  yaml(`{ tunnels: { a: { port: ${port}, environment: { TOKEN: { vault: pin } }, echo: { greeting: $$TOKEN } } } }`)
  expect(await p2p('config')).toContain('      TOKEN:\n        vault: pin\n')
  await p2p('up')
  expect(await greetingOf(port)).toBe('opened-pin\n')
})

test('a kind of check is a row, a probe and a key', async () => {
  expect(edits['check']).toBe(3)
  const port = await freePort()
  const wrong = await failing(`{ tunnels: {
    a: { command: [x], healthcheck: { sasy: hello } },
    b: { command: [x], healthcheck: { says: hello, tls: true } } } }`)
  expect(wrong).toContain('did you mean "says"?')
  expect(wrong).toContain('name only one check: listen, banner, http, tls, command or says')
  expect(await failing('{ tunnels: { a: { command: [x], healthcheck: { says: hello } } } }')).toContain('needs a port')

  yaml(`{ tunnels: {
    a: { port: ${port}, healthcheck: { says: hello, interval: 1h }, echo: { greeting: hello } },
    b: { echo: { greeting: b }, depends_on: { a: { condition: healthy } } } } }`)
  expect(await p2p('config')).toContain('says: hello, interval: 1h')
  await p2p('up')
  expect((await lines()).map(({ state }) => state)).toEqual(['open', 'open'])
  expect(await p2p('why', 'a')).toContain('the word hello every 1h: no failure found')
})

test('and the types ask for nothing more', async () => {
  expect(await types).toBe('')
})

interface Edit {
  file: string
  change: { by: (text: string) => string; isNew: boolean }
}

function edit(file: string, by: (text: string) => string): Edit {
  return { file, change: { by, isNew: false } }
}

function write(file: string, text: string): Edit {
  return { file, change: { by: () => text, isNew: true } }
}

function editSchema(change: (schema: Schema) => void): Edit {
  return edit('schemas/p2p.schema.json', (text) => {
    const schema = JSON.parse(text) as Schema
    change(schema)
    return JSON.stringify(schema)
  })
}

function keyWith(example: string): object {
  return { description: 'Words.', $ref: '#/$defs/text', 'x-default': 'none', examples: [example] }
}

/** Answers each connection with a line; one that begins with $ is a variable. */
function echoDriver(): string {
  const script =
    'const [, port, text] = process.argv;' +
    'const line = text.startsWith("$") ? process.env[text.slice(1)] : text;' +
    'require("node:net").createServer((socket) => socket.end(line + "\\n")).listen(Number(port), "127.0.0.1")'
  return `/** Answers each connection with a line. */
import type { EchoOptions } from '../core/generated/schema.ts'
import type { Driver } from './driver.ts'

export const echo: Driver<EchoOptions> = {
  summary: 'answers each connection with a line',
  compile: ({ greeting }, { endpoint, cwd }) => ({
    launch: {
      program: 'node',
      args: ['-e', ${JSON.stringify(script)}, String(endpoint?.port ?? 0), greeting],
      env: {},
      files: [],
      cwd,
    },
    endpoints: endpoint === null ? [] : [endpoint],
    target: greeting,
    ready: { conditions: [endpoint === null ? { kind: 'alive', ms: 1 } : { kind: 'listen' }], timeoutMs: 30_000 },
    stop: { signal: 'TERM', graceMs: 10_000 },
    outcomes: [],
    problems: [],
  }),
}
`
}

const echoOptions = {
  'x-driver': true,
  'x-description': 'Answers each connection with a line.',
  type: 'object',
  properties: { greeting: keyWith('hello') },
  patternProperties: { '^x-': { $ref: '#/$defs/extension' } },
  additionalProperties: false,
  'x-strict': { required: ['greeting'] },
  'x-examples': [{ greeting: 'hello' }],
}

/** What a program of the copy prints; rejects with it where it fails. */
async function node(script: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(copy, script), ...args], { cwd: copy })
  return stdout
}

async function p2p(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(copy, 'dist/main.js'), ...args], {
    cwd: project,
    env,
  })
  return stdout
}

function yaml(text: string): void {
  writeFileSync(join(project, 'p2p.yaml'), text)
}

async function failing(text: string): Promise<string> {
  yaml(text)
  const error: unknown = await p2p('config').catch((error: unknown) => error)
  return String((error as { stderr?: string }).stderr)
}

async function lines(): Promise<{ state: string; pid: number | null }[]> {
  return JSON.parse(await p2p('ps', '--json')) as { state: string; pid: number | null }[]
}

async function greetingOf(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  return ((await socket.toArray()) as string[]).join('')
}

/** The events of the project, from the first on. */
function follow(): { next(type: string): Promise<void>; end(): void } {
  const child = spawn(process.execPath, [join(copy, 'dist/main.js'), 'events', '-f', '--json'], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const events = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    next: async (type) => {
      for (;;) {
        const event = await events.next()
        if (event.done === true) throw new Error(`the events ended without ${type}`)
        if ((JSON.parse(event.value) as { type: string }).type === type) return
      }
    },
    end: () => {
      child.kill()
    },
  }
}

/** Only what this test has opened itself. */
function kill(pid: number | null | undefined): void {
  if (pid === null || pid === undefined || !Number.isInteger(pid) || pid <= 1) throw new Error('no PID to kill')
  process.kill(pid, 'SIGKILL')
}
