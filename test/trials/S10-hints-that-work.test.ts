import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test.each([
  ['tunnels: { a: { command: [~/bin/tool] } }', 'must not start with ~: no shell expands it'],
  ["tunnels:\n  a:\n    port: 80\n   \u00a0tcp: { to: 'x:1' }\n", 'this line has a no-break space'],
  ['tunnels:\n  a:\u00a0{ port: 80 }\n', 'replace the no-break space in it with a plain space'],
])('%j is explained', async (yaml, says) => {
  const rig = new Rig()
  rig.write(yaml)
  const { status, stderr } = await rig.look('config')
  expect([status, stderr]).toEqual([4, expect.stringContaining(says)])
})

test('what import says comes next can be done', async () => {
  const rig = new Rig()
  rig.write('connectd -s -c bWU= cHc= 80:00:00:00:01:00:0A:C2 T33100 2 127.0.0.1 12\n', 'a.sh')
  const { stderr, stdout } = await rig.look('import', '-o', 'x.yaml', 'a.sh')
  expect(stderr + stdout).toContain('next: p2p -f x.yaml up')
})
