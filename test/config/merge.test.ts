import { describe, expect, test } from 'vitest'
import { resolvedTree, type Tree } from '../../src/config/print/resolved.ts'
import { folderWith, load, mistakesIn, type Files } from './support.ts'

/** A tunnel as `p2p config` shows it. */
async function tunnel(files: Files, name = 'a'): Promise<Tree> {
  const loaded = await load(folderWith(files))
  return (resolvedTree(loaded)['tunnels'] as Record<string, Tree>)[name] ?? {}
}

const base = 'tunnels:\n  a: { port: 80, tcp: { to: "10.0.0.5:80", max_connections: 5 } }\n'

describe('defaults under extends under the tunnel itself, then overrides', () => {
  test('each layer wins over the one below it', async () => {
    const files = {
      'p2p.yaml': `
defaults: { description: from defaults, restart: always, url: from-defaults, working_dir: /defaults }
tunnels:
  base: { port: 81, description: from base, restart: "no", url: from-base, tcp: { to: "10.0.0.5:80" } }
  a: { extends: base, port: 80, description: from itself, restart: on-failure }
`,
      'p2p.override.yaml': 'tunnels: { a: { description: from the override } }\n',
    }
    expect(await tunnel(files)).toMatchObject({
      description: 'from the override',
      restart: 'on-failure',
      url: 'from-base',
      working_dir: '/defaults',
      port: 80,
      tcp: { to: '10.0.0.5:80' },
    })
  })

  test.each(['command', 'client', 'password', 'open', 'tunnels', 'environment'])(
    'a tunnel that is called %s merges as any other',
    async (name) => {
      const files = {
        'p2p.yaml': `tunnels: { ${name}: { port: 80, command: [a, b], hooks: { open: [x] } } }\n`,
        'p2p.override.yaml': `tunnels: { ${name}: { port: 81, hooks: { open: [y] } } }\n`,
      }
      expect(await tunnel(files, name)).toMatchObject({ port: 81, command: ['a', 'b'], hooks: { open: ['y'] } })
    },
  )

  test("a driver's block of defaults reaches only the tunnels of that driver", async () => {
    const files = {
      'p2p.yaml': `
defaults: { tcp: { max_connections: 7 }, ssh: { jump: outer } }
tunnels:
  a: { port: 80, tcp: { to: "10.0.0.5:80" } }
  b: { port: 81, ssh: { to: bastion, forward: "db:5432" } }
`,
    }
    expect(await tunnel(files, 'a')).toMatchObject({ tcp: { to: '10.0.0.5:80', max_connections: 7 } })
    expect(await tunnel(files, 'b')).toMatchObject({ ssh: { to: 'bastion', jump: 'outer' } })
    expect(await tunnel(files, 'b')).not.toHaveProperty('tcp')
  })

  test('extends reaches through several tunnels, and into other files with their own folder and .env', async () => {
    const files = {
      'p2p.yaml': `
tunnels:
  a: { extends: b, port: 80 }
  b: { extends: { file: shared/team.yaml, tunnel: base }, port: 81, description: from b }
`,
      'shared/team.yaml': `
tunnels:
  base: { extends: inner, port: 90, env_file: ./team.env }
  inner: { port: 91, labels: { team: "\${TEAM}" }, working_dir: ./work, tcp: { to: "10.0.0.5:80" } }
`,
      'shared/.env': 'TEAM=lab\n',
      'shared/team.env': 'A=1\n',
    }
    const folder = folderWith(files)
    const { project } = await load(folder)
    expect(project.tunnels[0]).toMatchObject({
      name: 'a',
      description: 'from b',
      labels: { team: 'lab' },
      launch: { cwd: `${folder}/shared/work`, env: { A: '1' } },
    })
  })

  test('what is extended hands on no extends of its own, and stays a tunnel', async () => {
    const { project } = await load(
      folderWith({
        'p2p.yaml': `
tunnels:
  base: { port: 81, tcp: { to: "10.0.0.5:80" } }
  a: { extends: base, port: 80 }
`,
      }),
    )
    expect(project.tunnels.map(({ name }) => name)).toEqual(['base', 'a'])
  })
})

