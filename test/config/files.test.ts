import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadProject, type LoadedProject } from '../../src/config/load.ts'
import { contextIn, folderWith, freePorts, load, mistakesIn, type Files, type Setting } from './support.ts'

const tcp = (port: number): string => `{ port: ${port}, tcp: { to: "10.0.0.5:80" } }`
const project = (...names: string[]): string =>
  `tunnels:\n${names.map((name, index) => `  ${name}: ${tcp(9000 + index)}\n`).join('')}`

const namesOf = ({ project }: LoadedProject): string[] => project.tunnels.map(({ name }) => name)

function loadIn(folder: string, inner: string, setting: Setting = {}): Promise<LoadedProject> {
  mkdirSync(join(folder, inner), { recursive: true })
  return load(join(folder, inner), setting)
}

describe('which files are read', () => {
  test('p2p.yaml of the working folder, else of the nearest parent', async () => {
    const folder = folderWith({ 'p2p.yaml': project('outer'), 'a/p2p.yaml': project('inner') })
    expect(namesOf(await loadIn(folder, 'b/c'))).toEqual(['outer'])
    expect(namesOf(await loadIn(folder, 'a/b/c'))).toEqual(['inner'])
    expect((await loadIn(folder, 'a/b/c')).project.folder).toBe(join(folder, 'a'))
  })

  test('p2p.yml does as well, and is passed over beside a p2p.yaml, with a word', async () => {
    expect(namesOf(await load(folderWith({ 'p2p.yml': project('short') })))).toEqual(['short'])
    const both = await load(folderWith({ 'p2p.yaml': project('long'), 'p2p.yml': project('short') }))
    expect(namesOf(both)).toEqual(['long'])
    expect(both.warnings.map(({ message }) => message)).toEqual(['p2p.yml is ignored: p2p.yaml is used instead'])
    const override = 'tunnels: { a: { description: over } }\n'
    const overrides = { 'p2p.override.yaml': override, 'p2p.override.yml': override }
    const three = await loadIn(folderWith({ 'p2p.yaml': project('a'), ...overrides }), 'deep')
    expect(three.warnings.map(({ message }) => message)).toEqual([
      '../p2p.override.yml is ignored: ../p2p.override.yaml is used instead',
    ])
  })

  test('the override beside it, but not with -f', async () => {
    const files = { 'p2p.yaml': project('a'), 'p2p.override.yaml': `tunnels: { b: ${tcp(80)} }\n` }
    const folder = folderWith(files)
    expect(namesOf(await load(folder))).toEqual(['a', 'b'])
    expect(namesOf(await loadIn(folder, 'deep'))).toEqual(['a', 'b'])
    expect(namesOf(await load(folder, { globals: { files: ['p2p.yaml'] } }))).toEqual(['a'])
  })

  test('-f several times: each over the ones before, with its own folder for its paths', async () => {
    const folder = folderWith({
      'base/p2p.yaml': `name: base\ntunnels:\n  a: { port: 80, working_dir: ./w, tcp: { to: "10.0.0.5:80" } }\n  b: ${tcp(81)}\n`,
      'mine/over.yaml': 'tunnels: { a: { port: 8080 }, b: { working_dir: ./v } }\n',
    })
    const { project } = await load(folder, { globals: { files: ['base/p2p.yaml', 'mine/over.yaml'] } })
    expect(project.folder).toBe(join(folder, 'base'))
    expect(project.tunnels.map(({ endpoints, launch }) => [endpoints[0]?.port, launch.cwd])).toEqual([
      [8080, join(folder, 'base/w')],
      [81, join(folder, 'mine/v')],
    ])
  })

  test('- is standard input, with the working folder as its own', async () => {
    const folder = folderWith({ '.env': 'PORT=7000\n', 'over.yaml': 'tunnels: { a: { description: over } }\n' })
    const stdin = 'tunnels: { a: { port: $PORT, tcp: { to: "10.0.0.5:80" } } }\n'
    const { project } = await load(folder, { stdin, globals: { files: ['-', 'over.yaml'] } })
    expect(project).toMatchObject({ folder, files: ['-', join(folder, 'over.yaml'), join(folder, '.env')] })
    expect(project.tunnels[0]).toMatchObject({ endpoints: [{ port: 7000 }], description: 'over' })
    const twice = load(folder, { stdin, globals: { files: ['-', '-'] } })
    await expect(twice).rejects.toMatchObject({ code: 'usage' })
  })

  test('nothing found: what was looked for, where, and what to do', async () => {
    const folder = folderWith({ x: '' })
    await expect(load(folder)).rejects.toMatchObject({
      code: 'config.missing',
      message: `no p2p.yaml or p2p.yml in ${folder} or a folder above it`,
      hint: 'p2p init writes a starter file; -f FILE reads another one',
    })
    await expect(load(folder, { globals: { files: ['x/y.yaml'] } })).rejects.toMatchObject({ code: 'config.missing' })
    await expect(load(folder, { globals: { files: ['.'] } })).rejects.toMatchObject({ code: 'config.unreadable' })
  })

  test('a folder reached by a link is one project with the folder itself', async () => {
    const folder = folderWith({ 'real/p2p.yaml': project('a') })
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    const ctx = contextIn(join(folder, 'link'))
    expect((await loadProject(ctx, { ports: freePorts })).project.folder).toBe(join(folder, 'real'))
  })

  test('every file that was read is known, once', async () => {
    const folder = folderWith({
      'p2p.yaml':
        'include: [b/p2p.yaml]\ntunnels: { a: { extends: { file: c.yaml, tunnel: c }, port: 1, description: "$A" } }\n',
      'p2p.override.yaml': 'tunnels: { a: { env_file: a.env } }\n',
      'b/p2p.yaml': `tunnels: { b: ${tcp(80)} }\n`,
      'c.yaml': project('c', 'd'),
      'a.env': 'B=1\n',
      '.env': 'A=1\n',
    })
    const { project: loaded } = await load(folder)
    expect(loaded.files).toEqual(
      ['p2p.yaml', 'p2p.override.yaml', '.env', 'b/p2p.yaml', 'c.yaml', 'a.env'].map((file) => join(folder, file)),
    )
  })
})

