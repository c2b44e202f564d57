import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test('host:port and nothing else, of what runs as it was launched, of what does not as it is declared', async () => {
  const rig = new Rig()
  const [a, b] = [await freePort(), await freePort()]
  const file = (port: number): string => `tunnels:
  web:
    port: ${port}
    tcp: { to: 127.0.0.1:1 }
    restart: no
  six:
    port: ${port}
    bind: ::1
    tcp: { to: 127.0.0.1:1 }
  none:
    command: [sleep, '1000']
`
  rig.write(file(a))
  expect(await rig.look('port', 'web')).toMatchObject({ status: 0, stdout: `127.0.0.1:${a}\n`, stderr: '' })
  expect((await rig.look('port', 'six')).stdout).toBe(`[::1]:${a}\n`)
  await rig.p2p('up', 'web')
  rig.write(file(b))
  expect((await rig.look('port', 'web')).stdout).toBe(`127.0.0.1:${a}\n`)
  await rig.p2p('down')
  expect((await rig.look('port', 'web')).stdout).toBe(`127.0.0.1:${b}\n`)

  const none = await rig.look('port', 'none')
  expect(none).toMatchObject({ status: 1, stdout: '' })
  expect(none.stderr).toContain('x none  has no local port')
  expect(await rig.look('port', 'wbe')).toMatchObject({ status: 2, stdout: '' })
  expect(await rig.look('port')).toMatchObject({ status: 2, stdout: '' })
})

test('an automatic port is the same before and after it is opened', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:
    port: auto
    tcp: { to: 127.0.0.1:1 }
    restart: no
`)
  const { stdout } = await rig.look('port', 'web')
  await rig.p2p('up')
  expect((await rig.look('port', 'web')).stdout).toBe(stdout)
})
