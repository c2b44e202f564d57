import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test('a connectd that catches its own crash exits with 11, the number of a refused login, and is opened again', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine' })
  rig.write(`accounts: { default: { user: you@example.com, password: { env: PI_PASSWORD } } }
tunnels:
  pi:
    port: ${await freePort()}
    connectd: { uid: '80:00:00:00:01:00:0A:C2', program: connectd-sim }
    environment: { CONNECTD_SIM_FAULT: segv@60000, CONNECTD_SIM_FAULT_ONCE: ./once }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  await rig.happened('pi', 'open', 2)
  expect(rig.events().find(({ type }) => type === 'exited')).toMatchObject({
    exitCode: 11,
    code: 'connectd.crashed',
    reason: 'connectd crashed (signal 11)',
  })
})
