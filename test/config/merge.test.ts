import { describe, expect, test } from 'vitest'
import type { Tree } from '../../src/config/resolved.ts'
import { resolvedTree } from '../../src/config/resolved.ts'
import type { Files } from './support.ts'
import { folderWith, load, mistakesIn } from './support.ts'

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

  test('a variable that is set to nothing removes nothing', async () => {
    const folder = folderWith({
      'p2p.yaml': base,
      'p2p.override.yaml': 'tunnels: { a: { description: "${EMPTY}" } }\n',
    })
    const { project } = await load(folder, { env: { EMPTY: '' } })
    expect(project.tunnels[0]?.description).toBe('')
  })
})