describe('what merging does to each kind of value', () => {
  const over = (override: string): Promise<Tree> =>
    tunnel({
      'p2p.yaml': `
tunnels:
  a:
    port: 80
    description: below
    labels: { kept: "1", changed: "1" }
    profiles: [one]
    depends_on: [b]
    environment: [KEPT=1, CHANGED=1]
    env_file: below.env
    ready: { log: below, timeout: 5s }
    healthcheck: { command: [check, below], interval: 9s }
    command: [run, below]
  b: { port: 81, tcp: { to: "10.0.0.5:80" } }
  c: { port: 82, tcp: { to: "10.0.0.5:80" } }
`,
      'p2p.override.yaml': `tunnels:\n  a: ${override}\n`,
      'below.env': '',
      'above.env': '',
    })

  test.each<[string, string, Tree]>([
    ['scalars replace', '{ description: above }', { description: 'above' }],
    ['maps merge deeply', '{ labels: { changed: "2", new: "3" } }', { labels: { kept: '1', changed: '2', new: '3' } }],
    ['lists append', '{ profiles: [two] }', { profiles: ['one', 'two'] }],
    ['command replaces', '{ command: [run] }', { command: ['run'] }],
    [
      'command replaces inside of a check, too',
      '{ healthcheck: { command: [check] } }',
      { healthcheck: { command: ['check'], interval: '9s', timeout: '5s', retries: 3 } },
    ],
    ['names append to names', '{ depends_on: [c] }', { depends_on: ['b', 'c'] }],
    ['a name that is there twice is there once', '{ depends_on: [b] }', { depends_on: ['b'] }],
    [
      'a map of names merges with a list of names',
      '{ depends_on: { b: { condition: healthy } } }',
      { depends_on: { b: { condition: 'healthy', restart: false } } },
    ],
    [
      'environment merges by name, whichever way it is written',
      '{ environment: { CHANGED: "2", NEW: 3 } }',
      { environment: { KEPT: '1', CHANGED: '2', NEW: '3' } },
    ],
    [
      'a secret source replaces text',
      '{ environment: { CHANGED: { env: OTHER } } }',
      { environment: { KEPT: '1', CHANGED: { env: 'OTHER' } } },
    ],
    ['part of a map leaves the rest', '{ ready: { timeout: 6s } }', { ready: { log: 'below', timeout: '6s' } }],
    ['null takes a key away', '{ description: }', {}],
    ['null takes a key out of a map', '{ labels: { changed: ~ } }', { labels: { kept: '1' } }],
    ['a quoted null is text', '{ description: "null" }', { description: 'null' }],
    ['an empty map adds nothing', '{ labels: {} }', { labels: { kept: '1', changed: '1' } }],
    ['an empty list adds nothing', '{ profiles: [] }', { profiles: ['one'] }],
  ])('%s', async (_what, override, expected) => {
    const found = await over(override)
    expect(found).toMatchObject(expected)
    if (override.startsWith('{ description: }')) expect(found).not.toHaveProperty('description')
    if (override.includes('changed: ~')) expect(found['labels']).toEqual({ kept: '1' })
  })

  test('env files of an override come after those below', async () => {
    const env = (await over('{ env_file: [above.env] }'))['env_file'] as string[]
    expect(env.map((path) => path.slice(path.lastIndexOf('/') + 1))).toEqual(['below.env', 'above.env'])
  })

  test('one source of a secret replaces another', async () => {
    const accounts = 'accounts: { default: { user: a, password: { env: A } } }\n'
    const files = {
      'p2p.yaml': `${accounts}tunnels:\n  a: { port: 80, connectd: { uid: 80:00:00:00:01:00:0A:C2 } }\n`,
      'p2p.override.yaml': 'accounts: { default: { password: { file: ./secret } } }\n',
    }
    const folder = folderWith(files)
    const tree = resolvedTree(await load(folder))
    expect(tree['accounts']).toEqual({ default: { user: 'a', password: { file: `${folder}/secret` } } })
  })
})

