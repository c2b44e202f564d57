import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { finished, mainFile, start, type Ran } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const dist = dirname(mainFile)

/** The parts of this build: older ones stay in dist for a day. */
function partsOf(file: string, found = new Set<string>()): Set<string> {
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/["']\.[^"']*?([\w-]+-[A-Z0-9]{8}\.js)["']/g)) {
    if (found.has(name)) continue
    found.add(name)
    partsOf(join(dist, 'parts', name), found)
  }
  return found
}

function copy(): { folder: string; p2p: (...args: string[]) => Promise<Ran> } {
  const rig = new Rig()
  const folder = join(rig.folder, 'installed/dist')
  mkdirSync(join(folder, 'parts'), { recursive: true })
  cpSync(mainFile, join(folder, 'main.js'))
  for (const name of partsOf(mainFile)) cpSync(join(dist, 'parts', name), join(folder, 'parts', name))
  writeFileSync(join(folder, '../package.json'), '{"type":"module"}')
  symlinkSync(resolve(dist, '../node_modules'), join(folder, '../node_modules'))
  rig.write('tunnels: { a: { comand: [sleep] } }\n')
  const p2p = (...args: string[]): Promise<Ran> =>
    finished(start(join(folder, 'main.js'), args, { cwd: rig.project, env: rig.env }))
  return { folder, p2p }
}

test('whichever part is missing, a command ends, and says why', async () => {
  const { folder, p2p } = copy()
  const parts = readdirSync(join(folder, 'parts')).filter(
    (name) => !/^(up|down|logs|import|export|login|init)-/.test(name),
  )
  for (const name of parts) {
    const path = join(folder, 'parts', name)
    renameSync(path, `${path}.gone`)
    const { status, signal } = await p2p('ps')
    // 4: the file is wrong, and that could still be said.
    expect([name, signal, status === 4 || status === 6]).toEqual([name, null, true])
    renameSync(`${path}.gone`, path)
  }
  expect(parts.length).toBeGreaterThan(5)
}, 900_000)

test('without the part that draws errors the message is still there', async () => {
  const { folder, p2p } = copy()
  for (const name of readdirSync(join(folder, 'parts')).filter((part) => part.startsWith('diagnostics-')))
    renameSync(join(folder, 'parts', name), join(folder, name))
  const { status, stderr } = await p2p('nosuch')
  expect([status, stderr]).toEqual([2, expect.stringContaining('p2p: unknown command nosuch')])
})

test.each([
  ['18.20.4', 'p2p needs Node 20.19 or later, this is 18.20.4'],
  ['12.22.12', 'p2p needs Node 20.19 or later, this is 12.22.12'],
  ['20.18.9', 'p2p needs Node 20.19 or later, this is 20.18.9'],
  ['22.11.0', 'p2p needs Node 22.12 or later, this is 22.11.0'],
])('on Node %s it says what it needs', async (version, words) => {
  const { folder, p2p } = copy()
  const main = join(folder, 'main.js')
  writeFileSync(main, readFileSync(main, 'utf8').replaceAll('process.versions.node', `'${version}'`))
  for (const args of [['version'], ['ps'], []]) {
    expect(await p2p(...args)).toMatchObject({ status: 6, stdout: '', stderr: `p2p: ${words}\n` })
  }
})

test('the entry holds nothing that an old Node can not parse', () => {
  const text = readFileSync(mainFile, 'utf8')
  expect(text).not.toMatch(/^\s*(import|export)\b(?!\()|\bawait\b|\?\.|\?\?/m)
})
