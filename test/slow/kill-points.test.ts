/**
 * `up` dies at the k-th call of each system call that changes the world (launch-protocol.md, E4, on the real code): then two
 * `up` at once must give exactly one process for each tunnel, and `down` none.
 */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig, pidOf } from '../support/rig.ts'

const hasStrace = spawnSync('strace', ['-V']).status === 0
const calls = ['rename', 'link', 'unlink', 'mkdir', 'fsync', 'clone', 'pipe2'] as const
const points = [1, 2, 3, 4, 6]

describe.runIf(process.platform === 'linux' && hasStrace)('on Linux', () => {
  test.each(calls)('up killed at %s leaves nothing that is lost or doubled', async (call) => {
    const rig = new Rig()
    rig.write(`tunnels:
  one:
    command: [sleep, '1000']
  two:
    command: [sleep, '1000']
    depends_on: [one]
  three:
    command: [sleep, '1000']
`)
    let killed = 0
    for (const point of points) {
      const ran = spawnSync(
        'strace',
        [
          '-qq',
          '-o',
          '/dev/null',
          '-e',
          `trace=${call}`,
          '-e',
          `inject=${call}:signal=KILL:when=${point}`,
          process.execPath,
          mainFile,
          'up',
        ],
        { cwd: rig.project, env: rig.env },
      )
      if (ran.signal === 'SIGKILL' || ran.status === 137) killed++
      const both = await Promise.all([rig.p2p('up'), rig.p2p('up')])
      expect(both.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual([0, 0])
      const lines = await rig.ps()
      expect(lines.map(({ state }) => state)).toEqual(['open', 'open', 'open'])
      const tunnels = lines.flatMap(({ pid, launcherPid }) => [pidOf(pid), pidOf(launcherPid)])
      // Two more at most: the supervisor and its launcher.
      const others = rig.processes().filter((pid) => !tunnels.includes(pid))
      expect(others.length).toBeLessThanOrEqual(2)
      expect(rig.processes()).toEqual(expect.arrayContaining(tunnels))
      expect((await rig.p2p('down')).status).toBe(0)
      expect(rig.processes()).toEqual([])
    }
    // Not every command makes that many calls; the first ones it always makes, but for those that only a mess needs.
    if (call !== 'unlink' && call !== 'mkdir') expect(killed).toBeGreaterThan(0)
  })
})
