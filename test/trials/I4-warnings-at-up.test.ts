import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test('up warns of a broken or missing encryption, and of a listener that other machines can reach', async () => {
  const rig = new Rig({ PI_PASSWORD: 'fine', P2P_CONNECTD: 'connectd-sim' })
  const tunnel = async (more: string, encryption: string): Promise<string> =>
    `{ port: ${await freePort()}, ${more} connectd: { uid: '80:00:00:00:01:00:0A:C2', encryption: ${encryption} } }`
  rig.write(`accounts: { default: { user: you@example.com, password: { env: PI_PASSWORD } } }
tunnels:
  old: ${await tunnel('bind: 0.0.0.0,', 'rc4')}
  bare: ${await tunnel('', 'none')}
`)
  const { status, stderr } = await rig.p2p('up', '--no-wait')
  expect(status).toBe(0)
  expect(stderr).toMatch(/warning: tunnels\.old listens on 0\.0\.0\.0:\d+: other machines can reach it/)
  expect(stderr).toContain('warning: tunnels.old.connectd.encryption uses rc4, which is broken')
  expect(stderr).toContain('warning: tunnels.bare.connectd.encryption turns encryption off')
})
