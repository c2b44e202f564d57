import { once } from 'node:events'
import { appendFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { observe } from '../../../src/runtime/tunnel/observe.ts'
import type { Snapshot } from '../../../src/runtime/process/system/index.ts'
import { Store } from '../../../src/runtime/state/store.ts'
import type { World } from '../../../src/runtime/state/world.ts'
import { isAlive, pidOf, until } from '../../support/rig.ts'
import { freePort } from '../../support/ports.ts'
import { bench } from '../support.ts'
import { listener, tunnel } from '../../support/tunnel.ts'

test('a launcher that writes its last line and ends while it is looked for has ended as it says', async () => {
  const lab = await bench()
  await lab.up([tunnel('web', ['sleep', '1000'])])
  const record = lab.world.store.readRecords().get('web')
  if (record === undefined) throw new Error('not on record')

  let looked = 0
  const ending: World = {
    ...unproved(lab.world),
    system: {
      ...lab.world.system,
      look: () =>
        withoutLauncher(lab.world.system.look(), record.pids.launcher, () => {
          // The hint of its PID is asked first, then the run file is read, then the PID that it names is asked.
          if (++looked === 2) appendFileSync(lab.world.store.runFile(record.attempt), 'x 11\n')
        }),
    },
  }
  expect(observe(ending).tunnels.get('web')?.process).toMatchObject({ kind: 'gone', status: 11 })
})

test('what was proved of a run is not proved again by the next look, and does not outlive it', async () => {
  const lab = await bench()
  const port = await freePort()
  const web = tunnel('web', [process.execPath, '-e', listener(port)], { endpoints: [{ host: '127.0.0.1', port }] })
  await lab.up([web])
  let asked = 0
  const counting = (snapshot: Snapshot): Snapshot => ({
    ...withoutLauncher(snapshot, null, () => undefined),
    processes: () => snapshot.processes(),
    attemptOf: (pid) => snapshot.attemptOf(pid),
    hasArgument: (pid, argument) => {
      asked++
      return snapshot.hasArgument(pid, argument)
    },
    descriptorOf: (socket, pids) => {
      asked++
      return snapshot.descriptorOf(socket, pids)
    },
  })
  const system = { ...lab.world.system, look: () => counting(lab.world.system.look()) }
  // What up proved holds for the commands that follow.
  const later = { ...lab.world, system, store: new Store(lab.world.root, lab.world.key) }
  expect(observe(later).tunnels.get('web')).toMatchObject({ listener: { kind: 'ours' }, readied: true })
  expect(asked).toBe(0)

  const world = { ...unproved(lab.world), system }
  const look = (): ReturnType<typeof observe>['tunnels'] => observe(world).tunnels

  const first = look().get('web')
  expect(first).toMatchObject({ process: { kind: 'running' }, listener: { kind: 'ours' }, readied: true })
  expect(asked).toBeGreaterThan(0)
  asked = 0
  expect(look().get('web')).toEqual(first)
  expect(asked).toBe(0)

  const { launcher, program } = first?.record.pids ?? {}
  process.kill(pidOf(launcher), 'SIGKILL')
  await until('the launcher is gone', () => !isAlive(pidOf(launcher)))
  expect(look().get('web')).toMatchObject({
    process: { kind: 'running', launcher: null, program },
    listener: { kind: 'ours' },
  })
  process.kill(pidOf(program), 'SIGKILL')
  await until('the program is gone', () => !isAlive(pidOf(program)))
  expect(look().get('web')?.process.kind).toBe('gone')
})

test('who listens on all addresses of IPv6 is seen where an IPv4 address was asked for', async () => {
  const { world } = await bench()
  const server = createServer().listen(0, '::')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const found = world.system.look().listenersAt([{ host: '127.0.0.1', port }])
  expect(found).toMatchObject([{ host: '::', port }])
})

/** As for a command after one of a build that kept no proofs. */
function unproved(world: World): World {
  rmSync(join(world.store.folder, 'proofs.json'))
  return { ...world, store: new Store(world.root, world.key) }
}

/** The system as it is once that process, and whatever it launched, is gone. `asked`: called when somebody looks for it. */
function withoutLauncher(snapshot: Snapshot, launcher: number | null, asked: () => void): Snapshot {
  return {
    process: (pid) => (pid === launcher ? null : snapshot.process(pid)),
    processes: () => [],
    relations: () => ({ byParent: new Map(), byGroup: new Map() }),
    hasArgument: (pid, argument) => {
      if (pid === launcher) asked()
      return pid !== launcher && snapshot.hasArgument(pid, argument)
    },
    ownerOf: (pid) => (pid === launcher ? null : snapshot.ownerOf(pid)),
    attemptOf: () => null,
    isNamespaceGone: () => false,
    listeners: (ports) => snapshot.listeners(ports),
    listenersAt: (endpoints) => snapshot.listenersAt(endpoints),
    descriptorOf: (socket, pids) => snapshot.descriptorOf(socket, pids),
    holds: (descriptor, socket) => snapshot.holds(descriptor, socket),
    holder: (socket) => snapshot.holder(socket),
    connections: () => null,
    socketCount: () => null,
    written: () => [],
  }
}
