import { expect, onTestFinished, test } from 'vitest'
import { Sshd, sshdMissing } from '../ssh/sshd.ts'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test.skipIf(sshdMissing !== null)(
  'a port that the ssh alias brings is told as such, with the tunnel that holds it',
  async () => {
    const sshd = await Sshd.start()
    onTestFinished(() => sshd.end())
    const rig = new Rig()
    const port = await freePort()
    const config = sshd.clientConfig('alias', {
      settings: ['Host bench', `  LocalForward ${port} 127.0.0.1:9`, 'Host *'],
    })
    rig.write(`defaults: { ssh: { to: bench, config: ${config}, forward: 127.0.0.1:9 } }
tunnels:
  web: { port: ${await freePort()}, ssh: {} }
  db: { port: ${await freePort()}, ssh: {}, depends_on: [web] }
`)
    const up = await rig.p2p('up')
    expect(up.status).toBe(1)
    const words = `port ${port} comes from LocalForward or DynamicForward of host bench in your ssh config; tunnel web of project project (PID ${await rig.pid('web')}) holds it`
    expect(up.stderr).toContain(words)
    expect(await rig.line('db')).toMatchObject({ state: 'failed', code: 'ssh.alias-port', reason: words, restarts: 0 })
  },
)
