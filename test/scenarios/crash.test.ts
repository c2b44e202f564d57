import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, finished, isAlive, pidOf } from './rig.ts'

test('SIGKILL of up at many moments, then up: one process for each tunnel; then down: none', async () => {
  const rig = new Rig()
  const ports = [await freePort(), await freePort()]
  rig.write(`tunnels:
  one:
    port: ${ports[0]}
    tcp: { to: 127.0.0.1:1 }
    restart: no
  two:
    port: ${ports[1]}
    tcp: { to: 127.0.0.1:1 }
    depends_on: [one]
    restart: no
  three:
    command: [sleep, '1000']
    restart: no
`)
  for (let round = 0; round < 12; round++) {
    const victim = rig.start('up')
    await new Promise((resolve) => setTimeout(resolve, 60 + round * 25))
    victim.child.kill('SIGKILL')
    await finished(victim)
    expect((await rig.p2p('up')).status).toBe(0)
    expectOneProcessEach(rig, await rig.ps())
    expect((await rig.p2p('down')).status).toBe(0)
    expect(rig.processes()).toEqual([])
  }
})

test.each([2, 5, 10])('%i up at once: one process for each tunnel', async (count) => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels:
  one:
    port: ${port}
    tcp: { to: 127.0.0.1:1 }
    restart: no
  two:
    command: [sleep, '1000']
    restart: no
`)
  const all = await Promise.all(Array.from({ length: count }, () => rig.p2p('up')))
  expect(all.map(({ status }) => status)).toEqual(Array(count).fill(0))
  expectOneProcessEach(rig, await rig.ps())
})

test('up and down against each other end in one of both, never in between', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:
    command: [sleep, '1000']
    restart: no
`)
  for (let round = 0; round < 4; round++) {
    await Promise.all([rig.p2p('up'), rig.p2p('down'), rig.p2p('up')])
    const [line] = await rig.ps()
    if (line?.state === 'open') expect(isAlive(pidOf(line.pid))).toBe(true)
    else expect(rig.processes()).toEqual([])
  }
})

/** A launcher and a program for each open tunnel, and nothing else. */
function expectOneProcessEach(
  rig: Rig,
  lines: { state: string; pid: number | null; launcherPid: number | null }[],
): void {
  expect(lines.map(({ state }) => state)).toEqual(lines.map(() => 'open'))
  const expected = lines.flatMap(({ pid, launcherPid }) => [pidOf(pid), pidOf(launcherPid)])
  expect(rig.processes().sort()).toEqual(expected.sort())
}
