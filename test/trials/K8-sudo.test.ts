import { chownSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

const isRoot = process.getuid?.() === 0
const someone = 4242

/** A project of root, its folders where the system puts them, in the home of that user. */
function rigOf(owner: number, env: Record<string, string>): { rig: Rig; home: string } {
  const rig = new Rig(env)
  delete rig.env['P2P_STATE_DIR']
  const home = rig.env['HOME'] ?? ''
  chownSync(home, owner, owner)
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  return { rig, home }
}

test.runIf(isRoot).each([
  ['sudo', { SUDO_UID: '4242' }],
  ['sudo by name', { SUDO_USER: 'someone' }],
  ['doas', { DOAS_USER: 'someone' }],
])('the first %s p2p in the home of a user writes nothing there', async (_, env) => {
  const { rig, home } = rigOf(someone, env)
  for (const command of [['up'], ['restart'], ['down']]) {
    const { status, stderr } = await rig.p2p(...command)
    expect([status, stderr]).toEqual([6, expect.stringContaining('sudo')])
    expect(stderr).toContain('p2p without sudo')
  }
  expect(existsSync(join(home, '.local'))).toBe(false)
})

test.runIf(isRoot)('below a folder of root in that home neither, nor in the runtime folder of a user', async () => {
  const { rig, home } = rigOf(someone, { SUDO_UID: '4242' })
  mkdirSync(join(home, '.local/state'), { recursive: true })
  expect((await rig.p2p('up')).status).toBe(6)
  expect(existsSync(join(home, '.local/state/p2p'))).toBe(false)
  chownSync(home, 0, 0)
  chownSync(rig.env['P2P_RUNTIME_DIR'] ?? '', someone, someone)
  expect((await rig.p2p('up')).status).toBe(6)
  expect(existsSync(join(home, '.local/state/p2p'))).toBe(false)
})

test.runIf(isRoot).each([
  ['root under sudo with a home of its own', 0, { SUDO_UID: '4242' }],
  ['a container, where HOME belongs to someone else and there is no sudo', someone, {}],
])('%s is let through', async (_, owner, env) => {
  const { rig } = rigOf(owner, env)
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.p2p('down')).status).toBe(0)
})
