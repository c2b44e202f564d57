import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test('up --attach tells of changes between the log lines: failed, retrying, open again, closed by others', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web:
    command: [sh, -c, 'echo hello; exec sleep 1000']
  long-one:
    command: [sleep, '1000']
    restart: no
`)
  const up = rig.start('up', '--attach')
  await up.says(/web      \| hello/)
  await rig.until('both are open', async () => (await rig.ps()).every(({ state }) => state === 'open'))
  process.kill(await rig.pid('web'), 'SIGKILL')
  await rig.until('it is told', () =>
    /^web {6}\* retrying in \ds \(1st time\): killed by signal KILL$/m.test(up.stderr),
  )
  await rig.until('it is open again', () => /^web {6}\* open$/m.test(up.stderr))
  process.kill(await rig.pid('long-one'), 'SIGKILL')
  await rig.until('the other failed', () => /^long-one \* failed: killed by signal KILL$/m.test(up.stderr))
  await rig.p2p('down', 'web')
  await rig.until('and one was closed', () => /^web {6}\* closed$/m.test(up.stderr))

  expect(up.stdout).not.toContain('*')
  expect(up.stderr).not.toContain('web      * failed')
  const changes = up.stderr.split('\n').filter((line) => line.startsWith('web      * '))
  expect(changes.filter((line) => line.endsWith('* open'))).toHaveLength(1)
  up.signal('SIGINT')
  expect((await up.exit).status).toBe(0)
  expect(rig.processes()).toEqual([])
})
