import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test.each([
  ['0.0.0.0', '0.0.0.0'],
  ['::', '[::]'],
])('a program that listens on %s though its tunnel says 127.0.0.1', async (host, shown) => {
  const rig = new Rig()
  const port = await freePort()
  const script = `require("net").createServer().listen({port}, "${host}")`
  rig.write(`tunnels: { a: { port: ${port}, command: [node, -e, '${script}'] } }\n`)
  const { status, stderr } = await rig.p2p('up')
  const warning = `! a  its program listens on ${shown}:${port}: other machines can reach it`
  expect([status, stderr]).toEqual([0, expect.stringContaining(warning)])
  // It is as true at the next up.
  expect((await rig.p2p('up')).stderr).toContain(warning)
  expect((await rig.look('why', 'a')).stdout).toContain(`which listens on ${shown}:${port}`)
  expect((await rig.line('a'))['listensOn']).toEqual([{ host, port }])
})

test('a wildcard that was asked for is no surprise', async () => {
  const rig = new Rig()
  const script = 'require("net").createServer().listen({port}, "0.0.0.0")'
  rig.write(`tunnels: { a: { port: ${await freePort()}, bind: 0.0.0.0, command: [node, -e, '${script}'] } }\n`)
  expect((await rig.p2p('up')).stderr).not.toContain('! a')
})
