import { spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const canUnshare = spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status === 0

/** `p2p up` in a PID namespace that is gone when it returns, with everything in it. */
function upInContainer(rig: Rig): void {
  const script = `'${process.execPath}' '${mainFile}' up; exit 0`
  spawnSync('unshare', ['-pf', '--mount-proc', 'sh', '-c', script], { cwd: rig.project, env: rig.env })
}

test.runIf(canUnshare)(
  'what a container that is gone left unknown is cleared by the command that is shown',
  async () => {
    const rig = new Rig({})
    rig.env['P2P_STATE_DIR'] = `${rig.folder}/the state`
    rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
    upInContainer(rig)
    const { status, stderr } = await rig.p2p('up')
    expect([status, stderr]).toEqual([1, expect.stringContaining('launched in another container')])
    const command = /that container is gone: (p2p down; rm -r .*)/.exec(stderr)?.[1] ?? 'none is shown'
    const p2p = `p2p() { '${process.execPath}' '${mainFile}' "$@"; }`
    spawnSync('sh', ['-c', `${p2p}; ${command}`], { cwd: rig.project, env: rig.env })
    expect((await rig.p2p('up')).status).toBe(0)
    expect((await rig.line('a')).state).toBe('open')
  },
)

test.runIf(canUnshare)('what was refused in a container never ran, so it is not unknown', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels: { a: { port: ${port}, command: [sleep, '1000'], restart: no } }\n`)
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void holder.close())
  upInContainer(rig)
  expect(await rig.line('a')).toMatchObject({ state: 'failed', code: 'port.taken' })
})
