import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Rig, isAlive } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { ask, listenOn, serve } from '../support/streams.ts'
import { Sshd, sshdMissing } from './sshd.ts'

describe.skipIf(sshdMissing !== null)(`with a real sshd${sshdMissing === null ? '' : `: ${sshdMissing}`}`, () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await Sshd.start()
  })
  afterAll(() => sshd.end())

  test('tcp on ssh on connectd: while the first is away the others wait without a try, and return with it', async () => {
    const rig = new Rig({ PI_PASSWORD: 'x' })
    const far = await serve((socket) => socket.write('220 ready\r\n'))
    const [pi, db, cache] = [await freePort(), await freePort(), await freePort()]
    rig.write(`accounts: { default: { user: you@example.com, password: { env: PI_PASSWORD } } }
tunnels:
  pi:
    port: ${pi}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim }
    environment: { CONNECTD_SIM_TARGET: '127.0.0.1:${sshd.port}' }
  db:
    port: ${db}
    depends_on: [pi]
    ssh:
      to: ssh://127.0.0.1:{port:pi}
      config: ${sshd.config}
      options: { HostKeyAlias: '[127.0.0.1]:${sshd.port}' }
      forward: 127.0.0.1:${far}
  cache:
    port: ${cache}
    depends_on: [db]
    tcp: { to: '{host:db}:{port:db}' }
    healthcheck: { banner: ^220, interval: 200ms, timeout: 300ms, retries: 2 }
`)
    const up = await rig.p2p('up')
    expect(up, up.stderr).toMatchObject({ status: 0 })
    expect(await ask(cache)).toBe('220 ready\r\n')
    const { pid } = await rig.line('cache')

    const parent = await rig.pid('pi')
    process.kill(parent, 'SIGKILL')
    await rig.until('it is gone', () => !isAlive(parent))
    const stranger = await listenOn(pi)
    await rig.lineThat('pi', 'has tried again in vain', ({ restarts }) => Number(restarts) >= 2)
    expect(await rig.line('db')).toMatchObject({
      state: 'retrying',
      reason: expect.stringMatching(/^opens when pi is open: /) as string,
      nextRetryAt: null,
      restarts: 0,
    })
    // Its own process is well: a new one would be no better off.
    expect(await rig.line('cache')).toMatchObject({ state: 'unhealthy', code: 'health.failed', pid, restarts: 0 })

    await stranger.close()
    await rig.until('all are open', async () => (await rig.ps()).every(({ state }) => state === 'open'))
    expect(await ask(cache)).toBe('220 ready\r\n')
    expect(await rig.line('db')).toMatchObject({ restarts: 1 })
    expect(await rig.line('cache')).toMatchObject({ pid, restarts: 0 })
  })
})
