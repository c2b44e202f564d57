import { connect } from 'node:net'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

const both = 'bind: [127.0.0.1, "::1"]'

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}

test('one port at two addresses: the relay listens on each, and each is shown', async () => {
  const rig = new Rig()
  const [port, far] = [await freePort(), await freePort()]
  const server = createServer((_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => server.listen(far, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  rig.write(
    `tunnels: { a: { port: ${port}, ${both}, tcp: { to: "127.0.0.1:${far}" }, url: "http://{host}:{port}" } }\n`,
  )
  expect((await rig.p2p('up')).status).toBe(0)
  expect([await connects('127.0.0.1', port), await connects('::1', port)]).toEqual([true, true])
  expect(await rig.line('a')).toMatchObject({
    state: 'open',
    host: '127.0.0.1',
    url: `http://127.0.0.1:${port}`,
    endpoints: [
      { host: '127.0.0.1', port },
      { host: '::1', port },
    ],
  })
  expect((await rig.look('config')).stdout).toMatch(/bind:\n +- 127.0.0.1\n +- ::1|bind: \[127.0.0.1, "?::1"?\]/)
})

test('a program that listens on one of them is not open', async () => {
  const rig = new Rig()
  const script = 'require("net").createServer().listen({port}, "127.0.0.1")'
  const tunnel = `port: ${await freePort()}, ${both}, command: [node, -e, '${script}'], ready: { timeout: 1s }, restart: no`
  rig.write(`tunnels: { a: { ${tunnel} } }\n`)
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining('its listener on [::1]:')])
})

test.each([
  ['connectd: { uid: "80:00:00:00:01:00:0A:C3" }', 'connectd listens on one only'],
  ['command: [x, "{host}:{port}"]', 'the command takes one {host}'],
])('%s refuses a list', async (driver, words) => {
  const rig = new Rig()
  const accounts = 'accounts: { default: { user: a@b.c, password: x } }'
  rig.write(`${accounts}\ntunnels: { a: { port: auto, ${both}, ${driver} } }\n`)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(words)])
})

test('an address that covers another is refused', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { port: auto, bind: [127.0.0.1, 0.0.0.0], tcp: { to: "127.0.0.1:1" } } }\n`)
  expect((await rig.look('config')).stderr).toContain('lists addresses that cover each other')
})

test('an IPv6 address is itself in any spelling, and named once', async () => {
  const rig = new Rig()
  const tunnel = (bind: string): string =>
    `tunnels: { a: { port: ${port}, bind: ${bind}, tcp: { to: 127.0.0.1:9 } } }\n`
  const port = await freePort()
  rig.write(tunnel('"0:0:0:0:0:0:0:1"'))
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.line('a'))['host']).toBe('::1')
  for (const twice of ['["::1", "0:0:0:0:0:0:0:1"]', '["::0001", "::1"]', '[localhost, 127.0.0.1]']) {
    rig.write(tunnel(twice))
    const { status, stderr } = await rig.look('config')
    expect([twice, status, stderr]).toEqual([twice, 4, expect.stringContaining('names one address twice')])
  }
})
