import { describe, expect, test } from 'vitest'
import type { SecretRef, TunnelSpec } from '../../src/core/model.ts'
import { Secret } from '../../src/core/text/secret.ts'
import { folderWith, load, loadText, writeFiles, type Files, type Setting } from './support.ts'

/** One tcp tunnel with more keys, as a specification. */
async function tunnel(keys: string, setting: Setting = {}, files: Files = {}): Promise<TunnelSpec> {
  const folder = folderWith({ 'p2p.yaml': `tunnels:\n  a: { port: 80, tcp: { to: "h:1" }, ${keys} }\n`, ...files })
  const { project } = await load(folder, setting)
  const [spec] = project.tunnels
  if (spec === undefined) throw new Error('there is one')
  return spec
}

/** What the relay says at its start. */
const tried = { kind: 'log', pattern: '^relay: (reached|cannot reach) ', means: 'its first try to reach h:1' }

describe('what is left out', () => {
  test('a listening tunnel is ready when it listens, and watched without a connection', async () => {
    expect(await tunnel('')).toMatchObject({
      description: null,
      labels: {},
      url: null,
      profiles: [],
      needs: [],
      endpoints: [{ host: '127.0.0.1', port: 80 }],
      ready: { conditions: [{ kind: 'listen' }, tried], timeoutMs: 30_000 },
      health: { check: { kind: 'listen' }, intervalMs: 30_000, timeoutMs: 5000, retries: 3 },
      restart: { when: 'on-failure', max: null },
      stop: { signal: 'TERM', graceMs: 10_000 },
      logs: { maxBytes: 10 * 1024 * 1024, keep: 3 },
    })
  })

  test('a tunnel that listens nowhere has nothing to be watched', async () => {
    const { project } = await loadText('tunnels: { a: { command: [run] } }\n')
    expect(project.tunnels[0]).toMatchObject({
      endpoints: [],
      health: null,
      ready: { conditions: [{ kind: 'alive', ms: 1000 }] },
    })
  })

  test('it works in the folder of its file', async () => {
    const folder = folderWith({ 'p2p.yaml': 'tunnels: { a: { command: [run] } }\n' })
    expect((await load(folder)).project.tunnels[0]?.launch.cwd).toBe(folder)
  })
})

describe('policies', () => {
  test.each<[string, object]>([
    ['ready: { timeout: 5s }', { ready: { conditions: [{ kind: 'listen' }, tried], timeoutMs: 5000 } }],
    ['ready: { log: up }', { ready: { conditions: [{ kind: 'log', pattern: 'up' }], timeoutMs: 30_000 } }],
    [
      'ready: { http: /a, banner: ^SSH, listen: true, command: [c, "{port}"], log: up, timeout: 1m }',
      {
        ready: {
          conditions: [
            { kind: 'log', pattern: 'up' },
            { kind: 'listen' },
            { kind: 'banner', pattern: '^SSH' },
            { kind: 'http', path: '/a' },
            { kind: 'command', argv: ['c', '80'] },
          ],
          timeoutMs: 60_000,
        },
      },
    ],
    ['healthcheck: false', { health: null }],
    ['healthcheck: { interval: 1m }', { health: { check: { kind: 'listen' }, intervalMs: 60_000 } }],
    ['healthcheck: { tls: true, retries: 1 }', { health: { check: { kind: 'tls' }, retries: 1 } }],
    [
      'healthcheck: { banner: x, timeout: 1s }',
      { health: { check: { kind: 'banner', pattern: 'x' }, timeoutMs: 1000 } },
    ],
    ['healthcheck: { http: / }', { health: { check: { kind: 'http', path: '/' } } }],
    ['healthcheck: { command: [c, "{host}"] }', { health: { check: { kind: 'command', argv: ['c', '127.0.0.1'] } } }],
    ['restart: no', { restart: { when: 'no', max: null } }],
    ['restart: always', { restart: { when: 'always', max: null } }],
    ['restart: "on-failure:5"', { restart: { when: 'on-failure', max: 5 } }],
    ['stop: { signal: INT }', { stop: { signal: 'INT', graceMs: 10_000 } }],
    ['stop: { grace: 1m30s }', { stop: { signal: 'TERM', graceMs: 90_000 } }],
    ['logs: { max_size: 512KB }', { logs: { maxBytes: 512 * 1024, keep: 3 } }],
    ['logs: { keep: 0 }', { logs: { maxBytes: 10 * 1024 * 1024, keep: 0 } }],
    ['labels: { version: 1.10, on: yes, n: 0x10 }', { labels: { version: '1.10', on: 'yes', n: '0x10' } }],
    ['profiles: [b, a, b]', { profiles: ['b', 'a'] }],
    ['bind: localhost', { endpoints: [{ host: '127.0.0.1', port: 80 }] }],
  ])('%s', async (keys, expected) => {
    expect(await tunnel(keys)).toMatchObject(expected)
  })

  test('they are no part of the fingerprint', async () => {
    const files = (keys: string): Files => ({
      'p2p.yaml': `tunnels: { a: { port: 80, tcp: { to: "h:1" }, ${keys} } }\n`,
    })
    const folder = folderWith(files(''))
    const { fingerprint } = (await load(folder)).project.tunnels[0] ?? {}
    const all =
      'restart: always, healthcheck: false, stop: { grace: 1s }, logs: { keep: 1 }, labels: { a: b }, description: d, url: u, ready: { timeout: 1s }'
    writeFiles(folder, files(all))
    expect((await load(folder)).project.tunnels[0]?.fingerprint).toBe(fingerprint)
    writeFiles(folder, files('environment: { A: b }'))
    expect((await load(folder)).project.tunnels[0]?.fingerprint).not.toBe(fingerprint)
  })
})

