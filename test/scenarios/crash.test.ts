import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, expectOneProcessEach, isAlive, pidOf } from './rig.ts'

test.each([2, 10])('%i up at once: one process for each tunnel', async (count) => {
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
