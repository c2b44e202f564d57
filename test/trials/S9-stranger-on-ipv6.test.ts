import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig } from '../support/rig.ts'

test('a stranger on [::1] is named where it is in the way, and nowhere else', async () => {
  const rig = new Rig()
  const port = await freePort()
  const stranger = createServer()
  await new Promise<void>((resolve) => stranger.listen(port, '::1', resolve))
  onTestFinished(() => void stranger.close())
  const up = async (bind: string): Promise<{ status: number | null; stderr: string }> => {
    rig.write(`tunnels: { a: { port: ${port}, bind: ${bind}, tcp: { to: "127.0.0.1:1" }, restart: no } }\n`)
    return rig.p2p('up')
  }
  for (const bind of ['["127.0.0.1", "::1"]', '"::1"']) {
    const { status, stderr } = await up(bind)
    expect([bind, status, stderr]).toEqual([bind, 1, expect.stringContaining(`in use by node (PID ${process.pid})`)])
  }
  expect((await up('127.0.0.1')).status).toBe(0)
})