describe('the name of the project', () => {
  test.each<[string, Files, Setting, string]>([
    ['is what the file says', { 'p2p.yaml': 'name: lab\ntunnels: {}\n' }, {}, 'lab'],
    ['-p wins', { 'p2p.yaml': 'name: lab\ntunnels: {}\n' }, { globals: { projectName: 'mine' } }, 'mine'],
    ['of an override wins', { 'p2p.yaml': 'name: lab\ntunnels: {}\n', 'p2p.override.yaml': 'name: x\n' }, {}, 'x'],
  ])('%s', async (_what, files, setting, name) => {
    expect((await load(folderWith(files), setting)).project.name).toBe(name)
  })

  test.each([
    ['My Lab', 'my-lab'],
    ['lab_2', 'lab_2'],
    ['--x--', 'x'],
    ['Ünï', 'n'],
    ['日本', 'p2p'],
  ])("is the folder's name in the letters that a name may have: %s", async (inner, name) => {
    const folder = folderWith({ [`${inner}/p2p.yaml`]: 'tunnels: {}\n' })
    expect((await load(join(folder, inner))).project.name).toBe(name)
  })

  test('a -p with other letters is refused, with one that would do', async () => {
    const folder = folderWith({ 'p2p.yaml': 'tunnels: {}\n' })
    await expect(load(folder, { globals: { projectName: 'My Lab' } })).rejects.toMatchObject({
      code: 'usage',
      hint: '-p my-lab',
    })
  })
})

