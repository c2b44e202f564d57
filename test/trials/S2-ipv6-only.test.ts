import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

/** Listens on `::`, for IPv6 only or for both. */
const command = (ipv6Only: boolean): string =>
  `[node, -e, 'require("net").createServer().listen({ host: "::", port: {port}, ipv6Only: ${ipv6Only} })']`

test('a listener for IPv6 only is not open at 127.0.0.1', async () => {
  const rig = new Rig()
  rig.write(
    `tunnels: { a: { port: ${await freePort()}, command: ${command(true)}, restart: no, ready: { timeout: 2s } } }\n`,
  )
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining('so far it listens for IPv6 only')])
  expect((await rig.line('a')).state).toBe('failed')
})

test('nor while nobody waits for it', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { port: ${await freePort()}, command: ${command(true)}, restart: no } }\n`)
  await rig.p2p('up', '--no-wait')
  await rig.lineThat('a', 'listens', ({ listensOn }) => (listensOn as unknown[]).length > 0)
  expect((await rig.line('a')).state).toBe('opening')
})

test('one for both is open, and stays so for every look', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { port: ${await freePort()}, command: ${command(false)} } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.line('a')).state).toBe('open')
})

test("a stranger's listener on :: that takes IPv4 too is named", async () => {
  const rig = new Rig()
  const port = await freePort()
  const program = await rig.program()
  rig.write(`tunnels: { a: { port: ${port}, command: ${program.command}, restart: no } }\n`)
  const up = rig.start('up')
  await program.next()
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(port, '::', resolve))
  onTestFinished(() => void stranger.close())
  expect((await up.exit).status).toBe(1)
  expect(up.stderr).toContain(`port ${port} is already in use by node (PID ${process.pid})`)
})

/** Listens on 127.0.0.1, then as the file says that appears beside it. */
const moving = `
const { createServer } = require('node:net')
const { watch } = require('node:fs')
const port = +process.argv[2]
let server = createServer().listen(port, '127.0.0.1')
watch('.', (_, name) => {
  if (name !== 'v6' && name !== 'both') return
  server.close(() => (server = createServer().listen({ host: '::', port, ipv6Only: name === 'v6' }, () => console.log('now ' + name))))
})
`

test('one that gives up 127.0.0.1 for IPv6 only is not open any more; one that takes both is', async () => {
  const rig = new Rig()
  rig.write(moving, 'moving.cjs')
  rig.write(`tunnels: { a: { port: ${await freePort()}, command: [node, moving.cjs, "{port}"], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  for (const [name, state] of [
    ['both', 'open'],
    ['v6', 'unhealthy'],
  ] as const) {
    rig.write('', name)
    await rig.until(name, async () => (await rig.look('logs', 'a')).stdout.includes(`now ${name}`))
    expect((await rig.line('a')).state).toBe(state)
  }
  expect((await rig.line('a')).reason).toContain('it listens for IPv6 only')
  expect((await rig.p2p('up')).stderr).toContain('it listens for IPv6 only')
})