describe('what merging does to the keys of each driver', () => {
  const ssh = (override: string): Promise<Tree> =>
    tunnel({
      'p2p.yaml': `
tunnels:
  a:
    ssh:
      to: below
      forward: [{ port: 80, to: "db:80" }]
      reverse: { from: 9000, to: "h:1" }
      jump: [outer]
      identity: /keys/below
      options: { Compression: true, Port: 22, SendEnv: [A] }
`,
      'p2p.override.yaml': `tunnels:\n  a: { ssh: ${override} }\n`,
    })

  test.each<[string, string, Tree]>([
    ['a scalar replaces', '{ to: above }', { to: 'above', jump: ['outer'] }],
    ['lists append', '{ jump: [inner] }', { jump: ['outer', 'inner'] }],
    [
      'lists of maps append',
      '{ forward: [{ port: 81, to: "db:81" }] }',
      {
        forward: [
          { port: 80, to: 'db:80' },
          { port: 81, to: 'db:81' },
        ],
      },
    ],
    ['a map merges', '{ reverse: { from: 9001 } }', { reverse: { from: 9001, to: 'h:1' } }],
    ['a map of another program merges', '{ options: { Port: 23 } }', { options: { Compression: true, Port: '23' } }],
    ['lists in a map append', '{ options: { SendEnv: [B] } }', { options: { SendEnv: ['A', 'B'] } }],
    ['a list replaces a scalar', '{ identity: [/keys/above] }', { identity: ['/keys/above'] }],
    ['a scalar replaces a list', '{ jump: inner }', { jump: 'inner' }],
    ['a list replaces a map', '{ reverse: [{ from: 1, to: "h:2" }] }', { reverse: [{ from: 1, to: 'h:2' }] }],
    ['null takes away deep inside', '{ options: { Port: null } }', { options: { Compression: true, SendEnv: ['A'] } }],
  ])('%s', async (_what, override, expected) => {
    const found = (await ssh(override))['ssh'] as Tree
    for (const [key, value] of Object.entries(expected)) {
      if (key === 'options') expect(found[key]).toMatchObject(value as Tree)
      else expect(found[key]).toEqual(value)
    }
    if (override.includes('Port: null')) expect(found['options']).toEqual(expected['options'])
  })

  test('the argv of a shell line and the one of a list replace each other', async () => {
    const files = {
      'p2p.yaml': 'tunnels: { a: { command: { run: below, shell: true } } }\n',
      'p2p.override.yaml': 'tunnels: { a: { command: { run: above, shell: true } } }\n',
    }
    expect(await tunnel(files)).toMatchObject({ command: { run: 'above', shell: true } })
    files['p2p.override.yaml'] = 'tunnels: { a: { command: [above] } }\n'
    expect(await tunnel(files)).toMatchObject({ command: ['above'] })
  })
})

describe('what merging does outside of tunnels', () => {
  test('accounts merge by name and key, and a source takes the place of the one below', async () => {
    const loaded = await load(
      folderWith({
        'p2p.yaml': `
accounts:
  one: { user: below, password: { env: BELOW } }
  two: { user: below, auth_hash: below }
  gone: { user: below, password: { env: A } }
tunnels: {}
`,
        'p2p.override.yaml': `
accounts:
  one: { user: above }
  two: { auth_hash: { command: [above] } }
  gone: null
  new: { user: above, password: { keychain: above } }
`,
      }),
    )
    expect(resolvedTree(loaded)['accounts']).toEqual({
      one: { user: 'above', password: { env: 'BELOW' } },
      two: { user: 'below', auth_hash: { command: ['above'] } },
      new: { user: 'above', password: { keychain: 'above' } },
    })
  })

  test('name replaces, include appends, defaults merge', async () => {
    const loaded = await load(
      folderWith({
        'p2p.yaml': 'name: below\ninclude: [b.yaml]\ndefaults: { restart: always, stop: { signal: INT } }\n' + base,
        'p2p.override.yaml': 'name: above\ninclude: [c.yaml]\ndefaults: { restart: "no", stop: { grace: 1s } }\n',
        'b.yaml': 'tunnels: { b: { port: 81, tcp: { to: "h:1" } } }\n',
        'c.yaml': 'tunnels: { c: { port: 82, tcp: { to: "h:1" } } }\n',
      }),
    )
    expect(loaded.project.name).toBe('above')
    expect(loaded.project.tunnels.map(({ name }) => name)).toEqual(['b', 'c', 'a'])
    expect(loaded.project.tunnels[2]).toMatchObject({ restart: { when: 'no' }, stop: { signal: 'INT', graceMs: 1000 } })
  })

  test('of three files each wins over the ones before, also over what they took away', async () => {
    const folder = folderWith({
      'one.yaml': 'tunnels: { a: { port: 80, description: one, labels: { x: "1" }, tcp: { to: "h:1" } } }\n',
      'two.yaml': 'tunnels: { a: { description: null, labels: null } }\n',
      'three.yaml': 'tunnels: { a: { labels: { y: "3" } } }\n',
    })
    const { project } = await load(folder, { globals: { files: ['one.yaml', 'two.yaml', 'three.yaml'] } })
    expect(project.tunnels).toMatchObject([{ description: null, labels: { y: '3' } }])
  })

  test('extensions belong to nobody and merge with nothing', async () => {
    const files = {
      'p2p.yaml': `x-shared: &shared { tcp: { to: "h:1" } }\ntunnels: { a: { <<: *shared, port: 80, x-mine: 1 } }\n`,
      'p2p.override.yaml': 'x-shared: 5\ntunnels: { a: { x-mine: { other: 2 } } }\n',
    }
    expect(await tunnel(files)).toMatchObject({ port: 80, tcp: { to: 'h:1' } })
    expect(await tunnel(files)).not.toHaveProperty('x-mine')
  })

  test('what a map says itself wins over its merge keys, and of these the first', async () => {
    const text = `
x-a: &a { description: a, restart: always, labels: { a: "1" } }
x-b: &b { description: b, url: b, labels: { b: "1" } }
tunnels: { a: { restart: "no", <<: [*a, *b], port: 80, tcp: { to: "h:1" } } }
`
    expect(await tunnel({ 'p2p.yaml': text })).toMatchObject({
      description: 'a',
      url: 'b',
      restart: 'no',
      labels: { a: '1' },
    })
  })
})

