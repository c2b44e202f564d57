import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { finished, mainFile, start, type Ran } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

function copy(): { folder: string; packs: string[]; p2p: (...args: string[]) => Promise<Ran> } {
  const rig = new Rig()
  const folder = join(rig.folder, 'installed/dist')
  mkdirSync(folder, { recursive: true })
  // Builds of other days may be there too.
  const packs = [...readFileSync(mainFile, 'utf8').matchAll(/"((?:daily|rare)-\w+\.pack)"/g)].map(
    ([, name = '']) => name,
  )
  for (const name of ['main.js', 'package.json', ...packs]) cpSync(join(dirname(mainFile), name), join(folder, name))
  rig.write('tunnels: { a: { comand: [sleep] } }\n')
  const p2p = (...args: string[]): Promise<Ran> =>
    finished(start(join(folder, 'main.js'), args, { cwd: rig.project, env: rig.env }))
  return { folder, packs, p2p }
}

test('whichever part is missing or damaged, a command ends, and says why', async () => {
  const { folder, packs, p2p } = copy()
  expect(packs).toHaveLength(2)
  expect((await p2p('ps')).status).toBe(4)
  for (const pack of packs) {
    const whole = readFileSync(join(folder, pack))
    const damage: Record<string, () => void> = {
      missing: () => {
        rmSync(join(folder, pack))
      },
      empty: () => {
        truncateSync(join(folder, pack))
      },
      half: () => {
        truncateSync(join(folder, pack), Math.floor(whole.length / 2))
      },
      zeros: () => {
        writeFileSync(join(folder, pack), Buffer.alloc(whole.length))
      },
    }
    for (const [how, spoil] of Object.entries(damage)) {
      rmSync(join(folder, 'code'), { recursive: true, force: true })
      spoil()
      for (const args of [['ps'], ['nosuch']]) {
        const { status, signal, stderr } = await p2p(...args)
        // 2: the command line is wrong, and that could still be said.
        expect([pack, how, signal, status === 6 || (args[0] === 'nosuch' && status === 2)]).toEqual([
          pack,
          how,
          null,
          true,
        ])
        expect(stderr).toMatch(/^p2p: (a part of p2p can't be loaded|unknown command nosuch)/)
      }
      writeFileSync(join(folder, pack), whole)
    }
  }
}, 900_000)

test('a damaged, foreign or planted code cache changes nothing and is repaired', async () => {
  const { folder, p2p } = copy()
  await p2p('version')
  expect((await p2p('ls')).status).toBe(0)
  const code = join(folder, 'code')
  const [name = ''] = readdirSync(code).filter((file) => file.startsWith('daily-'))
  const whole = readFileSync(join(code, name))
  const right = await p2p('ls')
  const flipped = (at: number): Buffer => {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ 0x10
    return bytes
  }
  const damage = [
    Buffer.alloc(0),
    whole.subarray(0, Math.floor(whole.length / 2)),
    Buffer.alloc(whole.length),
    Buffer.concat([whole, whole]),
    Buffer.from('v0.0.0 arm64\nabcd'),
    ...Array.from({ length: 30 }, (_, i) => flipped(Math.floor((whole.length * (i + 0.5)) / 30))),
  ]
  for (const bytes of damage) {
    writeFileSync(join(code, name), bytes)
    expect(await p2p('ls')).toEqual(right)
    expect(readFileSync(join(code, name)).equals(bytes)).toBe(false)
  }
}, 900_000)

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
