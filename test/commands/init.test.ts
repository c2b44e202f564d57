import { readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run, schemaFrom } from '../../src/commands/init.ts'
import { P2pError } from '../../src/core/errors.ts'
import { contextIn, folderWith, load, writeFiles } from '../config/support.ts'

async function init(folder: string, force = false): Promise<number | P2pError> {
  try {
    return await run(contextIn(folder), { force })
  } catch (error) {
    if (error instanceof P2pError) return error
    throw error
  }
}

const textIn = (folder: string, name = 'p2p.yaml'): string => readFileSync(join(folder, name), 'utf8')

test('writes a project that opens as it is: the simulator and the relay', async () => {
  const folder = folderWith({})
  expect(await init(folder)).toBe(0)
  const { project, warnings } = await load(folder)
  expect(warnings).toEqual([])
  expect(project.tunnels.map(({ name, driver, launch }) => [name, driver, launch.program])).toEqual([
    ['web-pi', 'connectd', { entry: 'connectd-sim' }],
    ['web-copy', 'tcp', { entry: 'relay' }],
  ])
})

test('writes no path of this machine', async () => {
  const folder = folderWith({})
  await init(folder)
  expect(textIn(folder)).toMatch(/^# Tunnels of this project/)
})

test.each([
  ['/p', '/p/schemas/p2p.json', './schemas/p2p.json'],
  ['/p', '/p/node_modules/p2p/p2p.json', './node_modules/p2p/p2p.json'],
  ['/p/apps/web', '/p/node_modules/p2p/p2p.json', '../../node_modules/p2p/p2p.json'],
  ['/p', '/usr/lib/node_modules/p2p/p2p.json', null],
  ['/home/me/p', '/home/me/.npm/_npx/1/node_modules/p2p/p2p.json', null],
  ['/home/me/p', '/home/me/src/p2p/p2p.json', null],
])('in %s an editor finds %s by %s', (folder, schema, written) => {
  expect(schemaFrom(folder, schema)).toBe(written)
})

test('shows the other kinds as comments that are right once they are none', async () => {
  const folder = folderWith({})
  await init(folder)
  const uncommented = textIn(folder).replace(/^ {2}# (?=(?: {2})*[a-z]+:|\S+:)/gm, '  ')
  writeFiles(folder, { 'p2p.yaml': uncommented })
  const { project } = await load(folder)
  expect(project.tunnels.map(({ name }) => name)).toEqual(['web-pi', 'web-copy', 'db', 'hook', 'socks', 'api'])
})

test.each(['p2p.yaml', 'p2p.yml'])('never overwrites a %s', async (name) => {
  const folder = folderWith({ [name]: 'mine' })
  expect(await init(folder)).toMatchObject({
    code: 'usage',
    message: `${name} already exists; not changed`,
  })
  expect(textIn(folder, name)).toBe('mine')
  expect(readdirSync(folder)).toEqual([name])
})

test('--force sets the old file aside, and the one before that stays', async () => {
  const folder = folderWith({ 'p2p.yaml': 'mine', 'p2p.yaml.bak': 'older' })
  expect(await init(folder, true)).toBe(0)
  expect(textIn(folder, 'p2p.yaml.bak')).toBe('older')
  expect(textIn(folder, 'p2p.yaml.bak2')).toBe('mine')
  expect((await load(folder)).project.tunnels).toHaveLength(2)
})

test('writes through no link', async () => {
  const folder = folderWith({ 'elsewhere/x': '' })
  symlinkSync(join(folder, 'elsewhere/target'), join(folder, 'p2p.yaml'))
  expect(await init(folder)).toMatchObject({ code: 'usage' })
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['x'])
})

test('says so where the folder may not be written to', async () => {
  // Nobody, root included, creates a file in there.
  expect(await init('/proc/self')).toMatchObject({ code: 'state.unusable' })
})
