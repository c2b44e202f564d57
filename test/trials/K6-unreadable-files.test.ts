import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

/** The whole heap of a command that reads such a file: less than the text it would have to build. */
const lean = { NODE_OPTIONS: '--max-old-space-size=64' }
const open = 'name: office\ntunnels: { a: { command: [sleep, "1000"], restart: no } }\n'
const using = `name: office
include: [more.yaml]
tunnels: { a: { command: [sleep, '\${V8:-1000}'], env_file: [vars.env], environment: { A: '\${V1:-}' }, restart: no } }
`

/** Twice as long with each line: nine lines are a gigabyte. */
function nested(lines: number): string {
  const names = Array.from({ length: lines }, (_, at) => `V${at}`)
  return names.map((name, at) => `${name}=${at === 0 ? 'x'.repeat(99) : `$V${at - 1}`.repeat(60)}\n`).join('')
}

/** What may be in a file's place. */
const things: [string, (path: string, rig: Rig) => void][] = [
  ['variables of variables', (path, rig) => void rig.write(nested(9), path)],
  ['nothing', () => undefined],
  [
    'a folder',
    (path, rig) => {
      mkdirSync(join(rig.project, path))
    },
  ],
  ['a pipe', (path, rig) => void execFileSync('mkfifo', [join(rig.project, path)])],
  [
    'a link to itself',
    (path, rig) => {
      symlinkSync(path, join(rig.project, path))
    },
  ],
  [
    'a device',
    (path, rig) => {
      symlinkSync('/dev/zero', join(rig.project, path))
    },
  ],
  [
    'a gigabyte',
    (path, rig) => {
      truncateSync(rig.write('', path), 2 ** 30)
    },
  ],
  ['no text', (path, rig) => void rig.write('\u0000\u0001\u0002', path)],
]

test.each(things)('ps, logs and down work with %s in the place of any file', async (_what, put) => {
  const rig = new Rig(lean)
  rig.write(open)
  await rig.p2p('up')
  for (const file of ['.env', 'vars.env', 'more.yaml', 'p2p.yaml']) {
    rig.write(using)
    rig.write('', 'vars.env')
    rig.write('tunnels: {}\n', 'more.yaml')
    rmSync(join(rig.project, file), { force: true })
    put(file, rig)
    const { status, stderr } = await rig.p2p('ps')
    expect([file, status], stderr).toEqual([file, 0])
    expect((await rig.look('logs')).status).toBe(0)
    expect([0, 4]).toContain((await rig.look('config')).status)
    if (file !== 'p2p.yaml') rmSync(join(rig.project, file), { force: true, recursive: true })
  }
  expect((await rig.p2p('down')).status).toBe(0)
  expect(rig.processes()).toEqual([])
})

test.each([
  [
    '.env',
    nested(9),
    open.replace('1000', '$V8'),
    '.env:4:1  with V3 the variables of this file are longer than 1 MiB',
  ],
  [
    'p2p.yaml',
    `A=${'x'.repeat(2 ** 19)}\n`,
    `name: office\ntunnels: { a: { command: [echo, '$A$A$A'] } }\n`,
    'p2p.yaml:2:33  with tunnels.a.command[1] the variables of this file are longer than 1 MiB',
  ],
  [
    'p2p.yaml',
    `A=${'x'.repeat(2 ** 19)}\n`,
    `name: office\ntunnels: { a: { command: [echo, $A, $A, $A] } }\n`,
    'p2p.yaml:2:41  with tunnels.a.command[3] the variables of this file are longer than 1 MiB',
  ],
])('variables of variables end at 1 MiB, with the place in %s', async (_where, env, yaml, says) => {
  const rig = new Rig(lean)
  rig.write(env, '.env')
  rig.write(yaml)
  const { status, stderr } = await rig.p2p('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(says)])
})

test('a secret of variables of variables ends at 1 MiB as well', async () => {
  const rig = new Rig(lean)
  rig.write(`A=${'x'.repeat(2 ** 19)}\nB=$A$A\n`, '.env')
  for (const token of ['$A$A$A', '{ env: B }']) {
    rig.write(
      `name: office\ntunnels: { a: { command: [sleep, '9'], environment: { TOKEN: ${token} }, restart: no } }\n`,
    )
    const { status, stderr } = await rig.p2p('up')
    expect([status, stderr]).toEqual([1, expect.stringContaining('longer than 1 MiB')])
  }
})