describe('variables', () => {
  const port = 'tunnels: { a: { port: $PORT, tcp: { to: "10.0.0.5:80" } } }\n'
  const files = { 'p2p.yaml': port, '.env': 'PORT=1\n', 'two.env': 'PORT=2\n', 'three.env': 'PORT=3\n' }
  const portOf = ({ project }: LoadedProject): number | undefined => project.tunnels[0]?.endpoints[0]?.port

  test('come from the environment over --env-file, the later over the earlier, over .env', async () => {
    const folder = folderWith(files)
    expect(portOf(await load(folder))).toBe(1)
    expect(portOf(await load(folder, { globals: { envFiles: ['two.env'] } }))).toBe(2)
    expect(portOf(await load(folder, { globals: { envFiles: ['two.env', 'three.env'] } }))).toBe(3)
    expect(portOf(await load(folder, { env: { PORT: '4' }, globals: { envFiles: ['two.env'] } }))).toBe(4)
  })

  test('an --env-file that is missing is an error at once', async () => {
    const loading = load(folderWith(files), { globals: { envFiles: ['nowhere.env'] } })
    await expect(loading).rejects.toMatchObject({
      code: 'config.missing',
      message: 'the env file nowhere.env does not exist',
    })
  })

  test('a .env that nobody asks is not even looked at', async () => {
    const folder = folderWith({ 'p2p.yaml': project('a'), '.env': 'this is no env file' })
    expect(namesOf(await load(folder))).toEqual(['a'])
  })

  test('a .env that can not be read is told, not taken for empty', async () => {
    const folder = folderWith({ 'p2p.yaml': port, '.env/x': '' })
    expect(await mistakesIn(load(folder))).toContain('.env is a folder')
  })

  test('plain values are typed again, quoted ones stay text', async () => {
    const folder = folderWith({
      'p2p.yaml': `
tunnels:
  a:
    port: $PORT
    description: "\${PORT}"
    healthcheck: \${OFF}
    environment: { NUMBER: $E, TEXT: "$E" }
    logs:
      keep: \${KEEP:-0x2}
    tcp: { to: "10.0.0.5:$PORT" }
`,
    })
    const { project } = await load(folder, { env: { PORT: '80', OFF: 'false', E: '1e3' } })
    expect(project.tunnels[0]).toMatchObject({
      endpoints: [{ port: 80 }],
      description: '80',
      health: null,
      launch: { env: { NUMBER: '1e3', TEXT: '1e3' } },
      logs: { keep: 2 },
      target: '10.0.0.5:80',
    })
  })

  test('keys, comments and extensions hold none', async () => {
    const folder = folderWith({
      'p2p.yaml':
        '# $NONE\nx-note: $NONE ${!\ntunnels: { a: { port: 1, x-b: $NONE, labels: { $A: x }, tcp: { to: "h:1" } } }\n',
    })
    expect((await load(folder)).project.tunnels[0]?.labels).toEqual({ $A: 'x' })
  })

  test('a wrong value points at the text and at the line that sets it', async () => {
    const folder = folderWith({ 'p2p.yaml': port, '.env': '# ports\nPORT=eighty\n' })
    expect(await mistakesIn(load(folder))).toBe(
      [
        'p2p.yaml:1:23  tunnels.a.port must be a port from 1 to 65535, or auto',
        '    1 | tunnels: { a: { port: $PORT, tcp: { to: "10.0.0.5:80" } } }',
        '      |                       ^^^^^',
        '      PORT is set here: .env:2:1',
        '',
      ].join('\n'),
    )
  })
})

