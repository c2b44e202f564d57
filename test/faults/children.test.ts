/** Programs of tunnels that do not behave: whatever they do, `ps` is right about them, and `down` ends all of them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { read } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { mustClose, oneChildEach, psMustBeTrue } from './support/invariant.ts'
import { listenersOn } from './support/observer.ts'
import { tryEach, type Case, type World } from './support/world.ts'

interface Misbehaving {
  port: number
  /** From its next start on, it behaves. */
  calm: () => void
}

/** One tunnel whose program is this shell script; `$listen` listens on its port. */
async function misbehaving(world: World, script: string, more: Record<string, unknown> = {}): Promise<Misbehaving> {
  const [tunnel, calm] = [await world.listening(), join(world.folder, 'calm')]
  const listen = (tunnel['command'] as string[]).join(' ')
  const path = world.script('child.sh', `listen='${listen}'\n[ ! -e ${calm} ] || exec $listen\n${script}\n`)
  world.declare({ web: { ...tunnel, command: ['sh', path], stop: { grace: '500ms' }, ...more } })
  return {
    port: tunnel['port'] as number,
    calm: () => {
      writeFileSync(calm, '')
    },
  }
}

/** One that opens, and that `ps` shows so. */
const opens =
  (script: string, more: Record<string, unknown> = {}) =>
  async (world: World): Promise<void> => {
    await misbehaving(world, script, more)
    await world.ok('up')
    oneChildEach(world)
    expect((await psMustBeTrue(world)).map(({ state }) => state)).toEqual(['open'])
  }

/** One that does not stay open, though `up` may find it so for a moment; what it leaves behind may serve. Once it behaves it opens. */
const fails =
  (script: string, more: Record<string, unknown> = {}) =>
  async (world: World): Promise<void> => {
    const { calm } = await misbehaving(world, script, more)
    expect([0, 1]).toContain((await world.p2p('up')).status)
    await world.until('it is not open', async () => (await world.ps()).every(({ state }) => state !== 'open'))
    await mustClose(world)
    await world.p2p('up')
    calm()
    await world.ok('restart')
  }

const cases: Case[] = [
  ['ignores TERM, INT and HUP', opens(`trap '' TERM INT HUP; exec $listen`)],
  [
    'has a child that ignores TERM in a session of its own',
    opens(`setsid sh -c "trap '' TERM; sleep 1000" & exec $listen`),
  ],
  ['forks twice and keeps a helper', opens(`(setsid sleep 1000 &); exec $listen`)],
  ['has a child with an empty environment', opens(`env -i sleep 1000 & exec $listen`)],
  ['moves into a session of its own', opens('exec setsid $listen')],
  ['closes its standard streams', opens('exec <&- >&- 2>&-; exec $listen')],
  ['starts children all the time', opens('(while :; do sleep 0.01; done) & exec $listen')],
  ['listens late', opens('sleep 1; exec $listen')],
  ['floods its log', opens('yes flood & exec $listen', { logs: { max_size: '100KB', keep: 1 } })],
  ['exits at once with 0', fails('exit 0')],
  ['exits at once with a status', fails('exit 3')],
  ['dies of a signal at once', fails('kill -SEGV $$')],
  ['goes to the background and exits', fails('setsid $listen & sleep 0.2; exit 0')],
  ['never listens', fails('exec sleep 1000', { ready: { timeout: '1s' }, restart: 'no' })],
  ['leaves an orphan on its port and exits with a status', fails('$listen & sleep 0.2; exit 1')],
  [
    'kills its launcher',
    async (world) => {
      const { calm, port } = await misbehaving(world, 'sleep 0.3; kill -KILL $PPID; exec $listen')
      await world.p2p('up')
      await world.until('it listens', () => listenersOn(port).size > 0)
      await psMustBeTrue(world)
      calm()
      await world.ok('restart')
    },
  ],
  [
    'stops itself',
    async (world) => {
      const { port, calm } = await misbehaving(
        world,
        '(while [ ! -e stop ]; do sleep 0.05; done; kill -STOP $$) & exec $listen',
        { restart: 'no' },
      )
      await world.ok('up')
      world.write('', 'stop')
      await world.until('it is stopped', () => world.tunnel('web').programs[0]?.stopped === true)
      expect(listenersOn(port).size).toBe(1)
      expect((await psMustBeTrue(world)).map(({ state }) => state)).toEqual(['unhealthy'])
      calm()
      await world.ok('restart')
    },
  ],
  [
    'moves to another port',
    async (world) => {
      const [port, other] = [await freePort(), await freePort()]
      const path = world.script(
        'moves.cjs',
        `const server = require('node:net').createServer()
server.listen(${port}, '127.0.0.1')
process.on('SIGUSR2', () => server.close(() => server.listen(${other}, '127.0.0.1')))`,
      )
      world.declare({ web: { port, command: [process.execPath, path], restart: 'no' } })
      await world.ok('up')
      process.kill(world.programOf('web'), 'SIGUSR2')
      await world.until('it has moved', () => listenersOn(other).size === 1)
      expect((await psMustBeTrue(world)).map(({ state }) => state)).toEqual(['unhealthy'])
      await world.ok('restart')
    },
  ],
  [
    'changes its name and its arguments',
    async (world) => {
      const port = await freePort()
      const path = world.script(
        'renames.cjs',
        `require('node:net').createServer().listen(${port}, '127.0.0.1', () => { process.title = 'other' })`,
      )
      world.declare({ web: { port, command: [process.execPath, path] } })
      await world.ok('up')
      await world.until('it has', () => read(`/proc/${world.programOf('web')}/cmdline`).startsWith('other'))
      await psMustBeTrue(world)
    },
  ],
]

tryEach('children', cases)
