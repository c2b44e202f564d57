/** What can happen to the supervisor: tunnels do not notice, `ps` says so, and the next `up` has one again. */
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect } from 'vitest'
import { childFile, mainFile } from '../support/process.ts'
import { isAlive, pidOf } from '../support/rig.ts'
import { openTerminal } from '../support/terminal.ts'
import { oneChildEach, psMustBeTrue } from './support/invariant.ts'
import type { Seen } from './support/observer.ts'
import { tryEach, type Case, type World } from './support/world.ts'

const entry = '/children/supervise.js'

/** By the observer: programs that run as a project's supervisor, but not their launchers. */
const supervisors = (world: World): Seen[] =>
  world.observe().filter(({ args }) => args[0] === process.execPath && args.some((arg) => arg.endsWith(entry)))

async function watched(world: World): Promise<number> {
  await world.until('one supervisor watches', () => supervisors(world).length === 1)
  return pidOf(supervisors(world)[0]?.pid)
}

async function opened(world: World): Promise<number> {
  await world.open()
  return watched(world)
}

/** Ends the program, and waits until the supervisor has opened it again. */
async function reopens(world: World): Promise<void> {
  const before = world.programOf('web')
  process.kill(before, 'SIGKILL')
  await world.lineThat('web', 'is reopened', ({ state, pid }) => state === 'open' && pid !== before)
  oneChildEach(world)
}

async function kill(world: World, pid: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  process.kill(pidOf(pid), signal)
  await world.until('it is gone', () => !isAlive(pid))
  world.crashes += 1
}

/** `ps` says that no one reopens anything; `up` starts one, which does. */
async function missedAndReplaced(world: World): Promise<void> {
  expect((await world.ok('ps')).stderr).toContain('p2p up starts it again')
  await world.ok('up')
  await watched(world)
  await reopens(world)
}

const cases: Case[] = [
  [
    'is killed',
    async (world) => {
      await kill(world, await opened(world))
      await missedAndReplaced(world)
    },
  ],
  [
    'is ended by TERM, as by a person',
    async (world) => {
      await kill(world, await opened(world), 'SIGTERM')
      await missedAndReplaced(world)
    },
  ],
  [
    'is killed, and so is the program',
    async (world) => {
      await kill(world, await opened(world))
      await kill(world, world.programOf('web'))
      expect((await psMustBeTrue(world)).find(({ name }) => name === 'web')?.state).not.toBe('open')
      await world.ok('up')
      await watched(world)
    },
  ],
  [
    'is killed while it waits for the next try',
    async (world) => {
      const calm = join(world.folder, 'calm')
      world.declare({ job: { command: ['sh', '-c', `[ -e ${calm} ] && exec sleep 1000; exit 1`] } })
      await world.p2p('up')
      await world.lineThat('job', 'is retried', ({ state }) => state === 'retrying')
      await kill(world, await watched(world))
      await psMustBeTrue(world)
      writeFileSync(calm, '')
    },
  ],
  [
    'is stopped while its program dies, and goes on',
    async (world) => {
      const supervisor = await opened(world)
      process.kill(supervisor, 'SIGSTOP')
      await kill(world, world.programOf('web'))
      expect((await world.ok('ps')).stderr).toContain(`kill -CONT ${supervisor}`)
      await psMustBeTrue(world)
      process.kill(supervisor, 'SIGCONT')
      await world.lineThat('web', 'is reopened', ({ state }) => state === 'open')
    },
  ],
  [
    'is stopped when all is closed',
    async (world) => {
      process.kill(await opened(world), 'SIGSTOP')
    },
  ],
  [
    'has its launcher killed',
    async (world) => {
      const supervisor = await opened(world)
      const launcher = world.observe().find(({ pid }) => pid === supervisor)?.parent
      await kill(world, pidOf(launcher))
      await world.ok('up')
      expect(await watched(world)).toBe(supervisor)
      await reopens(world)
    },
  ],
  [
    'is started twice',
    async (world) => {
      const supervisor = await opened(world)
      // Its last two arguments: the project's name and folder.
      const args = supervisors(world).flatMap((seen) => seen.args.slice(-2))
      const others = [1, 2, 3].map(() => world.run(process.execPath, childFile('supervise'), ...args))
      for (const other of others) expect((await other.exit).status).toBe(0)
      expect(await watched(world)).toBe(supervisor)
      await reopens(world)
    },
  ],
  [
    'has lost its log, its PID file and its heartbeat',
    async (world) => {
      await opened(world)
      rmSync(join(world.state, 't/@supervisor'), { recursive: true })
      await reopens(world)
      await kill(world, await watched(world))
      await missedAndReplaced(world)
    },
  ],
  [
    'has lost the folder of p2p, and another p2p takes over',
    async (world) => {
      const copy = join(world.folder, 'installed/dist')
      mkdirSync(dirname(copy))
      cpSync(dirname(mainFile), copy, { recursive: true })
      writeFileSync(join(copy, '../package.json'), '{"type":"module"}')
      symlinkSync(resolve(dirname(mainFile), '../node_modules'), join(copy, '../node_modules'))
      await world.declareTwo()
      expect((await world.run(process.execPath, join(copy, 'main.js'), 'up').exit).status).toBe(0)
      await watched(world)
      rmSync(dirname(copy), { recursive: true })
      await reopens(world)
      await kill(world, await watched(world))
      await missedAndReplaced(world)
    },
  ],
  [
    'has lost its state folder, which comes back',
    async (world) => {
      const supervisor = await opened(world)
      const state = join(world.folder, 'state')
      renameSync(state, `${state}-away`)
      await world.until('it is gone', () => !isAlive(supervisor))
      rmSync(state, { recursive: true, force: true })
      renameSync(`${state}-away`, state)
      await missedAndReplaced(world)
    },
  ],
  [
    'has lost the runtime folder with the secrets, and must reopen',
    async (world) => {
      await opened(world)
      for (const name of readdirSync(join(world.folder, 'run')))
        rmSync(join(world.folder, 'run', name), { recursive: true })
      const before = world.programOf('web')
      process.kill(before, 'SIGKILL')
      await world.lineThat('web', 'has ended', ({ pid }) => pid !== before)
      await psMustBeTrue(world)
    },
  ],
  [
    'outlives the terminal of the up that started it',
    async (world) => {
      await world.declareTwo()
      const shell = openTerminal('sh', ['-c', `'${process.execPath}' '${mainFile}' up; cat`], {
        columns: 100,
        rows: 30,
        cwd: world.project,
        env: world.env,
      })
      await shell.until((lines) => lines.some((line) => line.includes('2 opened')))
      shell.kill()
      await shell.exited
      await watched(world)
      await reopens(world)
    },
  ],
]

tryEach('supervisor', cases)
