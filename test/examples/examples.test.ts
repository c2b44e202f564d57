import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadProject, type LoadedProject } from '../../src/config/load.ts'
import type { Context, Output } from '../../src/core/context.ts'
import { P2pError } from '../../src/core/errors.ts'

const examples = readdirSync('examples', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

describe('every example', () => {
  test('there are at least six', () => {
    expect(examples.length).toBeGreaterThanOrEqual(6)
  })

  test.each(examples)('%s says at its top what it is, and where its schema is', (name) => {
    for (const file of files(join('examples', name))) {
      const [first = '', ...rest] = readFileSync(file, 'utf8').split('\n')
      const schema = /^# yaml-language-server: \$schema=(.*)$/.exec(first)?.[1] ?? ''
      expect(resolve(dirname(file), schema)).toBe(resolve('schemas/p2p.schema.json'))
      expect(rest.find((line) => line !== '')).toMatch(/^# .{20,}/)
    }
  })

  test.each(examples)(
    '%s compiles in an empty environment, with no warning but those it means to show',
    async (name) => {
      const { warnings, project } = await load(`examples/${name}`)
      expect(warnings.map(({ message }) => message)).toEqual(expectedWarnings[name] ?? [])
      expect(project.tunnels.length).toBeGreaterThan(0)
    },
  )
})

/** What an example does on purpose although p2p warns of it. */
const expectedWarnings: Record<string, string[]> = {
  'mixed-kinds': ['tunnels.plc-lan listens on 0.0.0.0:5021: other machines can reach it'],
}

describe('what the examples show', () => {
  test('bench-of-pis: one account, encryption and depth for all but one', async () => {
    const { project } = await load('examples/bench-of-pis')
    expect(project.tunnels.map(({ name }) => name)).toEqual(['pi1-ssh', 'pi1-web', 'pi2-ssh', 'pi2-camera'])
    const depths = project.tunnels.map(({ launch }) => /max_depth (\d+)/.exec(JSON.stringify(launch.files))?.[1])
    expect(depths).toEqual(['20', '20', '20', '25'])
    expect(project.secretVariables).toEqual(['REMOTEIT_PASSWORD'])
  })

  test('databases-behind-a-bastion: shared ssh settings, several forwards, a SOCKS proxy and a remote forward', async () => {
    const { project } = await load('examples/databases-behind-a-bastion')
    const tunnel = new Map(project.tunnels.map((one) => [one.name, one]))
    expect(tunnel.get('postgres')?.launch.args).toEqual(
      expect.arrayContaining(['StrictHostKeyChecking=accept-new', '127.0.0.1:15432:db.internal:5432']),
    )
    expect(tunnel.get('replicas')?.endpoints.map(({ port }) => port)).toEqual([15433, 15434])
    expect(tunnel.get('docker')?.launch.args.at(-1)).toBe('ops@builder.internal')
    expect(tunnel.get('webhook')?.endpoints).toEqual([])
    expect(project.active).toEqual(['postgres', 'replicas', 'redis'])
  })

  test('mixed-kinds: dependencies across kinds, and a port handed on', async () => {
    const { project } = await load('examples/mixed-kinds')
    const tunnel = new Map(project.tunnels.map((one) => [one.name, one]))
    const gateway = tunnel.get('site-ssh')?.endpoints[0]?.port ?? 0
    expect(tunnel.get('site')?.launch.args.at(-1)).toBe(`ssh://operator@127.0.0.1:${gateway}`)
    expect(tunnel.get('plc')?.needs).toEqual([{ name: 'site', condition: 'open', restart: true }])
    expect(tunnel.get('plc-lan')?.needs).toEqual(tunnel.get('plc')?.needs)
    expect(new Set(project.tunnels.map(({ driver }) => driver))).toEqual(new Set(['connectd', 'ssh', 'tcp', 'command']))
  })

  test('team-and-private: the override wins, the rest stays', async () => {
    const { project } = await load('examples/team-and-private')
    expect(project.tunnels.map(({ endpoints }) => endpoints[0]?.port)).toEqual([43010, 15432])
    const [till, stock] = project.tunnels
    expect(JSON.stringify(till?.launch.files)).toContain('anna@example.com')
    expect(stock?.restart.when).toBe('always')
    expect(stock?.launch.env).toMatchObject({ LANG: 'C' })
  })

  test('profiles: only the shell without one', async () => {
    expect((await load('examples/profiles')).project.active).toEqual(['shell'])
    expect((await load('examples/profiles', ['web'])).project.active).toEqual(['shell', 'site', 'admin'])
    expect((await load('examples/profiles', ['debug'])).project.active).toEqual(['shell', 'admin', 'metrics'])
  })

  test('several-sites: each site keeps its own variables, and one relay serves two printers', async () => {
    const { project } = await load('examples/several-sites')
    const hosts = project.tunnels.filter(({ driver }) => driver === 'ssh').map(({ launch }) => launch.args.at(-1))
    expect(new Set(hosts)).toEqual(new Set(['ops@north.example.com', 'ops@south.example.com']))
    expect((await load('examples/several-sites/north')).project.tunnels).toHaveLength(2)
    const printers = project.tunnels.find(({ name }) => name === 'printers')
    expect(printers?.endpoints.map(({ port }) => port)).toEqual([9101, 9102])
  })

  test('fleet: fifty tunnels, each on a port of its own', async () => {
    const { project } = await load('examples/fleet', ['rack-a'])
    expect(project.tunnels).toHaveLength(50)
    expect(new Set(project.tunnels.map(({ endpoints }) => endpoints[0]?.port)).size).toBe(50)
    expect(new Set(project.tunnels.map(({ target }) => target)).size).toBe(50)
    expect(project.active).toHaveLength(10)
  })

  test('simulator: nothing leaves this machine', async () => {
    const { project } = await load('examples/simulator')
    expect(project.tunnels.map(({ launch }) => launch.program)).toEqual([{ entry: 'connectd-sim' }, { entry: 'relay' }])
  })
})

describe('the p2p.yaml of this project', () => {
  const text = readFileSync('p2p.yaml', 'utf8')
  const simulatorLine = /^defaults: .*connectd-sim.*\n/m

  test('opens the simulator because one line says so', async () => {
    const { project, warnings } = await load('.')
    expect(warnings.map(({ message }) => message)).toEqual([])
    expect(project.tunnels.map(({ name, launch, endpoints }) => [name, launch.program, endpoints[0]?.port])).toEqual([
      ['ssh-pi', { entry: 'connectd-sim' }, 33000],
      ['web-pi', { entry: 'connectd-sim' }, 33001],
      ['web-copy', { entry: 'relay' }, 33002],
    ])
    expect(text.match(/connectd-sim/g)).toHaveLength(1)
  })

  test('runs the real connectd once that line is deleted and the account is set', async () => {
    const real = text.replace(simulatorLine, '')
    expect(real).not.toBe(text)
    const env = { REMOTEIT_USER: 'me@example.org', REMOTEIT_PASSWORD: 'unseen' }
    const { project } = await load('.', [], { text: real, env })
    const [first] = project.tunnels
    expect(first?.launch.program).toBe('connectd')
    expect(JSON.stringify(first)).toContain('user_id me@example.org')
    expect(JSON.stringify(project)).not.toContain('unseen')
  })
})

async function load(
  folder: string,
  profiles: string[] = [],
  { text, env = {} }: { text?: string; env?: Record<string, string> } = {},
): Promise<LoadedProject> {
  const silent: Output = { write: () => undefined, isTTY: false, columns: null, colour: false }
  const ctx: Context = {
    cwd: resolve(folder),
    env,
    stdin: { isTTY: false, read: () => Promise.resolve(new TextEncoder().encode(text)) },
    stdout: silent,
    stderr: silent,
    now: () => 0,
    interrupted: new AbortController().signal,
    globals: {
      files: text === undefined ? [] : ['-'],
      projectName: null,
      profiles,
      envFiles: [],
      progress: 'quiet',
      quiet: true,
      lockTimeoutMs: 0,
      debug: false,
    },
    masks: [],
  }
  try {
    return await loadProject(ctx, { ports: { recorded: () => ({}), taken: () => false } })
  } catch (error) {
    if (!(error instanceof P2pError)) throw error
    throw new Error([error.message, ...error.details.map(({ message }) => message)].join('\n'), { cause: error })
  }
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return files(path)
    return path.endsWith('.yaml') ? [path] : []
  })
}
