import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Sshd, sshdMissing } from '../ssh/sshd.ts'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test.skipIf(sshdMissing !== null)('a socket file left on the far host is named, with what removes it', async () => {
  const sshd = await Sshd.start()
  onTestFinished(() => sshd.end())
  const rig = new Rig()
  const path = join(rig.folder, 'far.sock')
  rig.write(`tunnels:
  hook: { ssh: { to: bench, config: ${sshd.config}, reverse: { from: ${path}, to: 127.0.0.1:9 } } }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  await rig.p2p('down')
  const again = await rig.p2p('up')
  expect(again.status).toBe(1)
  expect(again.stderr).toContain(`the far host does not listen on ${path}: a file is left there`)
  expect(again.stderr).toContain('remove the file on the far host, or set StreamLocalBindUnlink yes there')
})

test.skipIf(sshdMissing !== null)('and one left here, of a forward of the alias', async () => {
  const sshd = await Sshd.start()
  onTestFinished(() => sshd.end())
  const rig = new Rig()
  const path = join(rig.folder, 'here.sock')
  const config = sshd.clientConfig('alias', {
    settings: ['Host bench', `  LocalForward ${path} 127.0.0.1:9`, `  LocalForward ${await freePort()} 127.0.0.1:9`],
  })
  rig.write(`tunnels: { db: { ssh: { to: bench, config: ${config} } } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  await rig.p2p('down')
  const again = await rig.p2p('up')
  expect(again.status).toBe(1)
  expect(again.stderr).toContain(`ssh cannot listen on ${path}: a file is left there`)
  expect(again.stderr).toContain('remove it, or set ssh.options: { StreamLocalBindUnlink: true }')
})