describe('null is not nothing', () => {
  test('in the first file a key without a value is a mistake', async () => {
    const told = await mistakesIn(load(folderWith({ 'p2p.yaml': base.replace('port: 80', 'port: ') })))
    expect(told).toContain('tunnels.a.port must be a port')
  })

  test('an override takes away what defaults give', async () => {
    const files = {
      'p2p.yaml': `defaults: { restart: always, tcp: { idle_timeout: 5s } }\n${base}`,
      'p2p.override.yaml': 'tunnels: { a: { restart: null, tcp: { idle_timeout: null } } }\n',
    }
    expect(await tunnel(files)).toMatchObject({ restart: 'on-failure', tcp: { to: '10.0.0.5:80' } })
    expect((await tunnel(files))['tcp']).not.toHaveProperty('idle_timeout')
  })

  test('an override takes a whole tunnel away', async () => {
    const { project } = await load(
      folderWith({
        'p2p.yaml': `${base}  b: { port: 81, tcp: { to: "10.0.0.5:80" } }\n`,
        'p2p.override.yaml': 'tunnels: { a: }\n',
      }),
    )
    expect(project.tunnels.map(({ name }) => name)).toEqual(['b'])
  })

  test('an override replaces a driver by taking the other away', async () => {
    const files = {
      'p2p.yaml': base,
      'p2p.override.yaml': 'tunnels: { a: { tcp: null, ssh: { to: bastion, forward: "web:80" } } }\n',
    }
    expect(await tunnel(files)).toMatchObject({ ssh: { to: 'bastion' } })
  })

  test('a tunnel takes away what the one it extends has', async () => {
    const files = {
      'p2p.yaml': `
tunnels:
  base: { port: 81, description: from base, tcp: { to: "10.0.0.5:80" } }
  a: { extends: base, port: 80, description: null }
`,
    }
    expect(await tunnel(files)).not.toHaveProperty('description')
  })

  test('it reaches any depth, and what defaults give', async () => {
    const files = {
      'p2p.yaml': `
defaults: { description: from defaults, stop: { signal: INT, grace: 1s }, labels: { a: "1", b: "1" } }
tunnels:
  base: { port: 81, healthcheck: { http: /, interval: 9s }, environment: { A: 1, B: 1 }, tcp: { to: "h:1" } }
  a:
    extends: base
    port: 80
    description:
    healthcheck: { http: null, tls: true }
    environment: { A: null }
    stop: { signal: null }
    labels: { b: ~ }
`,
    }
    const found = await tunnel(files)
    expect(found).toMatchObject({
      healthcheck: { tls: true, interval: '9s' },
      environment: { B: '1' },
      stop: { signal: 'TERM', grace: '1s' },
      labels: { a: '1' },
    })
    expect(found).not.toHaveProperty('description')
    expect([found['environment'], found['labels']]).toEqual([{ B: '1' }, { a: '1' }])
  })

  test('a variable that is set to nothing removes nothing', async () => {
    const folder = folderWith({
      'p2p.yaml': base,
      'p2p.override.yaml': 'tunnels: { a: { description: "${EMPTY}" } }\n',
    })
    const { project } = await load(folder, { env: { EMPTY: '' } })
    expect(project.tunnels[0]?.description).toBe('')
  })
})
