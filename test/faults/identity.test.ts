/**
 * Numbers of processes that lie: 0, 1, -1, strangers, those that were given out again, other boots. A mistake here signals the
 * whole machine, so the cases run in a PID namespace of their own, and refuse to run outside of one.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pidOf, read } from '../support/rig.ts'
import { oneChildEach, psMustBeTrue } from './support/invariant.ts'
import { tryEach, type Case, type World } from './support/world.ts'

const canUnshare = spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status === 0
/** What PID 1 of the namespace is called: nothing but the test below makes one. */
const initName = 'p2p-faults-init'
const isInside = read('/proc/1/cmdline').includes(initName)

test.runIf(!isInside && canUnshare)('the cases, in a PID namespace of their own', () => {
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs')
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['-pf', '--mount-proc', '--kill-child', 'sh', '-c', '"$@"; exit', initName].concat([
      process.execPath,
      vitest,
      'run',
      'test/faults/identity.test.ts',
    ]),
    { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8', env: { ...process.env, P2P_TESTS: 'faults' } },
  )
  expect(status, stdout + stderr).toBe(0)
})

/** The run files of a tunnel that runs say something else for a moment. */
const lyingRunFile =
  (textFor: (world: World) => string): Case[1] =>
  async (world) => {
    await world.open()
    const runs = readdirSync(join(world.state, 'runs')).filter((name) => /^[0-9a-f]{32}$/.test(name))
    const paths = runs.map((name) => join(world.state, 'runs', name))
    const before = world.observe()
    const texts = paths.map((path) => readFileSync(path, 'utf8'))
    for (const path of paths) writeFileSync(path, textFor(world))
    expect((await world.p2p('ps')).status).toBe(0)
    await world.p2p('restart', 'job')
    const alive = new Set(world.observe().map(({ pid }) => pid))
    // Only what is proved its own may be gone.
    for (const { pid, tunnel } of before) if (tunnel === 'web') expect([pid, alive.has(pid)]).toEqual([pid, true])
    expect(world.strangersSignalled()).toBe(0)
    // Of an attempt that is over p2p keeps a damaged file for an hour: it may be looked at.
    for (const [at, path] of paths.entries()) {
      const text = texts[at] ?? ''
      if (alive.has(Number(/^l (\d+)/.exec(text)?.[1]))) writeFileSync(path, text)
      else rmSync(path, { force: true })
    }
  }

/** Starts strangers until one has this PID: the kernel of a namespace can be told which number comes next. */
function strangerWith(world: World, pid: number): void {
  for (let tries = 0; tries < 20; tries += 1) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pidOf(pid) - 1))
    if (world.stranger() === pid) return
  }
  throw new Error(`no stranger could be given PID ${pid}`)
}

/** Processes die without a word, and strangers are given their numbers. */
const givenAway =
  (victims: (world: World) => number[], restart = 'no'): Case[1] =>
  async (world) => {
    await world.open({ web: { restart } })
    const pids = victims(world)
    for (const pid of pids) process.kill(pidOf(pid), 'SIGKILL')
    await world.until('they are gone', () => pids.every((pid) => !world.observe().some((seen) => seen.pid === pid)))
    await world.until('their numbers are free', () => pids.every((pid) => !existsSync(`/proc/${pid}`)))
    for (const pid of pids) strangerWith(world, pid)
    await psMustBeTrue(world)
  }

const supervisorOf = (world: World): number =>
  pidOf(
    world
      .observe()
      .find(({ args }) => args.some((arg) => arg.endsWith('/children/supervise.js')) && args[0] !== '/bin/sh')?.pid,
  )

interface Owner {
  pid: number
  startTime: string
  bootId: string
  pidNamespace: string | null
}

/** A lock that names a stranger that lives, but for one thing. */
const lockOfStranger =
  (change: (owner: Owner) => Owner, isHeld: boolean): Case[1] =>
  async (world) => {
    await world.open()
    const lock =
      readdirSync(world.state)
        .filter((name) => /^lock\.\d+$/.test(name))
        .map((name) => join(world.state, name))[0] ?? ''
    const supervisors = (): string[] => readdirSync(world.state).filter((name) => /^sup\.\d+$/.test(name))
    await world.until('the supervisor holds its lock', () => supervisors().length > 0)
    const sup = supervisors()[0] ?? ''
    const owner = JSON.parse(readFileSync(join(world.state, sup), 'utf8')) as Owner
    const pid = world.stranger()
    const stat = read(`/proc/${pid}/stat`)
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    const text = readFileSync(lock, 'utf8')
    writeFileSync(lock, JSON.stringify(change({ ...owner, pid, startTime })))
    const { status, stderr } = await world.p2p('--lock-timeout', '300ms', 'restart', 'job')
    expect([status, stderr]).toEqual(isHeld ? [5, expect.stringContaining(`PID ${pid}`)] : [0, expect.any(String)])
    if (isHeld) writeFileSync(lock, text)
  }

const cases: Case[] = [
  ...[0, 1, -1, 99_999_999_999].map((pid): Case => [
    `run files with PID ${pid}`,
    lyingRunFile(() => `l ${pid}\np ${pid}\n`),
  ]),
  [
    'run files with the PID of a stranger',
    lyingRunFile((world) => {
      const pid = world.stranger()
      return `l ${pid}\np ${pid}\n`
    }),
  ],
  ['run files with the PID of the test', lyingRunFile(() => `l ${process.pid}\np ${process.pid}\n`)],
  [
    'state.json with PIDs of strangers',
    async (world) => {
      await world.open()
      const path = join(world.state, 'state.json')
      const [launcher, program] = [world.stranger(), world.stranger()]
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(
          /"pids":\{[^}]*\}/g,
          JSON.stringify({ pids: { launcher, program } }).slice(1, -1),
        ),
      )
      await psMustBeTrue(world)
      await world.ok('restart')
      oneChildEach(world)
    },
  ],
  [
    'PIDs of a dead launcher and its program are given to strangers',
    givenAway((world) => {
      const { launchers, programs } = world.tunnel('web')
      return [...launchers, ...programs].map(({ pid }) => pid)
    }),
  ],
  ['the PID of a dead supervisor is given to a stranger', givenAway((world) => [supervisorOf(world)], 'always')],
  ['a lock whose PID was given to a stranger', lockOfStranger((owner) => ({ ...owner, startTime: '1' }), false)],
  [
    'a lock of another boot, though PID and start time fit',
    lockOfStranger((owner) => ({ ...owner, bootId: 'another' }), false),
  ],
  ['a lock that another process really holds', lockOfStranger((owner) => owner, true)],
  [
    'a lock of another PID namespace is left alone',
    lockOfStranger((owner) => ({ ...owner, pidNamespace: 'pid:[1]' }), true),
  ],
]

if (isInside) tryEach('identity', cases)
