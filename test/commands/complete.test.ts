import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test('names of tunnels that begin as the last word does, declared and recorded, and nothing else', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  web: { command: [sleep, '1000'], restart: no }
  web-pi: { command: [sleep, '1000'], restart: no, profiles: [more] }
  db: { command: [sleep, '1000'] }
`)
  expect(await rig.p2p('__complete', 'down', 'w')).toMatchObject({ status: 0, stdout: 'web\nweb-pi\n', stderr: '' })
  expect((await rig.p2p('__complete', 'up', 'db', '')).stdout).toBe('web\nweb-pi\ndb\n')
  await rig.p2p('up', 'db')
  // What the file no longer declares can still be closed.
  rig.write(`tunnels: { web: { command: [sleep, '1000'], restart: no } }`)
  expect((await rig.p2p('__complete', 'down', '')).stdout).toBe('web\ndb\n')
  rig.write('tunnels: [')
  expect(await rig.p2p('__complete', 'down', '')).toMatchObject({ status: 0, stdout: 'db\n', stderr: '' })
})

test('without a project it says nothing', async () => {
  const rig = new Rig()
  expect(await rig.p2p('__complete', 'down', '')).toMatchObject({ status: 0, stdout: '', stderr: '' })
})
