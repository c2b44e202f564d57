import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const sleeper = (name: string): string => `name: ${name}\ntunnels: { a: { command: [sleep, '1000'], restart: no } }\n`

/** `office` is open in the project's folder. */
async function office(): Promise<{ rig: Rig; isOpen: () => Promise<boolean> }> {
  const rig = new Rig()
  rig.write(sleeper('office'))
  await rig.p2p('up')
  return { rig, isOpen: async () => (await rig.look('-p', 'office', 'ps', '--status', 'open', '-q')).stdout !== '' }
}

const wrongFiles: [string, string | null][] = [
  ['whose name is another', 'name: lab\ntunnels: { a: { comand: [sleep] } }\n'],
  ['whose name is another, and that is not YAML', 'name: lab\ntunnels: {{{\n'],
  ['whose name is another, in quotes', '"name": "lab" # the lab\ntunnels: { a: nope }\n'],
  ['whose name can not be read', 'name: ${WHICH}\ntunnels: { a: nope }\n'],
  ['that does not exist', null],
]

test('down -f closes nothing with a file that is not about the project here', async () => {
  const { rig, isOpen } = await office()
  for (const [what, text] of wrongFiles) {
    if (text === null) rmSync(join(rig.project, 'lab.yaml'))
    else rig.write(text, 'lab.yaml')
    const { status, stderr } = await rig.p2p('-f', 'lab.yaml', 'down')
    expect([what, status, stderr]).toEqual([what, 4, expect.stringContaining('this is not the file of project office')])
  }
  for (const command of ['ps', 'logs']) expect((await rig.p2p('-f', 'lab.yaml', command)).status).toBe(4)
  expect(await isOpen()).toBe(true)
})

test("a broken file in a folder of its own never means the parent's project", async () => {
  const { rig, isOpen } = await office()
  rig.write('name: service\ntunnels: { a: nope }\n', 'service/p2p.yaml')
  expect((await rig.p2pIn('service', 'down')).status).toBe(4)
  rig.write('tunnels: { a: nope }\n', 'service/p2p.yaml')
  expect((await rig.p2pIn('service', 'down')).status).toBe(4)
  expect(await isOpen()).toBe(true)
})

test('a broken file closes its own project: by its name, or by the file where the name is lost', async () => {
  const { rig, isOpen } = await office()
  rig.write('name: office\ntunnels: { a: { comand: [sleep] } }\n')
  expect((await rig.look('ps')).status).toBe(0)
  for (const text of ['tunnels: [', '', '\u0000']) {
    rig.write(text)
    expect((await rig.look('ps')).status).toBe(0)
  }
  expect((await rig.p2p('down')).status).toBe(0)
  expect(await isOpen()).toBe(false)
})

test('-p NAME means that project, whatever is wrong with the file here', async () => {
  const { rig, isOpen } = await office()
  rig.write('name: lab\ntunnels: { a: nope }\n')
  expect((await rig.p2p('-p', 'office', 'down')).status).toBe(0)
  expect(await isOpen()).toBe(false)
})
