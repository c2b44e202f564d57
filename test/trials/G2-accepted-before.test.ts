import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pidOf, Rig } from '../support/rig.ts'

/** Its end means what no retry can heal, as long as the gate is away. */
async function accepted(): Promise<{ rig: Rig; gate: string }> {
  const rig = new Rig()
  const gate = rig.write('', 'gate')
  rig.write(`tunnels:
  a: { command: [sh, -c, 'test -e ${gate} || exit 127; exec sleep 1000'] }
  b: { command: [sleep, '1000'], depends_on: [a] }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  rmSync(gate)
  process.kill(pidOf(await rig.pid('a')), 'SIGKILL')
  await rig.lineThat('a', 'was refused', ({ reason }) => String(reason).includes('(was accepted before)'))
  return { rig, gate }
}

const minutes = (line: Record<string, unknown>): number =>
  (Date.parse(String(line['nextRetryAt'])) - Date.now()) / 60_000

test('what was accepted before is tried again after minutes, growing, and a user may try at once', async () => {
  const { rig } = await accepted()
  const first = await rig.lineThat('a', 'is planned', ({ nextRetryAt }) => nextRetryAt !== null)
  expect(first.state).toBe('retrying')
  expect(minutes(first)).toBeGreaterThan(4)
  const { status, stderr } = await rig.p2p('up', 'a')
  expect([status, stderr]).toEqual([1, expect.stringMatching(/\(was accepted before\)[^]*tried again in (9|1[0-2])m/)])
  expect(minutes(await rig.line('a'))).toBeGreaterThan(8)
})

test('after a down, or with another configuration, it is final as at the first time', async () => {
  const { rig, gate } = await accepted()
  rig.write(`tunnels: { a: { command: [sh, -c, 'test -e ${join(gate, 'x')} || exit 127; exec sleep 1001'] } }\n`)
  expect((await rig.p2p('up', 'a')).stderr).toContain('not tried again')
  expect(await rig.line('a')).toMatchObject({ state: 'failed', next: { what: 'none' } })
  await rig.p2p('down')
  expect((await rig.p2p('up', 'a')).stderr).toContain('not tried again')
})
