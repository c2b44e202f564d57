import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test('restart opens nothing whose need is not open, but with --no-deps', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a: { command: [/no/such/program] }
  b: { command: [sleep, '1000'], depends_on: [a] }
  c: { command: [sleep, '1000'], depends_on: [b] }
`)
  expect((await rig.p2p('up')).status).toBe(1)
  for (const name of ['b', 'c']) {
    const { status, stderr } = await rig.p2p('restart', name)
    expect([status, stderr]).toEqual([1, expect.stringContaining('blocked by a (failed: ')])
    expect(await rig.line(name)).toMatchObject({ state: 'failed', pid: null })
  }
  expect((await rig.p2p('restart', 'b', '--no-deps')).status).toBe(0)
  expect(await rig.line('b')).toMatchObject({ state: 'open' })
  // Now the need of c is open.
  expect((await rig.p2p('restart', 'c')).status).toBe(0)
  // What runs is not closed if it could not open again.
  const pid = await rig.pid('b')
  const { status, stderr } = await rig.p2p('restart', 'b')
  expect([status, stderr]).toEqual([1, expect.stringContaining('a is not open (depends_on)')])
  expect(await rig.line('b')).toMatchObject({ state: 'open', pid })
})
