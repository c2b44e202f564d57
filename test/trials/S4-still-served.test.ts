import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { isAlive, pidOf, Rig } from '../support/rig.ts'

/** Hands its listener to a grandchild with a session, an environment and a parent of its own. */
const script = `
const { spawnSync } = require('node:child_process')
const server = require('node:net').createServer().listen(+process.argv[2], '127.0.0.1', () => {
  const program = 'setInterval(() => {}, 1000)'
  const options = { env: {}, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore', server._handle] }
  const { stdout } = spawnSync('/usr/bin/setsid', ['/bin/sh', '-c', \'"$0" -e "$1" >/dev/null & echo $!\', process.execPath, program], options)
  console.log('escaped ' + stdout)
})
`

test('down looks whether the port is still served, and names who serves it', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(script, 'escape.cjs')
  rig.write(`tunnels: { a: { port: ${port}, command: [node, escape.cjs, "{port}"], ready: { log: escaped } } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const escapee = pidOf(Number(/escaped (\d+)/.exec((await rig.look('logs', 'a')).stdout)?.[1]))
  onTestFinished(() => {
    if (isAlive(escapee)) process.kill(escapee, 'SIGKILL')
  })
  const { status, stderr } = await rig.p2p('down')
  expect(status).toBe(1)
  expect(stderr).toContain(`port ${port} is still served by node (PID ${escapee})`)
  expect(stderr).toContain(`kill ${escapee}`)
  expect(isAlive(escapee)).toBe(true)
})

test('what others serve there is not taken for the tunnel', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { port: ${await freePort()}, tcp: { to: "127.0.0.1:1" } } }\n`)
  await rig.p2p('up')
  expect((await rig.p2p('down')).status).toBe(0)
})
