import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

/** Listens on each port that it is given. */
const listens = `node, -e, 'process.argv.slice(1).map((port) => require("net").createServer().listen(+port, "127.0.0.1"))'`

test('a command with further ports is open when all of them listen, and others refer to each', async () => {
  const rig = new Rig()
  const [port, admin] = [await freePort(), await freePort()]
  rig.write(`tunnels:
  api:
    port: ${port}
    ports: { admin: ${admin}, metrics: auto }
    command: [${listens}, "{port}", "{port.admin}", "{port.metrics}"]
    url: http://{host}:{port.admin}/
    environment: { ADMIN: "{port.admin}" }
  through: { port: auto, depends_on: [api], tcp: { to: "127.0.0.1:{port.admin:api}" } }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  const host = '127.0.0.1'
  const line = await rig.line('api')
  const { endpoints } = line as unknown as { endpoints: { port: number }[] }
  const metrics = endpoints[2]?.port ?? 0
  expect(line).toMatchObject({ state: 'open', host, port, url: `http://${host}:${admin}/` })
  expect(line).toMatchObject({
    endpoints: [
      { host, port },
      { host, port: admin, name: 'admin' },
      { host, port: metrics, name: 'metrics' },
    ],
  })
  expect(metrics >= 33_000 && metrics <= 42_999).toBe(true)
  expect(await rig.line('through')).toMatchObject({ target: `${host}:${admin}` })
  expect((await rig.look('why', 'api')).stdout).toContain(`${host}:${port}, ${host}:${admin}, ${host}:${metrics}`)
  expect((await rig.look('config')).stdout).toContain(`admin: ${admin}\n      metrics: ${metrics}`)
  expect((await rig.look('port', 'api')).stdout).toBe(`${host}:${port}\n`)

  // The automatic one is recorded: nothing has changed for a later up.
  expect((await rig.p2p('up')).status).toBe(0)
  expect(await rig.line('api')).toMatchObject({ pid: line.pid, config: 'in-sync' })
})

test('one whose further port does not listen, or is held by another, is not open', async () => {
  const rig = new Rig()
  const [port, admin] = [await freePort(), await freePort()]
  const head = `port: ${port}, ports: { admin: ${admin} }, ready: { timeout: 1s }, restart: no`
  rig.write(`tunnels: { api: { ${head}, command: [${listens}, "{port}"] } }\n`)
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining(`its listener on 127.0.0.1:${admin}`)])

  const other = createServer()
  await new Promise<void>((resolve) => other.listen(admin, '127.0.0.1', resolve))
  onTestFinished(() => {
    other.close()
  })
  const second = await rig.p2p('up')
  expect([second.status, second.stderr]).toEqual([1, expect.stringContaining(`port ${admin} is already in use`)])
})

const tunnel = (text: string): string => `tunnels: { api: { ${text} } }\n`
const serve = 'command: [serve]'
test.each([
  [
    tunnel(`port: 9900, ports: { admin: 9900 }, ${serve}`),
    'tunnels.api.ports.admin: 127.0.0.1:9900 is already used by',
  ],
  [tunnel(`ports: { admin: 9901 }, ${serve}`), 'tunnels.api.port is required'],
  [tunnel(`port: 9900, ports: { admin: 99010 }, ${serve}`), 'tunnels.api.ports.admin must be a port from 1 to 65535'],
  [tunnel(`port: 9900, ports: { Admin: 9901 }, ${serve}`), 'tunnels.api.ports has the key "Admin", which must'],
  [tunnel(`port: 9900, ports: [9901], ${serve}`), 'tunnels.api.ports must be a map'],
  [
    tunnel('port: 9900, ports: { admin: 9901 }, command: [serve, "{port.amin}"]'),
    'the tunnel has no amin in its ports',
  ],
  [tunnel('port: 9900, ports: { admin: 9901 }, tcp: { to: "a:1" }'), 'tunnels.api.ports is for a command, not for tcp'],
  [tunnel('port: 9900, ports: { admin: auto }, ssh: { to: a, forward: "b:1" }'), 'is for a command, not for ssh'],
  [
    `tunnels: { api: { port: 9900, ${serve} }, b: { port: 9901, depends_on: [api], tcp: { to: "a:{port.admin:api}" } } }\n`,
    'uses {port.admin:api}, but api has no admin in its ports',
  ],
  [
    `tunnels: { api: { port: 9900, ports: { admin: 9901 }, ${serve} }, b: { port: 9901, tcp: { to: "a:1" } } }\n`,
    '127.0.0.1:9901 is already used by api',
  ],
])('what can not be is refused by config: %s', async (text, words) => {
  const rig = new Rig()
  rig.write(text)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(words)])
})
