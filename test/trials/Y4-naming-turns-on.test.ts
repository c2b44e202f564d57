import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const project = `name: bench
tunnels:
  main: { command: [sleep, '1000'], profiles: [dev], restart: no }
  test: { command: [sleep, '1000'], depends_on: [main], restart: no }
  other: { command: [sleep, '1000'], restart: no }
`

test('naming a tunnel of a profile turns it on, whoever needs it', async () => {
  const rig = new Rig()
  rig.write(project)
  for (const command of ['ps', 'down', 'logs']) {
    const { status, stderr } = await rig.p2p(command)
    expect([command, status, stderr.includes('profile')]).toEqual([command, 0, false])
  }
  const refused = await rig.p2p('up')
  expect([refused.status, refused.stderr]).toEqual([4, expect.stringContaining('which needs profile dev')])
  expect((await rig.p2p('up', 'test')).status).toBe(4)
  expect((await rig.p2p('up', 'other')).status).toBe(0)
  expect((await rig.p2p('up', 'main')).status).toBe(0)
  expect((await rig.p2p('restart', 'm*')).status).toBe(0)
  expect((await rig.p2p('up', 'test', 'main')).status).toBe(0)
  expect((await rig.ps()).map(({ name, state }) => `${name} ${state}`)).toEqual([
    'main open',
    'test open',
    'other open',
  ])
})