describe('include', () => {
  test('each is a project with a folder, .env and defaults of its own, and without the override beside it', async () => {
    const folder = folderWith({
      'p2p.yaml':
        'include: [db/p2p.yaml]\ndefaults: { restart: always }\ntunnels: { web: { port: 80, depends_on: [db], tcp: { to: "h:1" } } }\n',
      '.env': 'NAME=outer\nONLY_OUTER=yes\n',
      'db/p2p.yaml': `
defaults: { description: from db }
tunnels:
  db: { port: 5432, working_dir: ./data, labels: { name: $NAME, outer: $ONLY_OUTER }, tcp: { to: "h:2" } }
`,
      'db/.env': 'NAME=inner\n',
      'db/p2p.override.yaml': 'tunnels: { db: { port: 1 } }\n',
    })
    const { project } = await load(folder)
    expect(project.tunnels[0]?.endpoints).toMatchObject([{ port: 5432 }])
    expect(project.tunnels).toMatchObject([
      {
        name: 'db',
        restart: { when: 'on-failure' },
        description: 'from db',
        labels: { name: 'inner', outer: 'yes' },
        launch: { cwd: join(folder, 'db/data') },
      },
      { name: 'web', restart: { when: 'always' }, description: null, needs: [{ name: 'db' }], launch: { cwd: folder } },
    ])
  })

  test('env_file stands in for the .env beside it', async () => {
    const folder = folderWith({
      'p2p.yaml': 'include: [{ path: db/p2p.yaml, env_file: [one.env, two.env] }]\ntunnels: {}\n',
      'one.env': 'A=1\nB=1\n',
      'two.env': 'B=2\n',
      'db/p2p.yaml': 'tunnels: { db: { port: 1, description: "$A$B", tcp: { to: "h:2" } } }\n',
      'db/.env': 'A=9\nB=9\n',
    })
    expect((await load(folder)).project.tunnels[0]?.description).toBe('12')
  })

  test('an override reaches what is included', async () => {
    const folder = folderWith({
      'p2p.yaml': 'include: [db.yaml]\ntunnels: {}\n',
      'p2p.override.yaml': 'tunnels: { db: { port: 15432 }, gone: null }\n',
      'db.yaml': project('db', 'gone'),
    })
    const { project: loaded } = await load(folder)
    expect(loaded.tunnels.map(({ name, endpoints }) => [name, endpoints[0]?.port])).toEqual([['db', 15432]])
  })

  test('accounts of an include serve its tunnels and those of the others', async () => {
    const folder = folderWith({
      'p2p.yaml': 'include: [team/p2p.yaml]\ntunnels: { a: { port: 1, connectd: { uid: 80:00:00:00:01:00:0A:C2 } } }\n',
      'team/p2p.yaml': 'accounts: { default: { user: team, password: { file: ./secret } } }\ntunnels: {}\n',
    })
    const { project } = await load(folder)
    expect(JSON.stringify(project.tunnels[0]?.launch.files)).toContain(join(folder, 'team/secret'))
  })
})

describe('profiles', () => {
  const files = {
    'p2p.yaml': `
tunnels:
  always: ${tcp(80)}
  web: { profiles: [web, all], port: 81, tcp: { to: "h:1" } }
  data: { profiles: [data, all], port: 82, tcp: { to: "h:1" } }
`,
  }

  test.each<[string[], string[]]>([
    [[], ['always']],
    [['web'], ['always', 'web']],
    [['all'], ['always', 'web', 'data']],
    [
      ['web', 'data'],
      ['always', 'web', 'data'],
    ],
    [['*'], ['always', 'web', 'data']],
  ])('%j turns on %j', async (profiles, active) => {
    expect((await load(folderWith(files), { globals: { profiles } })).project.active).toEqual(active)
  })

  test('one that no tunnel has is worth a word', async () => {
    const { warnings } = await load(folderWith(files), { globals: { profiles: ['wbe'] } })
    expect(warnings).toMatchObject([{ message: 'no tunnel has the profile "wbe"', hint: '--profile web' }])
  })

  test('tunnels of different profiles may share a port, unless both are on', async () => {
    const folder = folderWith({
      'p2p.yaml': `
tunnels:
  staging: { profiles: [staging], port: 5432, tcp: { to: "h:1" } }
  production: { profiles: [production], port: 5432, tcp: { to: "h:2" } }
`,
    })
    expect(namesOf(await load(folder))).toEqual(['staging', 'production'])
    expect(await mistakesIn(load(folder, { globals: { profiles: ['staging', 'production'] } }))).toContain(
      'tunnels.production.port: 127.0.0.1:5432 is already used by staging',
    )
  })

  test('what is on may depend on another profile that is on', async () => {
    const folder = folderWith({
      'p2p.yaml':
        'tunnels: { a: { port: 1, depends_on: [b], tcp: { to: "h:1" } }, b: { profiles: [x], port: 2, tcp: { to: "h:1" } } }\n',
    })
    expect((await load(folder, { globals: { profiles: ['x'] } })).project.active).toEqual(['a', 'b'])
    expect(await mistakesIn(load(folder))).toContain('which needs profile x')
  })
})
