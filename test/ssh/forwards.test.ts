import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Rig, read } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { Sshd, sshdMissing } from './sshd.ts'
import { ask, askThroughSocks, echo, serve } from '../support/streams.ts'

describe.skipIf(sshdMissing !== null)(`with a real sshd${sshdMissing === null ? '' : `: ${sshdMissing}`}`, () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await Sshd.start()
  })
  afterAll(() => sshd.end())

  test('local forwards lead to ports and sockets, several through one connection; a SOCKS proxy leads anywhere', async () => {
    const rig = new Rig()
    const path = join(rig.folder, 'far.sock')
    const far = await serve(echo('port'))
    await serve(echo('socket'), path)
    const [a, b, c, d, socks] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]
    rig.write(`defaults: { restart: no, ssh: { to: bench, config: ${sshd.config} } }
tunnels:
  to-port: { port: ${a}, ssh: { forward: 127.0.0.1:${far} } }
  to-socket: { port: ${b}, ssh: { forward: ${path} } }
  anywhere: { port: ${socks}, ssh: { dynamic: true } }
  both:
    ssh:
      forward:
        - { port: ${c}, to: localhost:${far} }
        - { port: ${d}, bind: 127.0.0.2, to: ${path} }
`)
    const up = await rig.p2p('up')
    expect(up, up.stderr).toMatchObject({ status: 0 })
    expect(await Promise.all([ask(a), ask(b), ask(c), ask({ host: '127.0.0.2', port: d })])).toEqual([
      'port: hello',
      'socket: hello',
      'port: hello',
      'socket: hello',
    ])
    expect(await askThroughSocks(socks, far)).toBe('port: hello')
    expect(await askThroughSocks(socks, a)).toBe('port: hello')
    await expect(askThroughSocks(socks, await freePort())).rejects.toThrow()
    const both = await rig.line('both')
    expect(both).toMatchObject({ state: 'open', host: '127.0.0.1', port: c, target: `localhost:${far} (+1)` })
    expect(both['endpoints']).toEqual([
      { host: '127.0.0.1', port: c },
      { host: '127.0.0.2', port: d },
    ])
    // A launcher and one ssh each: no master in the background, no second connection.
    expect(rig.processes()).toHaveLength(8)
    await rig.p2p('down')
    expect(rig.processes()).toEqual([])
    await expect(ask(a)).rejects.toThrow()
  })

  test('a remote forward is open once the far host listens, and leads back here', async () => {
    const rig = new Rig()
    const here = await serve(echo('here'))
    const [far, socks] = [await freePort(), await freePort()]
    const path = join(rig.folder, 'remote.sock')
    rig.write(`defaults: { restart: no, ssh: { to: bench, config: ${sshd.config} } }
tunnels:
  hook: { ssh: { reverse: { from: 127.0.0.1:${far}, to: 127.0.0.1:${here} } } }
  several:
    port: ${socks}
    ssh:
      dynamic: true
      reverse:
        - { from: ${path}, to: 127.0.0.1:${here} }
        - { from: ${await freePort()}, to: 127.0.0.1:${here} }
`)
    const up = await rig.p2p('up')
    expect(up, up.stderr).toMatchObject({ status: 0 })
    expect(await ask(far)).toBe('here: hello')
    expect(await ask(path)).toBe('here: hello')
    expect(await askThroughSocks(socks, here)).toBe('here: hello')
    expect(await rig.line('hook')).toMatchObject({
      state: 'open',
      host: null,
      port: null,
      endpoints: [],
      target: `127.0.0.1:${far} at bench`,
    })
  })

  test('more tunnels are opened than a usual sshd lets log in at once', async () => {
    const usual = await Sshd.start('MaxStartups 9:100:100')
    onTestFinished(() => usual.end())
    const rig = new Rig()
    const ports = await Promise.all(Array.from({ length: 14 }, freePort))
    const tunnels = ports.map((port, index) => `  socks-${index}: { port: ${port}, ssh: {} }\n`).join('')
    rig.write(
      `defaults: { restart: no, ssh: { to: bench, config: ${usual.config}, dynamic: true } }\ntunnels:\n${tunnels}`,
    )
    const up = await rig.p2p('up')
    expect(up, up.stderr).toMatchObject({ status: 0 })
  })

  test('a jump host, a key, a configuration and options are those that p2p.yaml names', async () => {
    const rig = new Rig()
    const inner = await Sshd.start()
    onTestFinished(() => inner.end())
    const far = await serve(echo('inner'))
    const [a, b] = [await freePort(), await freePort()]
    inner.letIn(sshd.key)
    // Relative paths are those of the project; the key of the configuration would not be let in by `inner`.
    rig.write(read(sshd.key), 'keys/lab')
    chmodSync(join(rig.project, 'keys/lab'), 0o600)
    rig.write(read(sshd.clientConfig('keyless', { key: null })), 'ssh/config')
    rig.write(`tunnels:
  jumps:
    port: ${a}
    restart: no
    ssh:
      to: ssh://127.0.0.1:${inner.port}
      jump: bench
      config: ${sshd.config}
      options: { StrictHostKeyChecking: accept-new, UserKnownHostsFile: '${rig.project}/{name}.hosts' }
      forward: 127.0.0.1:${far}
  keyed:
    port: ${b}
    restart: no
    ssh: { to: bench, config: ssh/config, identity: keys/lab, forward: 127.0.0.1:${far} }
`)
    const up = await rig.p2p('up')
    expect(up, up.stderr).toMatchObject({ status: 0 })
    expect(await ask(a)).toBe('inner: hello')
    expect(await ask(b)).toBe('inner: hello')
    expect(read(join(rig.project, 'jumps.hosts'))).toContain(`[127.0.0.1]:${inner.port} ssh-ed25519`)
    expect(inner.output).toContain('Accepted publickey')
    // A launcher and ssh each, and the ssh that goes through the jump host.
    expect(rig.processes()).toHaveLength(5)
    await rig.p2p('down')
    expect(rig.processes()).toEqual([])
  })
})