describe('depends_on', () => {
  test('as a list or as a map with conditions', async () => {
    const { project } = await loadText(`
tunnels:
  a: { port: 1, depends_on: [b, c], tcp: { to: "h:1" } }
  b: { port: 2, depends_on: { c: { condition: healthy, restart: true } }, tcp: { to: "h:1" } }
  c: { port: 3, tcp: { to: "h:1" } }
`)
    expect(project.tunnels.map(({ needs }) => needs)).toEqual([
      [
        { name: 'b', condition: 'open', restart: false },
        { name: 'c', condition: 'open', restart: false },
      ],
      [{ name: 'c', condition: 'healthy', restart: true }],
      [],
    ])
  })
})

describe('placeholders', () => {
  test('port, host and name, its own and of what it depends on, wherever they may stand', async () => {
    const { project } = await loadText(`
tunnels:
  db: { port: 15432, bind: "::1", ssh: { to: bastion, forward: "db:5432" } }
  many: { ssh: { to: bastion, forward: [{ port: 7001, to: "a:1" }, { port: 7002, to: "b:2" }] }, url: "x://{host}:{port}" }
  a:
    port: 80
    bind: 0.0.0.0
    depends_on: [db, many]
    command: [run, "{name}", "{host}:{port}", "{host:db}", "{host:db}:{port:db}", "{port:many}", "{other}", "{port:unknown}"]
    url: http://{host}:{port}/{name}
    environment: { WHERE: "{host:db} {port:db}" }
  relay: { port: 81, depends_on: [db, a], tcp: { to: "{host:db}:{port:db}" } }
  reach: { port: 82, depends_on: [a], tcp: { to: "{host:a}:{port:a}" } }
`)
    const [, many, a, relay, reach] = project.tunnels
    expect(many?.url).toBe('x://127.0.0.1:7001')
    expect(a).toMatchObject({
      launch: {
        program: 'run',
        args: ['a', '0.0.0.0:80', '::1', '[::1]:15432', '7001', '{other}', '{port:unknown}'],
        env: { WHERE: '::1 15432' },
      },
      // A wildcard is no address to connect to.
      url: 'http://127.0.0.1:80/a',
    })
    expect(relay?.target).toBe('[::1]:15432')
    expect(reach?.target).toBe('127.0.0.1:80')
  })

  test('an automatic port is filled in like any other', async () => {
    const { project } = await loadText(`
tunnels:
  user: { port: 80, depends_on: [server], tcp: { to: "127.0.0.1:{port:server}" } }
  server: { port: auto, tcp: { to: "h:1" } }
`)
    const [user, server] = project.tunnels
    expect(user?.target).toBe(`127.0.0.1:${server?.endpoints[0]?.port ?? ''}`)
  })
})

