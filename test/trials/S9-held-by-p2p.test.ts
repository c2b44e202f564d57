import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

const relay = (name: string, tunnel: string, port: number): string =>
  `name: ${name}\ntunnels: { ${tunnel}: { port: ${port}, tcp: { to: "127.0.0.1:1" }, restart: no } }\n`

test("a port that another project's tunnel holds: the tunnel and the command that closes it", async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(relay('shop', 'web', port))
  await rig.p2p('up')
  rig.write(relay('lab', 'mine', port), 'lab/p2p.yaml')
  const up = await rig.p2pIn('lab', 'up')
  expect(up.status).toBe(1)
  expect(up.stderr).toMatch(new RegExp(`port ${port} is already in use by tunnel web of project shop \\(PID \\d+\\)`))
  expect(up.stderr).toContain('try: p2p -p shop down web\n')
  const { stdout } = await rig.look('-f', join('lab', 'p2p.yaml'), 'why', 'mine')
  expect(stdout).toContain('tunnel web of project shop')
  expect((await rig.p2pIn('lab', 'doctor')).stdout).toContain('tunnel web of project shop')
  expect((await rig.p2pIn('lab', '-p', 'shop', 'down', 'web')).status).toBe(0)
  expect((await rig.p2pIn('lab', 'up')).status).toBe(0)
  expect((await rig.p2pIn('lab', 'down')).status).toBe(0)
})

test('after a rename the old tunnel holds the port', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(relay('shop', 'web', port))
  await rig.p2p('up')
  rig.write(relay('shop', 'page', port))
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining('tunnel web of project shop')])
  expect(stderr).toContain('p2p down web, or p2p up --remove-orphans')
  expect((await rig.p2p('up', '--remove-orphans')).status).toBe(0)
})

const serve = (port: number): string => `require("net").createServer().listen(${port}, "127.0.0.1")`

test.each([
  ['that stays', (port: number) => `[sh, -c, "setsid -f node -e '${serve(port).replaceAll('"', '\\"')}'; sleep 1000"]`],
  ['that ends', (port: number) => `[setsid, -f, node, -e, '${serve(port)}']`],
])('a program %s and serves from the background', async (_what, command) => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels: { a: { port: ${port}, command: ${command(port)}, restart: no } }\n`)
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining('its own program put itself into the background')])
  expect(stderr).not.toContain('stop that program')
  expect((await rig.line('a')).state).toBe('failed')
  expect(rig.processes()).toEqual([])
})

test('an automatic port that a stranger took is not to be set again', async () => {
  const rig = new Rig()
  rig.write('tunnels: { a: { port: auto, tcp: { to: "127.0.0.1:1" }, restart: no } }\n')
  await rig.p2p('up')
  const { port } = await rig.line('a')
  await rig.p2p('down')
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(port ?? 0, '127.0.0.1', resolve))
  onTestFinished(() => {
    stranger.close()
  })
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining(`node (PID ${process.pid})`)])
  expect(stderr).toContain('write a free port in place of auto')
})
