import { expect, onTestFinished, test } from 'vitest'
import { Sshd, sshdMissing } from '../ssh/sshd.ts'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test.skipIf(sshdMissing !== null)('a wanted second factor is told as such, and not tried again', async () => {
  const sshd = await Sshd.start('PasswordAuthentication yes', 'AuthenticationMethods publickey,password')
  onTestFinished(() => sshd.end())
  const rig = new Rig()
  rig.write(
    `tunnels: { web: { port: ${await freePort()}, ssh: { to: bench, config: ${sshd.config}, forward: a:1 } } }\n`,
  )
  const up = await rig.p2p('up')
  expect(up.status).toBe(1)
  expect(up.stderr).toContain('the far host accepted the key, and asks for a second factor (password)')
  expect(await rig.line('web')).toMatchObject({ state: 'failed', code: 'ssh.second-factor', nextRetryAt: null })
})
