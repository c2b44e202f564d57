import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { isAlive, pidOf, read, Rig } from '../support/rig.ts'

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

/** A rig whose tunnel is open, and the PID of what will stay behind it. */
async function escaped(restart: string): Promise<{ rig: Rig; port: number; escapee: number }> {
  const rig = new Rig()
  const port = await freePort()
  rig.write(script, 'escape.cjs')
  const more = `command: [node, escape.cjs, "{port}"], ready: { log: escaped }, restart: ${restart}`
  rig.write(`tunnels: { a: { port: ${port}, ${more} } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  const escapee = pidOf(Number(/escaped (\d+)/.exec((await rig.look('logs', 'a')).stdout)?.[1]))
  onTestFinished(() => {
    if (isAlive(escapee)) process.kill(escapee, 'SIGKILL')
  })
  return { rig, port, escapee }
}

test('down looks whether the port is still served, and names who serves it until it is gone', async () => {
  const { rig, port, escapee } = await escaped('no')
  for (const command of ['down', 'down', 'up', 'down']) {
    const { status, stderr } = await rig.p2p(command)
    expect([command, status, stderr]).toEqual([command, 1, expect.stringContaining(`kill ${escapee}`)])
    expect(stderr).toContain(`port ${port} is still served by node (PID ${escapee})`)
  }
  expect(isAlive(escapee)).toBe(true)
  process.kill(escapee, 'SIGKILL')
  await rig.lineThat('a', 'is closed', ({ state }) => state === 'closed')
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.files().filter((file) => /env-|\/pid$/.test(file) && read(file) !== '')).toEqual([])
})

test('restart says so and fails; it is not retried before the port is free', async () => {
  const { rig, port, escapee } = await escaped('always')
  const { status, stderr } = await rig.p2p('restart')
  expect([status, stderr]).toEqual([
    1,
    expect.stringContaining(`port ${port} is still served by node (PID ${escapee})`),
  ])
  expect(stderr).not.toContain('tried again')
  expect(await rig.line('a')).toMatchObject({ state: 'failed', code: 'stop.still-served', next: { what: 'none' } })
  process.kill(escapee, 'SIGKILL')
  await rig.happened('a', 'open', 2)
  // The one that it starts now leaves another behind.
  const other = pidOf(Number([...(await rig.look('logs', 'a')).stdout.matchAll(/escaped (\d+)/g)].at(-1)?.[1]))
  onTestFinished(() => {
    if (isAlive(other)) process.kill(other, 'SIGKILL')
  })
})

test('what others serve there is not taken for the tunnel', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { port: ${await freePort()}, tcp: { to: "127.0.0.1:1" } } }\n`)
  await rig.p2p('up')
  expect((await rig.p2p('down')).status).toBe(0)
})
