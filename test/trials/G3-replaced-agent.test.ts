import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Sshd, sshdMissing } from '../ssh/sshd.ts'
import { freePort } from '../support/ports.ts'
import { Rig, until } from '../support/rig.ts'

test.skipIf(sshdMissing !== null)(
  'up hands a new ssh-agent over, and a dead one is named and tried again',
  async () => {
    const sshd = await Sshd.start()
    onTestFinished(() => sshd.end())
    const rig = new Rig()
    const config = sshd.clientConfig('agent', {
      settings: ['IdentityAgent SSH_AUTH_SOCK', 'IdentitiesOnly no'],
      key: null,
    })
    rig.write(`tunnels: { web: { port: ${await freePort()}, ssh: { to: bench, config: ${config}, forward: a:1 } } }\n`)

    const first = await agentWith(sshd.key, join(rig.folder, 'first'))
    rig.env['SSH_AUTH_SOCK'] = join(rig.folder, 'first')
    expect((await rig.p2p('up')).status).toBe(0)
    const { pid } = await rig.line('web')
    first.kill()
    const second = await agentWith(sshd.key, join(rig.folder, 'second'))
    rig.env['SSH_AUTH_SOCK'] = join(rig.folder, 'second')
    expect((await rig.p2p('up')).status).toBe(0)
    expect(await rig.line('web')).toMatchObject({ pid, restarts: 0 })
    sshd.killSessions()
    await rig.lineThat('web', 'is open again', ({ state, restarts }) => state === 'open' && Number(restarts) > 0)

    second.kill()
    await until('the agent is gone', () => second.exitCode !== null || second.signalCode !== null)
    sshd.killSessions()
    const line = await rig.lineThat('web', 'has tried in vain', ({ code }) => code === 'ssh.no-agent')
    expect(line.state).toBe('retrying')
    expect(line.reason).toContain(`no ssh-agent answers at ${join(rig.folder, 'second')} (SSH_AUTH_SOCK)`)
  },
)

/** An agent in the foreground that holds the key. */
async function agentWith(key: string, socket: string): Promise<ChildProcess> {
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  onTestFinished(() => void agent.kill())
  await until('the agent listens', () => existsSync(socket))
  expect(spawnSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).status).toBe(0)
  return agent
}
