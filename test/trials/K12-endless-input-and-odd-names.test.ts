import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

test.each([
  [['-f', '-', 'config'], 'standard input is larger than 1 MiB'],
  [['import', '-'], 'too large'],
])('%j stops reading where the text is too long', async (args, says) => {
  const rig = new Rig()
  // The pipe never ends: only who stops reading comes to an end.
  const command = await rig.p2pWithInput('x'.repeat(3 * 2 ** 20), ...args)
  expect([command.status, command.stderr]).toEqual([4, expect.stringContaining(says)])
})

test('a name that JavaScript knows is a name like any other', async () => {
  const rig = new Rig()
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  rig.write(`name: constructor
tunnels:
  constructor:
    command: [sh, -c, 'env >seen; exec sleep 1000']
    environment: { ${names.map((name) => `${name}: "of ${name}"`).join(', ')} }
    labels: { __proto__: x, constructor: y }
    profiles: [constructor]
    restart: no
  b: { command: [sleep, '1000'], depends_on: [constructor], profiles: [constructor], restart: no }
`)
  expect((await rig.p2p('up', 'b')).status).toBe(0)
  await rig.until('the program has written', () => readFileSync(join(rig.project, 'seen'), 'utf8').includes('PWD'))
  const seen = readFileSync(join(rig.project, 'seen'), 'utf8').split('\n')
  for (const name of names) expect(seen).toContain(`${name}=of ${name}`)
  const { stdout } = await rig.look('ps', '--json')
  expect(stdout).toContain('"__proto__": "x"')
  const config = await rig.look('config')
  for (const name of names) expect(config.stdout).toContain(`${name}: of ${name}`)
  expect((await rig.p2p('up', 'b')).stderr).toContain('2 already open')
  expect((await rig.p2p('down')).status).toBe(0)
  rig.write('tunnels: { __proto__: { command: [sleep] } }')
  expect((await rig.look('config')).stderr).toContain('tunnels has the key "__proto__"')
})
