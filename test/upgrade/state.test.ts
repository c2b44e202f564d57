/**
 * What the build of ed2fb77 recorded is read by this one. state-ed2fb77 is the state folder of that build while its
 * tunnels ran; @ROOT@ stands for the folder of state, project and runtime, and
 * the boot it ran in is another one.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { loadProject } from '../../src/config/load.ts'
import type { TunnelSpec } from '../../src/core/model.ts'
import { projectId } from '../../src/runtime/state/store.ts'
import { fakeContext } from '../support/context.ts'
import { Rig } from '../support/rig.ts'

const recorded = join(import.meta.dirname, 'state-ed2fb77')

interface Specs {
  entries: Record<string, { spec: TunnelSpec }>
}

let rig: Rig
let state: string

beforeEach(() => {
  rig = new Rig({ PI_PASSWORD: 'x' })
  rig.write(readFileSync(join(recorded, 'p2p.yaml'), 'utf8'))
  state = join(rig.folder, 'state/projects', projectId({ name: 'upgrade', folder: rig.project }))
  mkdirSync(join(rig.folder, 'state'), { mode: 0o700 })
  cpSync(join(recorded, 'state'), state, { recursive: true })
  for (const entry of readdirSync(state, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('@ROOT@', rig.folder))
  }
})

test('each tunnel is shown with its state, with the port it had, and as in sync', async () => {
  const shown = (await rig.ps()).map(({ name, state, code, port, config }) => [name, state, code, port, config])
  expect(shown).toEqual([
    ['pi', 'failed', 'run.rebooted', 34941, 'in-sync'],
    ['wrong-password', 'failed', 'connectd.auth', 43911, 'in-sync'],
    ['db', 'failed', 'ssh.refused', 40356, 'in-sync'],
    ['cache', 'failed', 'run.rebooted', 39881, 'in-sync'],
    ['worker', 'failed', 'run.rebooted', null, 'in-sync'],
    ['closed', 'closed', null, null, 'in-sync'],
  ])
})

test('up --dry-run would open them again for their state, never for a changed declaration', async () => {
  const { stdout, status } = await rig.look('up', '--dry-run')
  expect(status).toBe(0)
  expect(stdout.match(/^\+ /gm)).toHaveLength(6)
  expect(stdout.match(/the machine was restarted/g)).toHaveLength(3)
  expect(stdout).not.toContain('changed')
})

test('the fingerprints of what was launched are those that this build computes', async () => {
  const { entries } = JSON.parse(readFileSync(join(state, 'specs.json'), 'utf8')) as Specs
  const ports = (JSON.parse(readFileSync(join(state, 'ports.json'), 'utf8')) as { entries: Record<string, number> })
    .entries
  const ctx = fakeContext({}, { cwd: rig.project, env: rig.env })
  const { project } = await loadProject(ctx, { ports: { recorded: () => ports, taken: () => false } })
  const before = Object.fromEntries(Object.entries(entries).map(([name, { spec }]) => [name, spec.fingerprint]))
  // Closed before it was recorded: that leaves no specification of a launch.
  delete before['@supervisor']
  expect(Object.fromEntries(project.tunnels.map((tunnel) => [tunnel.name, tunnel.fingerprint]))).toEqual({
    ...before,
    closed: 'f0208964f457b2006b1f70d3bb561562',
  })
})

test('events and the output of a failed tunnel are still there', async () => {
  const { stdout } = await rig.look('events', '--json', 'wrong-password')
  const types = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type)
  expect(types).toEqual(['starting', 'launched', 'failed'])
  expect((await rig.look('why', 'wrong-password')).stdout).toContain('authentication error')
})

test('down closes the project without its file', async () => {
  const file = join(rig.project, 'p2p.yaml')
  renameSync(file, `${file}.away`)
  const { stderr, status } = await rig.look('down')
  expect(status).toBe(0)
  expect(stderr.match(/^= .* not running$/gm)).toHaveLength(5)
  renameSync(`${file}.away`, file)
  expect((await rig.ps()).map(({ state }) => state)).toEqual(Array(6).fill('closed'))
})
