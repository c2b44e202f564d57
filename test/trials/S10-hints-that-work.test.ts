import { chmodSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test.each([
  ['tunnels: { a: { command: [~/bin/tool] } }', 'must not start with ~: no shell expands it'],
  ["tunnels:\n  a:\n    port: 80\n   \u00a0tcp: { to: 'x:1' }\n", 'this line has a no-break space'],
  ['tunnels:\n  a:\u00a0{ port: 80 }\n', 'p2p.yaml:2:5  this line has a no-break space'],
  ['tunnels:\n  a:\n\u00a0 \u00a0 port: 80\n    command: [x]\n', 'p2p.yaml:3:1  this line has a no-break space'],
  ['tunnels:\n  a: { port: 80,\u00a0command: [x] }\n', 'p2p.yaml:2:17  this line has a no-break space'],
  ['tunnels:\n  a: { port:\u00a080, command: [x] }\n', 'p2p.yaml:2:13  this line has a no-break space'],
  ['tunnels: { a: { port: auto, bind: [127.0.0.1, 127.0.0.1], tcp: { to: x:1 } } }', 'names one address twice'],
  ['tunnels: { a: { port: auto, bind: [], tcp: { to: x:1 } } }', 'bind is an empty list'],
  ['tunnels: { a: { port: auto, bind: ["[::1]"], tcp: { to: x:1 } } }', 'try: in the list "::1"'],
  ['accounts: { default: { user: me, password: &x } }', 'try: put a value that starts with # or & in quotes'],
])('%j is explained', async (yaml, says) => {
  const rig = new Rig()
  rig.write(yaml)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(says)])
})

test('a no-break space within a text is one of its characters', async () => {
  const rig = new Rig()
  rig.write('tunnels:\n  a:\n    description: a\u00a0b\n    command: ["x:\u00a0y", z]\n    url: |\n      \u00a0x\n')
  expect((await rig.look('config')).status).toBe(0)
})

test('what import says comes next can be done', async () => {
  const rig = new Rig()
  rig.write('connectd -s -c bWU= cHc= 80:00:00:00:01:00:0A:C2 T33100 2 127.0.0.1 12\n', 'a.sh')
  const { stderr, stdout } = await rig.look('import', '-o', 'x.yaml', 'a.sh')
  expect(stderr + stdout).toContain('next: p2p -f x.yaml up')
})

test.each([
  ['[./tool]', '#!/nowhere/python3', 'is a script for /nowhere/python3, which does not exist'],
  ['[./tool]', '#!/usr/bin/env nosuch', 'is a script for nosuch, which does not exist'],
  ["[bash, -c, 'exec ./tool']", '#!/nowhere/python3', 'is there, but the interpreter that its first line names is not'],
  [
    "[sh, -c, 'exec ./tool']",
    '#!/nowhere/python3',
    './tool, or the interpreter that its first line names, was not found',
  ],
  ["[sh, -c, 'exec ./tool']", '#!/usr/bin/env nosuch', 'env did not find nosuch'],
  ['[env, nosuch]', '', 'env did not find nosuch'],
  ['[./nothing]', '', 'program ./nothing was not found'],
])('%s whose first line is %s', async (command, head, says) => {
  const rig = new Rig()
  chmodSync(rig.write(`${head}\n`, 'tool'), 0o755)
  rig.write(`tunnels: { a: { command: ${command} } }`)
  const { status, stderr } = await rig.p2p('up')
  expect([status, stderr]).toEqual([1, expect.stringContaining(says)])
  expect((await rig.line('a')).reason).toContain(says)
})

test.each([
  [{ npm_command: 'exec' }, 'try: npx p2p init --force'],
  [{}, 'try: p2p init --force'],
])('with %j a hint names the command that works', async (env, says) => {
  const rig = new Rig(env)
  rig.write('tunnels: {}')
  const { status, stderr } = await rig.look('init')
  expect([status, stderr]).toEqual([2, expect.stringContaining(says)])
})
