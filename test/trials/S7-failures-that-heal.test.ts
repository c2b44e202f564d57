import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test('with --wait-timeout up waits through failures that heal', async () => {
  const rig = new Rig()
  // Pending for three tries, like kubectl and a pod.
  rig.write(`tunnels:
  pod:
    command: [sh, -c, 'echo x >>tries; test "$(wc -l <tries)" -gt 3 && exec sleep 1000']
    working_dir: ${rig.folder}
  web: { command: [sleep, '1000'], depends_on: [pod] }
`)
  const { status, stderr } = await rig.p2p('up', '--wait-timeout', '60s')
  expect([status, stderr]).toEqual([0, expect.stringContaining('2 opened')])
  expect((await rig.ps()).map(({ state }) => state)).toEqual(['open', 'open'])
})

test('it stops waiting when nothing can open any more', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  pod: { command: [sh, -c, 'exit 1'], restart: on-failure:1 }
  web: { command: [sleep, '1000'], depends_on: [pod] }
`)
  const { status, stderr } = await rig.p2p('up', '--wait-timeout', '10m')
  expect(status).toBe(1)
  expect(stderr).toContain('not tried again')
  expect(stderr).toContain('! web  not started: blocked by pod (failed: exited with status 1)')
})

test('when the time is over it says what comes', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  pod: { command: [sh, -c, 'exit 1'] }
`)
  const { status, stderr } = await rig.p2p('up', '--wait-timeout', '1s')
  expect([status, stderr]).toEqual([1, expect.stringContaining('wait for it with: p2p wait pod')])
})
