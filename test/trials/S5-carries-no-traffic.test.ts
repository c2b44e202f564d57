import { createServer, type Server } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

const refused = (port: number): string => `cannot reach 127.0.0.1:${port}: connection refused`

async function answering(port: number): Promise<Server> {
  const server = createServer((_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  return server
}

test('a relay to a dead port says so: in up, ps and why, until the target answers', async () => {
  const rig = new Rig()
  const [own, far] = [await freePort(), await freePort()]
  rig.write(`tunnels: { a: { port: ${own}, tcp: { to: "127.0.0.1:${far}" } } }\n`)
  const up = await rig.p2p('up')
  expect([up.status, up.stderr]).toEqual([
    0,
    expect.stringContaining(`! a  its last connection failed: ${refused(far)}`),
  ])
  expect((await rig.look('ps')).stdout).toContain(`open; its last connection failed: ${refused(far)}`)
  const last = `its last connection failed: ${refused(far)}`
  expect(await rig.line('a')).toMatchObject({ state: 'open', code: 'connection.failed', reason: last })
  const why = (await rig.look('why', 'a')).stdout
  expect(why).toContain(last)
  expect(why).toContain('a healthcheck proves the far end')
  expect((await rig.look('why', 'a', '--json')).stdout).toContain(last)

  await answering(far)
  expect(await (await fetch(`http://127.0.0.1:${own}/`)).text()).toBe('hello')
  await rig.lineThat('a', 'has nothing to complain about', ({ reason }) => reason === null)
})

test.each(['http: /', 'banner: "^SSH"', 'tls: true', 'command: ["false"]'])(
  'with a healthcheck (%s) a tunnel to a dead port is not open, and what its program says is quoted',
  async (check) => {
    const rig = new Rig()
    const far = await freePort()
    const tunnel = `port: ${await freePort()}, tcp: { to: "127.0.0.1:${far}" }, restart: no, ready: { timeout: 1s }`
    rig.write(`tunnels: { a: { ${tunnel}, healthcheck: { ${check} } } }\n`)
    const { status, stderr } = await rig.p2p('up')
    expect([status, stderr]).toEqual([1, expect.stringContaining(`its program says: ${refused(far)}`)])
    expect((await rig.line('a')).state).toBe('failed')
  },
)

test('a healthcheck is answered before its tunnel is open; a ready of its own stays as it is', async () => {
  const rig = new Rig()
  const [one, two, far] = [await freePort(), await freePort(), await freePort()]
  const relay = (port: number): string => `port: ${port}, tcp: { to: "127.0.0.1:${far}" }, healthcheck: { http: / }`
  rig.write(`tunnels: { a: { ${relay(one)} }, b: { ${relay(two)}, ready: { listen: true } } }\n`)
  const up = rig.start('up')
  await rig.happened('b', 'open')
  await rig.lineThat('a', 'is opening', ({ state }) => state === 'opening')
  await answering(far)
  expect((await up.exit).status).toBe(0)
  expect(up.stderr).toContain('waiting for an answer through the tunnel to GET /')
})
