import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { start, finished, mainFile } from '../support/process.ts'
import { isAlive } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { mustClose, oneChildEach, psMustBeTrue } from './support/invariant.ts'
import { processesWith } from './support/observer.ts'
import { tryEach, type Case, type World } from './support/world.ts'

/** So many times the same command at once; each must succeed. */
const together = (world: World, count: number, ...args: string[]): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, () => world.ok(...args)))

const cases: Case[] = [
  [
    'two up at once',
    async (world) => {
      await world.declareTwo()
      await together(world, 2, 'up')
      oneChildEach(world)
    },
  ],
  [
    'six up at once, then three down at once',
    async (world) => {
      await world.declareTwo()
      await together(world, 6, 'up')
      oneChildEach(world)
      await together(world, 3, 'down')
      expect(world.observe()).toEqual([])
    },
  ],
  [
    'up and down against each other: the last of them wins, or the tunnel is whole',
    async (world) => {
      await world.declareTwo()
      for (let round = 0; round < 3; round++) {
        await Promise.all(['up', 'down', 'up', 'down'].map((command) => world.p2p(command)))
        await psMustBeTrue(world)
      }
    },
  ],
  [
    'ten ps while up opens and while down closes: every one exits 0',
    async (world) => {
      await world.declareTwo()
      await Promise.all([world.ok('up'), together(world, 10, 'ps')])
      await Promise.all([world.ok('down'), together(world, 10, 'ps')])
    },
  ],
  [
    'restart while the supervisor reopens the same tunnel',
    async (world) => {
      await world.open()
      process.kill(world.programOf('web'), 'SIGKILL')
      await world.ok('restart', 'web')
      await world.lineThat('web', 'is open', ({ state }) => state === 'open')
      oneChildEach(world)
    },
  ],
  [
    'three restarts and an up at once',
    async (world) => {
      await world.open()
      await Promise.all([together(world, 3, 'restart'), world.ok('up')])
      oneChildEach(world)
    },
  ],
  [
    'two up of a file that changes between them: both tunnels are as one of the files says',
    async (world) => {
      await world.open()
      const first = world.start('restart')
      await world.declareTwo()
      await Promise.all([first.exit, world.p2p('up')])
      await world.ok('up')
      const port = world.declared['web']?.['port'] as number
      expect(world.tunnel('web').listens(port)).toBe(true)
    },
  ],
  [
    'two projects of one state folder at once: one is closed, the other stays',
    async (world) => {
      await world.declareTwo()
      const folder = join(world.folder, 'other')
      mkdirSync(folder)
      const port = await freePort()
      world.write(`tunnels: { far: { port: ${port}, tcp: { to: "127.0.0.1:9" } } }`, '../other/p2p.yaml')
      const beside = (...args: string[]): Promise<{ status: number | null }> =>
        finished(start(mainFile, args, { cwd: folder, env: world.env }))
      const [, other] = await Promise.all([world.ok('up'), beside('up')])
      expect(other.status).toBe(0)
      oneChildEach(world)
      await Promise.all([world.ok('down'), beside('restart')])
      const left = processesWith(world.marker)
      expect(left.every(({ tunnel }) => tunnel === null)).toBe(true)
      expect((await beside('down')).status).toBe(0)
    },
  ],
  [
    'the supervisor is killed while two up run',
    async (world) => {
      await world.open()
      const supervisor = world.supervisor()
      const both = together(world, 2, 'up')
      process.kill(supervisor, 'SIGKILL')
      world.crashes += 1
      await both
      await world.until('it is gone', () => !isAlive(supervisor))
      await world.ok('up')
      oneChildEach(world)
    },
  ],
  [
    'a suspended up keeps no other command from its end for ever, and goes on afterwards',
    async (world) => {
      await world.declareTwo()
      const paused = world.start('up')
      await world.until('it has taken the lock', () => world.files('state').some((file) => /\/lock\.\d+$/.test(file)))
      paused.signal('SIGSTOP')
      const other = await world.p2p('--lock-timeout', '1s', 'up', '--no-wait')
      expect([0, 5], other.stderr).toContain(other.status)
      await world.p2p('--lock-timeout', '1s', 'down')
      paused.signal('SIGCONT')
      await paused.exit
      await psMustBeTrue(world)
    },
  ],
  [
    'logs that are followed while all is closed and opened',
    async (world) => {
      await world.open()
      const logs = world.start('logs', '-f', 'web')
      await logs.says(/token \*+/)
      await mustClose(world)
      await world.ok('up')
      logs.signal('SIGINT')
      await logs.exit
    },
  ],
]

tryEach('concurrency', cases)
