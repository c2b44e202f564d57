import { expect, onTestFinished, test } from 'vitest'
import { Sshd, sshdMissing } from '../ssh/sshd.ts'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'
import { ask, askThroughSocks, echo, serve } from '../support/streams.ts'

test.skipIf(sshdMissing !== null)('ssh without a forward takes those of its host in ssh config', async () => {
  const sshd = await Sshd.start()
  onTestFinished(() => sshd.end())
  const rig = new Rig()
  const far = await serve(echo('far'))
  const [a, b, socks, hook, remoteSocks] = await Promise.all(Array.from({ length: 5 }, freePort))
  const alias = (...lines: string[]): string =>
    sshd.clientConfig('alias', { settings: ['Host bench', ...lines, 'Host *'] })
  const local = `LocalForward ${a} 127.0.0.1:${far}`
  const more = [`DynamicForward ${socks}`, `RemoteForward ${hook} 127.0.0.1:${far}`, `RemoteForward ${remoteSocks}`]
  const config = alias(local, ...more)
  rig.write(`tunnels: { bench: { ssh: { to: bench, config: ${config} } } }\n`)

  expect((await rig.look('ps')).stdout).toContain('forwards of bench (from ssh config)')
  const up = await rig.p2p('up')
  expect(up, up.stderr).toMatchObject({ status: 0 })
  expect(await Promise.all([ask(a ?? 0), askThroughSocks(socks ?? 0, far), ask(hook ?? 0)])).toEqual(
    Array(3).fill('far: hello'),
  )
  expect(await askThroughSocks(remoteSocks ?? 0, far)).toBe('far: hello')
  const line = await rig.line('bench')
  expect(line).toMatchObject({ state: 'open', config: 'in-sync', port: a, target: `127.0.0.1:${far} (+3)` })

  // Only up looks again, and finds what changed.
  alias(`LocalForward ${b} 127.0.0.1:${far}`, ...more)
  expect(await rig.line('bench')).toMatchObject({ config: 'in-sync', pid: line.pid })
  expect((await rig.p2p('up')).status).toBe(0)
  expect(await ask(b ?? 0)).toBe('far: hello')
  expect((await rig.p2p('up')).stderr).toContain('already open')

  // Two tunnels to one host would both take them.
  rig.write(
    `tunnels:\n  ${['bench', 'other'].map((name) => `${name}: { ssh: { to: bench, config: ${config} } }`).join('\n  ')}\n`,
  )
  const twice = await rig.p2p('up')
  expect([twice.status, twice.stderr]).toEqual([4, expect.stringContaining('write forward below one')])
  expect(twice.stderr).not.toContain('port: auto')

  rig.write(`tunnels: { bench: { ssh: { to: bench, config: ${config} } } }\n`)
  alias()
  const none = await rig.p2p('up')
  expect(none.status).toBe(4)
  expect(none.stderr).toContain('host bench has no forward in your ssh config')
})
