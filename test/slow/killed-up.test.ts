import { expect, test } from 'vitest'
import { finished } from '../support/process.ts'
import { Rig, expectOneProcessEach } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'

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
    victim.signal('SIGKILL')
    await finished(victim)
    expect((await rig.p2p('up')).status).toBe(0)
    expectOneProcessEach(rig, await rig.ps())
    expect((await rig.p2p('down')).status).toBe(0)
    expect(rig.processes()).toEqual([])
  }
})
