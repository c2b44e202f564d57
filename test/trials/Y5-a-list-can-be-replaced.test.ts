import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const replaced = "profiles: !override [new]\n    environment: !override ['ONLY=1']"
const tunnel = (keys: string): string => `command: [sleep, '1000']\n    ${keys}\n`

/** What `config` shows, without what every tunnel has. */
async function shown(rig: Rig): Promise<string> {
  const { stdout, stderr } = await rig.look('config')
  expect(stderr).toBe('')
  return stdout
}

test.each([
  [
    'an override file',
    `tunnels:\n  a:\n    ${tunnel("profiles: [old]\n    environment: ['OLD=1']")}`,
    `tunnels:\n  a:\n    ${replaced}\n`,
  ],
  [
    'a tunnel that extends',
    `tunnels:\n  b:\n    ${tunnel('profiles: [old]\n    environment: { OLD: 1 }')}  a:\n    extends: b\n    ${replaced}\n`,
    null,
  ],
  [
    'a tunnel over defaults',
    `defaults: { profiles: [old], environment: { OLD: 1 } }\ntunnels:\n  a:\n    ${tunnel(replaced)}`,
    null,
  ],
  [
    'an override file, also over defaults',
    `defaults: { profiles: [older] }\ntunnels:\n  a:\n    ${tunnel('profiles: [old]\n    environment: { OLD: 1 }')}`,
    `tunnels: { a: { profiles: !override [new], environment: !override { ONLY: 1 } } }\n`,
  ],
])('%s replaces a list and a map', async (_where, file, above) => {
  const rig = new Rig()
  rig.write(file)
  if (above !== null) rig.write(above, 'p2p.override.yaml')
  const printed = (await shown(rig)).replace(/^ {2}b:\n(?: {4}.*\n)*/m, '')
  expect(printed).toMatch(/profiles:\s+(?:- |\[ *)new\b/)
  expect(printed).toMatch(/ONLY: "?1/)
  expect(printed).not.toMatch(/old|OLD|!override/)
})

test('an override replaces a whole tunnel of an included file, and all tunnels', async () => {
  const rig = new Rig()
  rig.write(`tunnels:\n  a:\n    ${tunnel('profiles: [old]')}  b:\n    ${tunnel('')}`, 'more.yaml')
  rig.write('include: [more.yaml]\ntunnels: {}\n')
  rig.write('tunnels: { a: !override { tcp: { to: "127.0.0.1:1" }, port: 33000 } }\n', 'p2p.override.yaml')
  expect(await shown(rig)).toMatch(/a:\n {4}port: 33000(?![^]*old)[^]*b:/)
  rig.write('tunnels: !override { c: { tcp: { to: "127.0.0.1:1" }, port: 33000 } }\n', 'p2p.override.yaml')
  expect(await shown(rig)).not.toMatch(/^ {2}[ab]:/m)
})

test.each([
  ['tunnels: { a: { command: [x], profiles: !override [p] } }', 'replaces nothing here'],
  ['tunnels: !override { a: { command: [x] } }', 'replaces nothing here'],
  ['!override\ntunnels: { a: { command: [x] } }', 'replaces nothing here'],
  ['defaults: { labels: !override { a: b } }\ntunnels: { a: { command: [x] } }', 'replaces nothing here'],
  ['defaults: { restart: "no" }\ntunnels: { a: { command: [x], restart: !override always } }', 'replaces nothing here'],
  ['defaults: { labels: { a: b } }\ntunnels: { a: { command: [x], labels: !override } }', 'replaces nothing here'],
  ['x-a: &a { k: v }\ntunnels: { a: { command: [x], labels: { <<: !override { a: b } } } }', 'replaces nothing here'],
  ['tunnels: { a: { command: [x], profiles: !reset [p] } }', 'tags are not supported here'],
  ['tunnels: { a: { command: [x], profiles: !override2 [p] } }', 'tags are not supported here'],
])('%j: the tag has nothing to replace', async (yaml, says) => {
  const rig = new Rig()
  rig.write(yaml)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(says)])
  if (says.includes('nothing')) expect(stderr).toContain('put it before a list or a map in an override file')
  expect(stderr.match(/replaces nothing/g)?.length ?? 1).toBe(1)
})

test('import --merge keeps the tag, and the tunnel runs as printed', async () => {
  const rig = new Rig()
  rig.write(`defaults: { profiles: [p] }\ntunnels:\n  a:\n    profiles: !override []\n    command: [sleep, '1000']\n`)
  rig.write('connectd -s -c bWU= cHc= 80:00:00:00:01:00:0A:C2 T33100 2 127.0.0.1 12\n', 'a.sh')
  expect((await rig.look('import', '--merge', '-o', 'p2p.yaml', 'a.sh')).status).toBe(0)
  expect(readFileSync(join(rig.project, 'p2p.yaml'), 'utf8')).toContain('    profiles: !override []\n')
  expect((await rig.p2p('up', 'a')).status).toBe(0)
  expect(await rig.line('a')).toMatchObject({ state: 'open', profiles: [] })
})
