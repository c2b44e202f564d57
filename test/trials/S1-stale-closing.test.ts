import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAlive, pidOf, Rig } from '../support/rig.ts'

/** A tunnel that ignores TERM, and a command that was killed while it stopped it. */
async function stopKilled(restart: string, ...command: string[]): Promise<{ rig: Rig; pid: number }> {
  const rig = new Rig()
  rig.write(`tunnels:
  deaf: { command: [sh, -c, "trap '' TERM; while :; do sleep 1; done"], restart: ${restart}, stop: { grace: 60s } }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  const stop = rig.start(...command)
  await rig.lineThat('deaf', 'is closing', ({ state }) => state === 'closing')
  stop.signal('SIGKILL')
  await stop.exit
  return { rig, pid: await rig.pid('deaf') }
}

test.each([['down'], ['restart', 'deaf']])('no stop is in progress once %s is dead', async (...command) => {
  const { rig, pid } = await stopKilled('no', ...command)
  expect(await rig.line('deaf')).toMatchObject({ state: 'open', pid })
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.look('ps', '--check')).status).toBe(0)
  expect((await rig.p2p('wait', '--timeout', '20s')).status).toBe(0)
})

test.each([
  ['beside up', true],
  ['without', false],
])('a crash after it is a crash: %s', async (_, up) => {
  const { rig, pid } = await stopKilled('no', 'down')
  if (up) expect((await rig.p2p('up')).status).toBe(0)
  process.kill(pidOf(pid), 'SIGKILL')
  await rig.until('it is gone', () => !isAlive(pid))
  expect(await rig.lineThat('deaf', 'ended', ({ state }) => state === 'failed')).toMatchObject({
    state: 'failed',
    reason: 'killed by signal KILL',
  })
})

test('a program that exits in order for the TERM of a killed down was closed by p2p', async () => {
  const rig = new Rig()
  const program = "trap 'touch got; while [ ! -e go ]; do sleep 0.05; done; exit 0' TERM; while :; do sleep 0.05; done"
  rig.write(`tunnels: { slow: { command: [sh, -c, "${program}"], restart: no, stop: { grace: 60s } } }`)
  expect((await rig.p2p('up')).status).toBe(0)
  const down = rig.start('down')
  await rig.until('it has got its TERM', () => existsSync(join(rig.project, 'got')))
  down.signal('SIGKILL')
  await down.exit
  rig.write('', 'go')
  expect(await rig.lineThat('slow', 'has ended', ({ pid }) => pid === null)).toMatchObject({ state: 'closed' })
})
