import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

/** So long that anything but linear time runs into the time limit of a test. */
const word = 'a'.repeat(500_000)

test.each([
  ['a need', `tunnels: { a: { command: [sleep, '1'], depends_on: [${word}] } }`],
  ['what it extends', `tunnels: { a: { command: [sleep, '1'], extends: ${word} } }`],
  ['a key', `tunnels:\n  a:\n    command: [sleep]\n    b: { ? ${word} : 1 }`],
  ['a name', `tunnels: { ? ${word} : { command: [sleep] } }`],
  ['an account', `accounts: { ? ${word} : b }\ntunnels: {}`],
  ['values', `name: ${word}\ntunnels: { a: { port: ${word}, restart: ${word}, bind: ${word}, tcp: { to: ${word} } } }`],
  ['a variable', `tunnels: { a: { command: [\$${word}] } }`],
])('%s of half a million letters is told in a short message', async (_what, yaml) => {
  const rig = new Rig()
  rig.write(yaml)
  const { status, stderr } = await rig.look('config')
  expect(status).toBe(4)
  expect(Math.max(...stderr.split('\n').map((line) => line.length))).toBeLessThan(400)
})

test('words of the command line are cut as well', async () => {
  const rig = new Rig()
  rig.write('tunnels: {}')
  for (const args of [[word], ['ps', word], ['-f', word, 'config'], ['up', `--${word}`]]) {
    const { status, stderr } = await rig.look(...args)
    expect([status === 0, stderr.length < 400]).toEqual([false, true])
  }
})
