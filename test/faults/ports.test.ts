/** Who listens where: both families, wildcards, shared ports, and who takes a port that is free for a moment. */
import { expect } from 'vitest'
import { freePort } from '../support/ports.ts'
import { pidOf } from '../support/rig.ts'
import { oneChildEach } from './support/invariant.ts'
import { listenersOn } from './support/observer.ts'
import { tryEach, type Case, type World } from './support/world.ts'

/** Listens as `listen` of node:net says: {"port":1,"host":"::","ipv6Only":true}. Asks again while the port is taken. */
const script = `const options = JSON.parse(process.argv[2])
const server = require('node:net').createServer((socket) => socket.pipe(socket).on('error', () => {}))
server.on('error', () => setTimeout(() => server.listen(options), 5)).listen(options)
`

/** SO_REUSEPORT, which Node 20 can't ask for. */
const shared = (port: number): string =>
  `use Socket; socket(S, PF_INET, SOCK_STREAM, 0); setsockopt(S, SOL_SOCKET, 15, 1); bind(S, sockaddr_in(${port}, INADDR_LOOPBACK)) or die; listen(S, 5); sleep 1000`

interface Place {
  port: number
  host: string
  ipv6Only?: boolean
}

const portOf = (world: World): number => Number(world.declared['web']?.['port'])

/** A tunnel whose program listens there; its port is declared on 127.0.0.1. */
const listeningAt = (world: World, place: Place): Record<string, unknown> => ({
  port: place.port,
  command: [process.execPath, world.script('at.cjs', script), JSON.stringify(place)],
  ready: { timeout: '3s' },
  restart: 'no',
})

/** A stranger with none of the case's marker, and how to end it. */
async function strangerAt(world: World, place: Place): Promise<() => Promise<void>> {
  const before = listenersOn(place.port).size
  const pid = world.stranger(process.execPath, '-e', script.replace('[2]', '[1]'), JSON.stringify(place))
  await world.until('the stranger listens', () => listenersOn(place.port).size > before)
  return async () => {
    world.dismiss(pid)
    await world.until('the stranger is gone', () => listenersOn(place.port).size <= before)
  }
}

/** The port is the stranger's: it is named, and nothing is launched. */
const taken =
  (host: string, ipv6Only = false): Case[1] =>
  async (world) => {
    await world.declareTwo()
    const leave = await strangerAt(world, { port: portOf(world), host, ipv6Only })
    const { status, stderr } = await world.p2p('up', '--wait-timeout', '2s')
    expect([status, stderr]).toEqual([1, expect.stringMatching(/port \d+ is (?:already )?(?:in use|used|held|taken)/)])
    expect(world.tunnel('web').all).toEqual([])
    await leave()
  }

const cases: Case[] = [
  ['a stranger on 127.0.0.1', taken('127.0.0.1')],
  ['a stranger on 0.0.0.0', taken('0.0.0.0')],
  ['a stranger on ::, which takes IPv4 as well', taken('::')],
  [
    'a stranger on ::1 is in nobody’s way',
    async (world) => {
      await world.declareTwo()
      await strangerAt(world, { port: portOf(world), host: '::1' })
      await world.ok('up')
      oneChildEach(world)
    },
  ],
  [
    'a stranger on :: for IPv6 alone is in nobody’s way',
    async (world) => {
      await world.declareTwo()
      await strangerAt(world, { port: portOf(world), host: '::', ipv6Only: true })
      await world.ok('up')
      oneChildEach(world)
    },
  ],
  [
    'a tunnel on ::, for IPv6 alone, is not open on 127.0.0.1',
    async (world) => {
      const port = await freePort()
      world.declare({ web: listeningAt(world, { port, host: '::', ipv6Only: true }) })
      expect((await world.p2p('up')).status).toBe(1)
      expect((await world.line('web')).state).not.toBe('open')
      world.declare({ web: listeningAt(world, { port, host: '127.0.0.1' }) })
    },
  ],
  [
    'a tunnel on all addresses is open',
    async (world) => {
      world.declare({ web: listeningAt(world, { port: await freePort(), host: '0.0.0.0' }) })
      await world.ok('up')
      expect((await world.line('web')).state).toBe('open')
    },
  ],
  [
    'a tunnel on another loopback address is not open',
    async (world) => {
      const port = await freePort()
      world.declare({ web: listeningAt(world, { port, host: '127.0.0.2' }) })
      expect((await world.p2p('up')).status).toBe(1)
      expect((await world.line('web')).state).not.toBe('open')
      world.declare({ web: listeningAt(world, { port, host: '127.0.0.1' }) })
    },
  ],
  [
    'a stranger that shares the port (SO_REUSEPORT) is no green light',
    async (world) => {
      const port = await freePort()
      world.declare({ web: { port, command: ['perl', '-e', shared(port)] } })
      await world.ok('up')
      const pid = world.stranger('perl', '-e', shared(port))
      await world.lineThat('web', 'is not open', ({ state }) => state === 'unhealthy')
      world.dismiss(pid)
      await world.lineThat('web', 'is open again', ({ state }) => state === 'open')
    },
  ],
  [
    'a stranger takes the port while the supervisor reopens',
    async (world) => {
      await world.open()
      const place = { port: portOf(world), host: '127.0.0.1' }
      const pid = world.stranger(process.execPath, '-e', script.replace('[2]', '[1]'), JSON.stringify(place))
      process.kill(world.programOf('web'), 'SIGKILL')
      await world.lineThat('web', 'names who holds it', ({ reason }) => reason?.includes(`${pid}`) === true)
      expect(world.tunnel('web').all).toEqual([])
      world.dismiss(pid)
      await world.lineThat('web', 'is open again', ({ state }) => state === 'open')
    },
  ],
  [
    'a process that left the tunnel and keeps its port is named, and not taken for the tunnel',
    async (world) => {
      const port = await freePort()
      const escaping = [
        'sh',
        '-c',
        `exec env -i ${process.execPath} -e '${script.replace('[2]', '[1]').replaceAll('\n', ' ')}' '${JSON.stringify({ port, host: '127.0.0.1' })}' ${world.marker}`,
      ]
      world.declare({
        web: { port, command: ['sh', '-c', 'setsid "$$@" & wait', 'sh', ...escaping], restart: 'no' },
      })
      await world.p2p('up')
      const down = await world.p2p('down')
      const left = world.observe()
      // Found by its group, its parent or its socket: either it is ended, or its survival is told.
      if (left.length > 0) expect([down.status, down.stderr]).toEqual([1, expect.stringContaining(`${left[0]?.pid}`)])
      for (const { pid } of left) process.kill(pidOf(pid), 'SIGKILL')
      await world.until('it is gone', () => listenersOn(port).size === 0)
      world.declare({ web: listeningAt(world, { port, host: '127.0.0.1' }) })
    },
  ],
]

tryEach('ports', cases)
