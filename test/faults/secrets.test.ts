/** Where a secret comes from, and everywhere that it must not be: also where things fail. */
import { chmodSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { read } from '../support/rig.ts'
import { psMustBeTrue } from './support/invariant.ts'
import { tryEach, type Case, type World } from './support/world.ts'

/** Opens a tunnel that has its secret from there, says it and goes on. */
const from =
  (source: (world: World) => Record<string, unknown>): Case[1] =>
  async (world) => {
    await opened(world, source(world))
    expect(environmentOf(world, 'web')).toContain(`TOKEN=${world.secret}`)
  }

async function opened(world: World, source: Record<string, unknown>): Promise<void> {
  world.declare({
    web: {
      command: ['sh', '-c', 'echo "token $$TOKEN"; exec sleep 1000'],
      ready: { log: 'token' },
      environment: { TOKEN: source },
    },
    other: { command: ['sleep', '1000'], restart: 'no' },
  })
  await world.ok('up')
}

const environmentOf = (world: World, name: string): string => read(`/proc/${world.programOf(name)}/environ`)

function secretFile(world: World, mode = 0o600): string {
  const path = join(world.folder, 'token')
  writeFileSync(path, `${world.secret}\n`)
  chmodSync(path, mode)
  return path
}

/** What the case itself wrote is not p2p's doing. */
const emptied = (path: string): void => {
  writeFileSync(path, '')
}

const cases: Case[] = [
  ['from a variable', from(() => ({ env: 'FAULTS_SECRET' }))],
  ['from a file', from((world) => ({ file: secretFile(world) }))],
  ['from a command', from((world) => ({ command: ['cat', secretFile(world)] }))],
  [
    'a file that others may read is refused, and not shown',
    async (world) => {
      const path = secretFile(world, 0o644)
      world.declare({ web: { command: ['sleep', '1000'], environment: { TOKEN: { file: path } } } })
      const { status, stderr } = await world.p2p('up')
      expect([status, stderr]).toEqual([1, expect.stringContaining('chmod 600')])
      chmodSync(path, 0o600)
    },
  ],
  [
    'the other tunnels and the supervisor do not have it',
    async (world) => {
      await opened(world, { env: 'FAULTS_SECRET' })
      const others = world.observe().filter(({ tunnel }) => tunnel !== 'web')
      expect(others.length).toBeGreaterThan(2)
      for (const { pid } of others) expect(read(`/proc/${pid}/environ`)).not.toContain(world.secret)
    },
  ],
  [
    'while it runs: in no state file, and in private files of mode 0600 alone',
    async (world) => {
      await opened(world, { env: 'FAULTS_SECRET' })
      const holding = world.files().filter((path) => read(path).includes(world.secret))
      expect(holding.filter((path) => path.startsWith(join(world.folder, 'state')) && !path.endsWith('/log'))).toEqual(
        [],
      )
      for (const path of holding) expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600])
    },
  ],
  [
    'logs, why, events and config show stars, also as JSON',
    async (world) => {
      await opened(world, { env: 'FAULTS_SECRET' })
      const logs = await world.ok('logs', '--no-log-prefix')
      expect(logs.stdout).toContain('token ***')
      for (const command of [
        ['logs'],
        ['why', 'web'],
        ['events'],
        ['config'],
        ['config', '--format', 'json'],
        ['ps', '--json'],
      ])
        expect((await world.ok(...command)).stdout).not.toContain(world.secret)
    },
  ],
  [
    'last words of a program that fails at once',
    async (world) => {
      world.declare({
        web: {
          command: ['sh', '-c', 'echo "bad token $$TOKEN" >&2; exit 3'],
          environment: { TOKEN: { env: 'FAULTS_SECRET' } },
          restart: 'no',
        },
      })
      const { status, stderr } = await world.p2p('up')
      expect([status, stderr]).toEqual([1, expect.stringContaining('bad token ***')])
      world.declare({ web: { command: ['sleep', '1000'] } })
    },
  ],
  [
    'a command that fails and prints it',
    async (world) => {
      const path = secretFile(world)
      world.declare({
        web: {
          command: ['sleep', '1000'],
          environment: { TOKEN: { command: ['sh', '-c', `cat ${path} >&2; cat ${path}; exit 1`] } },
        },
      })
      expect((await world.p2p('up')).status).toBe(1)
      world.declare({ web: { command: ['sleep', '1000'] } })
    },
  ],
  [
    'a password in a line that is wrong: no excerpt shows it',
    async (world) => {
      await world.open()
      const good = world.declared
      for (const text of [
        `accounts: { default: { username: me, password: "${world.secret} } }\n`,
        `accounts:\n  default:\n    password: ${world.secret}: x: [\n`,
        `accounts: { default: { username: me, pasword: ${world.secret} } }\ntunnels: {}\n`,
      ]) {
        const path = world.write(text)
        expect((await world.p2p('up')).status).toBe(4)
        expect((await world.p2p('--debug', 'config')).status).toBe(4)
        emptied(path)
      }
      world.declare(good)
    },
  ],
  [
    'a command that dies with it in its hands',
    async (world) => {
      await world.declareTwo()
      for (let round = 0; round < 5; round++) {
        const up = world.start('up')
        await new Promise((resolve) => setTimeout(resolve, 40 + world.random() * 400))
        up.signal('SIGKILL')
        await world.crashed(up)
      }
      await psMustBeTrue(world)
    },
  ],
  [
    'an old value goes from the logs when a new one comes',
    async (world) => {
      await opened(world, { env: 'FAULTS_SECRET' })
      world.env['FAULTS_SECRET'] = `${world.secret.toUpperCase()}-2`
      await world.ok('restart', 'web')
      const logs = world.files('state').filter((path) => path.includes('/t/web/log'))
      expect(logs.filter((path) => read(path).includes(world.secret))).toEqual([])
    },
  ],
]

tryEach('secrets', cases)
