import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, expectOneProcessEach, isAlive, pidOf } from '../support/rig.ts'

test('six up at once: one process for each tunnel', async () => {
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
  const all = await Promise.all(Array.from({ length: 6 }, () => rig.p2p('up')))
  expect(all.map(({ status }) => status)).toEqual(Array(6).fill(0))
  expectOneProcessEach(rig, await rig.ps())
})

test('up and down against each other end in one of both, never in between', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:
    command: [sleep, '1000']
    restart: no
`)
  for (let round = 0; round < 2; round++) {
    await Promise.all([rig.p2p('up'), rig.p2p('down'), rig.p2p('up')])
    const [line] = await rig.ps()
    if (line?.state === 'open') expect(isAlive(pidOf(line.pid))).toBe(true)
    else expect(rig.processes()).toEqual([])
  }
})