describe('automatic ports', () => {
  const text = 'tunnels: { a: { port: auto, tcp: { to: "h:1" } }, b: { port: auto, tcp: { to: "h:2" } } }\n'

  test('are the same every time, and others in another folder or under another name', async () => {
    const folder = folderWith({ 'p2p.yaml': text })
    const { autoPorts } = (await load(folder)).project
    expect((await load(folder)).project.autoPorts).toEqual(autoPorts)
    expect((await load(folderWith({ 'p2p.yaml': text }))).project.autoPorts).not.toEqual(autoPorts)
    expect((await load(folder, { globals: { projectName: 'other' } })).project.autoPorts).not.toEqual(autoPorts)
    for (const port of Object.values(autoPorts)) expect(port >= 33_000 && port <= 42_999).toBe(true)
    expect(new Set(Object.values(autoPorts)).size).toBe(2)
  })

  test('do not depend on the order of the file', async () => {
    const folder = folderWith({ 'p2p.yaml': text })
    const { autoPorts } = (await load(folder)).project
    writeFiles(folder, { 'p2p.yaml': text.replace(/(a: .*?\} \}), (b: .*?\} \})/, '$2, $1') })
    expect((await load(folder)).project.autoPorts).toEqual(autoPorts)
  })

  test('step over what is taken or declared, and stay once they are recorded', async () => {
    const folder = folderWith({ 'p2p.yaml': text })
    const { autoPorts } = (await load(folder)).project
    const a = autoPorts['a'] ?? 0
    const busy = await load(folder, { ports: { taken: ({ port }) => port === a } })
    expect(busy.project.autoPorts['a']).not.toBe(a)
    const recorded = { a: 33_333, b: autoPorts['b'] ?? 0 }
    const known = await load(folder, { ports: { taken: () => true, recorded: () => recorded } })
    expect(known.project.autoPorts).toEqual(recorded)
    writeFiles(folder, { 'p2p.override.yaml': 'tunnels: { c: { port: 33333, tcp: { to: "h:3" } } }\n' })
    expect((await load(folder, { ports: { recorded: () => recorded } })).project.autoPorts['a']).toBe(a)
  })

  test('a record that is no port of the range is no record', async () => {
    const folder = folderWith({ 'p2p.yaml': text })
    const { autoPorts } = (await load(folder)).project
    for (const wrong of [80, 43_000, 33_000.5, NaN]) {
      expect((await load(folder, { ports: { recorded: () => ({ a: wrong }) } })).project.autoPorts).toEqual(autoPorts)
    }
  })

  test('where every port is taken, that is said', async () => {
    const folder = folderWith({ 'p2p.yaml': text })
    await expect(load(folder, { ports: { taken: () => true } })).rejects.toMatchObject({
      details: [{ code: 'no-port' }, { code: 'no-port' }],
    })
  })
})

describe('secrets', () => {
  const withPassword = (password: string): string => `
accounts: { default: { user: you@example.com, password: ${password} } }
tunnels: { a: { port: 80, connectd: { uid: 80:00:00:00:01:00:0A:C2 } } }
`
  async function secretOf(
    password: string,
  ): Promise<{ ref: SecretRef; variables: string[]; warnings: string[]; folder: string }> {
    const folder = folderWith({ 'p2p.yaml': withPassword(password), '.env': 'A=hunter2\n' })
    const { project, warnings } = await load(folder, { env: { HOME: '/home/me', A: 'hunter2' } })
    const content = project.tunnels[0]?.launch.files[0]?.content
    const ref = typeof content === 'string' ? undefined : content?.find((piece) => typeof piece !== 'string')
    if (ref === undefined) throw new Error('there is one')
    expect(JSON.stringify(project)).not.toContain('hunter2')
    return { ref, variables: project.secretVariables, warnings: warnings.map(({ code }) => code), folder }
  }

  test.each<[string, object, string[]]>([
    ['{ env: A }', { from: 'env', name: 'A' }, ['A']],
    ['{ file: /run/secret }', { from: 'file', path: '/run/secret' }, []],
    ['{ file: ~/secret }', { from: 'file', path: '/home/me/secret' }, []],
    ['{ command: [pass, show, "$$x"] }', { from: 'command', argv: ['pass', 'show', '$x'] }, []],
    ['{ keychain: remoteit }', { from: 'keychain', name: 'remoteit' }, []],
    ['"${A}"', { from: 'template', text: '${A}' }, ['A']],
    ['"${A:-$B}"', { from: 'template', text: '${A:-$B}' }, ['A', 'B']],
    ['"${A:?set it}"', { from: 'template', text: '${A:?set it}' }, ['A']],
  ])('%s is a reference that is never followed here', async (password, source, variables) => {
    const { ref, ...found } = await secretOf(password)
    expect(ref.source).toMatchObject(source)
    expect(found).toMatchObject({ variables, warnings: [] })
    expect(ref.label).toBe('password of account default')
  })

  test('a variable is looked up at launch, in the env files of its file', async () => {
    const { ref, folder } = await secretOf('{ env: A }')
    expect(ref.source).toMatchObject({ envFiles: [`${folder}/.env`] })
  })

  test.each([
    ['hunter2', ['literal-secret'], []],
    ['"$$A"', ['literal-secret'], []],
    ['12345', ['literal-secret'], []],
    ['"${A:-hunter2}"', [], ['A']],
    ['"x${A}"', [], ['A']],
  ])('%s has text of its own, which nothing prints or keeps', async (password, warnings, variables) => {
    const { ref, ...found } = await secretOf(password)
    expect(found).toMatchObject({ warnings, variables })
    expect(JSON.parse(JSON.stringify(ref.source))).toMatchObject({ from: 'literal', text: '***', expand: true })
    const text = ref.source.from === 'literal' ? ref.source.text : null
    expect(text).toBeInstanceOf(Secret)
    expect((text as Secret).open()).toBe(password.replaceAll('"', ''))
  })

  test('an environment value is one where it names a source, or where its name says so', async () => {
    const spec = await tunnel(
      'env_file: e.env, environment: { PATH: "/x:$PATH", TOKEN: { env: T }, PGPASSWORD: "$P", API_KEY: hunter2, N: 5, TOKEN_FILE: /x }',
      { env: { PATH: '/bin', P: 'hunter2' } },
      { 'e.env': 'DB_PASSWORD=hunter2\nMODE=fast\nN=6\n' },
    )
    const env = Object.fromEntries(
      Object.entries(spec.launch.env).map(([name, text]) => [
        name,
        typeof text === 'string' ? text : text.map((piece) => (typeof piece === 'string' ? piece : piece.source.from)),
      ]),
    )
    expect(env).toEqual({
      DB_PASSWORD: ['literal'],
      MODE: 'fast',
      N: '5',
      PATH: '/x:/bin',
      TOKEN: ['env'],
      PGPASSWORD: ['template'],
      API_KEY: ['literal'],
      TOKEN_FILE: '/x',
    })
    expect(JSON.stringify(spec)).not.toContain('hunter2')
  })

  test('they do not change the fingerprint, their places do', async () => {
    const one = (await loadText(withPassword('{ env: A }'))).project.tunnels[0]
    const folder = folderWith({ 'p2p.yaml': withPassword('{ env: A }') })
    const before = (await load(folder)).project.tunnels[0]?.fingerprint
    writeFiles(folder, { 'p2p.yaml': withPassword('hunter2') })
    expect((await load(folder)).project.tunnels[0]?.fingerprint).toBe(before)
    expect(one?.fingerprint).not.toBe(before)
  })
})

