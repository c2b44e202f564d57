import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'

/** An open tunnel with a secret, and p2p with another runtime folder. */
async function opened(): Promise<{ rig: Rig; elsewhere: (variable?: string) => void; secrets: () => string[] }> {
  const rig = new Rig({ TOKEN: 'hunter2hunter2' })
  rig.write(`tunnels:
  a:
    command: [sh, -c, 'echo "$$T"; exec sleep 1000']
    restart: no
    environment: { T: { env: TOKEN } }
`)
  const up = await rig.p2p('up')
  expect([up.status, up.stderr]).toEqual([0, expect.any(String)])
  mkdirSync(join(rig.folder, 'other'), { mode: 0o700 })
  const elsewhere = (variable = 'P2P_RUNTIME_DIR'): void => {
    delete rig.env['P2P_RUNTIME_DIR']
    rig.env[variable] = join(rig.folder, 'other')
  }
  return { rig, elsewhere, secrets: () => rig.files('run').filter((file) => file.endsWith('secrets.json')) }
}

test.each(['P2P_RUNTIME_DIR', 'XDG_RUNTIME_DIR'])(
  'down removes the private files wherever its own %s points',
  async (variable) => {
    const { rig, elsewhere, secrets } = await opened()
    expect(secrets()).toHaveLength(1)
    elsewhere(variable)
    expect((await rig.p2p('logs')).stdout).not.toContain('hunter2')
    expect((await rig.p2p('down')).status).toBe(0)
    expect(rig.files('run')).toEqual([])
    expect((await rig.p2p('up')).status).toBe(0)
    expect(existsSync(join(rig.folder, 'other/p2p'))).toBe(true)
  },
)

test('restart from elsewhere leaves one private file, and it is the new one', async () => {
  const { rig, elsewhere, secrets } = await opened()
  elsewhere()
  expect((await rig.p2p('restart')).status).toBe(0)
  expect(secrets()).toHaveLength(1)
  rmSync(join(rig.folder, 'run'), { recursive: true })
  // As after a logout: what is written next goes where the variables point.
  expect((await rig.p2p('restart')).status).toBe(0)
  expect(existsSync(join(rig.folder, 'other/p2p'))).toBe(true)
  expect((await rig.p2p('down')).status).toBe(0)
})

test('doctor finds secrets that are left', async () => {
  const { rig } = await opened()
  const folder = join(rig.folder, 'run/p2p')
  cpSync(folder, `${folder}.kept`, { recursive: true })
  expect((await rig.look('doctor')).stdout).not.toContain('are left')
  expect((await rig.p2p('down')).status).toBe(0)
  cpSync(`${folder}.kept`, folder, { recursive: true })
  const { stdout } = await rig.look('doctor')
  expect(stdout).toContain('secrets of a are left')
  expect(/rm -r (\S+)/.exec(stdout)?.[1]).toContain(folder)
  rmSync(folder, { recursive: true })
  rmSync(`${folder}.kept`, { recursive: true })
})
