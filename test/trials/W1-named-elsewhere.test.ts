import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const sleeper = (name: string): string => `name: ${name}\ntunnels: { a: { command: [sleep, '1000'], restart: no } }\n`

interface Ls {
  name: string
  folder: string
  states: Record<string, number>
}

/** Folders with an open tunnel, by the project's name. */
async function open(rig: Rig): Promise<string[]> {
  const projects = JSON.parse((await rig.look('ls', '--json')).stdout) as Ls[]
  return projects.flatMap(({ name, folder, ...rest }) =>
    JSON.stringify(rest).includes('"open":1') ? [`${name} ${folder.slice(rig.project.length + 1)}`] : [],
  )
}

test('-p NAME up takes the file that is here, whatever is on record elsewhere', async () => {
  const rig = new Rig()
  rig.write(sleeper('shop'), 'shop/p2p.yaml')
  rig.write(sleeper('lab'), 'lab/p2p.yaml')
  await rig.p2pIn('shop', 'up')
  expect((await rig.p2pIn('lab', '-p', 'shop', 'up')).status).toBe(0)
  expect(await open(rig)).toEqual(['shop lab', 'shop shop'])
  // And from then on NAME is the project here.
  expect((await rig.p2pIn('lab', '-p', 'shop', 'down')).status).toBe(0)
  expect((await rig.p2pIn('lab', '-p', 'shop', 'down')).status).toBe(0)
  expect(await open(rig)).toEqual(['shop shop'])
  expect((await rig.p2pIn('shop', 'down')).status).toBe(0)
})

test('-p NAME means the project that names itself so, where none of that name is here', async () => {
  const rig = new Rig()
  rig.write(sleeper('shop'), 'shop/p2p.yaml')
  rig.write(sleeper('lab'), 'lab/p2p.yaml')
  await rig.p2pIn('shop', 'up')
  for (const command of ['ps', 'logs', 'down']) {
    const { status, stderr } = await rig.p2pIn('lab', '-p', 'shop', command)
    expect([command, status, stderr]).toEqual([command, 0, expect.stringContaining('the record of project shop')])
  }
  expect(await open(rig)).toEqual([])
})

test("-p NAME never means another folder's project of that name that only -p named, nor another copy of this one", async () => {
  const rig = new Rig()
  for (const folder of ['one', 'two', 'three']) rig.write(sleeper('app'), `${folder}/p2p.yaml`)
  for (const folder of ['one', 'two']) await rig.p2pIn(folder, '-p', 'staging', 'up')
  await rig.p2pIn('one', 'up')
  const all = ['app one', 'staging one', 'staging two']
  expect(await open(rig)).toEqual(all)
  for (const name of ['staging', 'app']) {
    for (const command of ['ps', 'down'])
      expect([name, command, (await rig.p2pIn('three', '-p', name, command)).status]).toEqual([name, command, 0])
    rig.write('name: app\ntunnels: { a: nope }\n', 'three/p2p.yaml')
    expect((await rig.p2pIn('three', '-p', name, 'down')).status).toBe(4)
    rig.write(sleeper('app'), 'three/p2p.yaml')
  }
  expect(await open(rig)).toEqual(all)
  for (const args of [['-p', 'staging'], []])
    for (const folder of ['one', 'two']) await rig.p2pIn(folder, ...args, 'down')
})
