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