describe('what is allowed but worth a word', () => {
  test.each([
    ['bind: 0.0.0.0', 'tunnels.a listens on 0.0.0.0:80: other machines can reach it'],
    ['bind: "::"', 'tunnels.a listens on [::]:80: other machines can reach it'],
    ['bind: 192.168.1.5', 'tunnels.a listens on 192.168.1.5:80: other machines can reach it'],
  ])('%s', async (keys, message) => {
    const { warnings } = await loadText(`tunnels: { a: { port: 80, ${keys}, tcp: { to: "h:1" } } }\n`)
    expect(warnings.map((warning) => warning.message)).toEqual([message])
  })

  test.each(['bind: 127.0.0.5', 'bind: "::1"', 'bind: localhost'])('%s is not', async (keys) => {
    const { warnings } = await loadText(`tunnels: { a: { port: 80, ${keys}, tcp: { to: "h:1" } } }\n`)
    expect(warnings).toEqual([])
  })

  test('the words of a driver come with their place', async () => {
    const { warnings } = await loadText(`
accounts: { default: { user: a, password: { env: A } } }
defaults: { connectd: { encryption: rc4 } }
tunnels: { a: { port: 80, connectd: { uid: 80:00:00:00:01:00:0A:C2, max_depth: 5 } } }
`)
    expect(warnings.map(({ path, place }) => [path.join('.'), place?.line, place?.column])).toEqual([
      ['defaults.connectd.encryption', 3, 37],
      ['tunnels.a.connectd.max_depth', 4, 80],
    ])
  })
})

test('P2P_CONNECTD names the program, a path in the file wins', async () => {
  const text = (program: string): string => `
accounts: { default: { user: a, password: { env: A } } }
tunnels: { a: { port: 80, connectd: { uid: 80:00:00:00:01:00:0A:C2, ${program} } } }
`
  const programIn = async (program: string, env: Record<string, string>): Promise<unknown> =>
    (await loadText(text(program), { env })).project.tunnels[0]?.launch.program
  expect(await programIn('', {})).toBe('connectd')
  expect(await programIn('', { P2P_CONNECTD: '' })).toBe('connectd')
  expect(await programIn('', { P2P_CONNECTD: '/opt/connectd' })).toBe('/opt/connectd')
  expect(await programIn('', { P2P_CONNECTD: 'connectd-sim' })).toEqual({ entry: 'connectd-sim' })
  expect(await programIn('program: connectd-sim', { P2P_CONNECTD: '/opt/connectd' })).toEqual({ entry: 'connectd-sim' })
  expect(await programIn('program: ./connectd', {})).toMatch(/^\/.*\/connectd$/)
})
