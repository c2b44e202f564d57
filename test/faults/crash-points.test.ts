/**
 * A command, or the supervisor, dies of SIGKILL: at every call that changes the world, and at random moments. Then `ps` must
 * be right, two `up` at once must give one process for each tunnel, and `down` none (launch-protocol.md, E4, on the real code).
 */
import { describe } from 'vitest'
import { isAlive, pidOf } from '../support/rig.ts'
import { mustClose, oneChildEach, psMustBeTrue } from './support/invariant.ts'
import { sampleOf, wholeSize } from './support/seed.ts'
import { hasStrace, killRunningAt, killedAt, pointsOf, pointsOfRunning, type Point } from './support/strace.ts'
import { tryEach, type Case, type World } from './support/world.ts'

const calls = [
  'rename',
  'link',
  'unlink',
  'mkdir',
  'rmdir',
  'fsync',
  'write',
  'chmod',
  'clone',
  'pipe2',
  'kill',
] as const
type Call = (typeof calls)[number]

/** What each changes the world with; `up` alone begins with nothing open. */
const commands: Record<string, readonly Call[]> = {
  up: calls.filter((call) => call !== 'kill'),
  down: ['rename', 'link', 'unlink', 'rmdir', 'fsync', 'write', 'kill'],
  restart: ['rename', 'link', 'unlink', 'mkdir', 'fsync', 'write', 'clone', 'pipe2', 'kill'],
}
const supervisorCalls: readonly Call[] = ['rename', 'link', 'unlink', 'fsync', 'write', 'clone', 'pipe2']

/** Of each case, how many points are tried in the sample, and how many random moments. */
const pointsInSample = 1
const momentsInSample = 4
const moments = wholeSize ? 50 : momentsInSample

async function begin(world: World, command: string): Promise<void> {
  if (command !== 'up' && world.observe().length === 0) await world.ok('up')
}

async function recovers(world: World, command: string): Promise<void> {
  await psMustBeTrue(world)
  await Promise.all([world.ok('up'), world.ok('up')])
  oneChildEach(world)
  if (command === 'up') await mustClose(world)
}

/** Those of a command are the same each time: listed once. */
const known = new Map<string, Promise<Point[]>>()

function pointsOnce(command: string, list: () => Promise<Point[]>): Promise<Point[]> {
  const points = known.get(command) ?? list()
  known.set(command, points)
  return points
}

const atCalls = (command: string): Case[] =>
  (commands[command] ?? []).map((call) => [
    `${command} dies at ${call}`,
    async (world) => {
      await world.declareTwo()
      await begin(world, command)
      const all = await pointsOnce(command, () => pointsOf(world, commands[command] ?? [], command))
      const points = all.filter((point) => point.call === call)
      if (points.length === 0) throw new Error(`${command} makes no call of ${call}`)
      if (command === 'up') await world.ok('down')
      for (const point of sampleOf(`${command} ${call}`, points, pointsInSample)) {
        await begin(world, command)
        await world.crashed(killedAt(world, point, command))
        await recovers(world, command)
      }
    },
  ])

/** Kills the program, and waits until it was reopened or the supervisor is gone. */
async function reopening(world: World): Promise<void> {
  const [supervisor, program] = [world.supervisor(), world.programOf('web')]
  process.kill(program, 'SIGKILL')
  await world.until('it is reopened, or the supervisor is dead', () => {
    const { launchers, programs } = world.tunnel('web')
    return !isAlive(supervisor) || (launchers.length === 1 && programs.length === 1 && programs[0]?.pid !== program)
  })
}

const supervisorAtCalls: Case[] = supervisorCalls.map((call) => [
  `the supervisor dies at ${call} while it reopens`,
  async (world) => {
    await world.open()
    const all = await pointsOnce('supervisor', () =>
      pointsOfRunning(world, world.supervisor(), supervisorCalls, () => reopening(world)),
    )
    const points = all.filter((point) => point.call === call)
    if (points.length === 0) throw new Error(`a reopening makes no call of ${call}`)
    for (const point of sampleOf(`supervisor ${call}`, points, pointsInSample)) {
      const supervisor = world.supervisor()
      await killRunningAt(world, supervisor, point, () => reopening(world))
      if (!isAlive(supervisor)) world.crashes += 1
      await recovers(world, 'supervisor')
      await world.until('a supervisor watches', () => isAlive(world.supervisor()))
    }
  },
])

const atMoments = (command: string): Case => [
  `${command} dies at ${moments} random moments`,
  async (world) => {
    await world.declareTwo()
    await begin(world, command)
    const began = performance.now()
    await world.ok(command)
    const takes = performance.now() - began
    if (command === 'up') await world.ok('down')
    for (let round = 0; round < moments; round++) {
      await begin(world, command)
      const victim = world.start(command)
      await pause(takes * world.random())
      victim.signal('SIGKILL')
      await world.crashed(victim)
      await recovers(world, command)
    }
  },
]

const supervisorAtMoments: Case = [
  `the supervisor dies at ${moments} random moments`,
  async (world) => {
    await world.open()
    for (let round = 0; round < moments; round++) {
      const supervisor = world.supervisor()
      process.kill(world.programOf('web'), 'SIGKILL')
      await pause(300 * world.random())
      process.kill(pidOf(supervisor), 'SIGKILL')
      world.crashes += 1
      await recovers(world, 'supervisor')
      await world.until('a supervisor watches', () => isAlive(world.supervisor()))
    }
  },
]

/** The moment is what is tried: nothing else than time makes it. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe.runIf(hasStrace)('at system calls', () => {
  tryEach('crash-points', [...Object.keys(commands).flatMap(atCalls), ...supervisorAtCalls])
})

describe('at random moments', () => {
  tryEach('crash-points', [...Object.keys(commands).map(atMoments), supervisorAtMoments])
})
