import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { Rig } from '../support/rig.ts'
import { described } from '../support/described.ts'

interface Listed {
  name: string
  folder: string | null
  states: Record<string, number>
  problem: string | null
}

const sleepers = (...names: string[]): string =>
  `tunnels:\n${names.map((name) => `  ${name}: { command: [sleep, '1000'], restart: no }\n`).join('')}`

/** Two projects beside the rig's own: `one` with two tunnels, `two` with one. */
async function twoProjects(): Promise<Rig> {
  const rig = new Rig()
  rig.write(sleepers('a', 'b'), 'one/p2p.yaml')
  rig.write(sleepers('c'), 'two/p2p.yaml')
  await rig.p2p('-f', 'one/p2p.yaml', 'up')
  await rig.p2p('-f', 'two/p2p.yaml', 'up')
  return rig
}

async function list(rig: Rig): Promise<Listed[]> {
  const { stdout, status } = await rig.look('ls', '--json')
  expect(status).toBe(0)
  return described('ls', stdout) as Listed[]
}

const counts = (projects: readonly Listed[]): unknown[] =>
  projects.map(({ name, states }) => [
    name,
    Object.fromEntries(Object.entries(states).filter(([, count]) => count > 0)),
  ])

/** A file of a project's state. */
function stateFile(rig: Rig, project: string, name: string): string {
  const found = rig.files('state').find((file) => file.includes(`/projects/${project}-`) && file.endsWith(`/${name}`))
  if (found === undefined) throw new Error(`${project} has no ${name}`)
  return found
}

test('ls shows every project with its folder and counts per state; nothing at all is an empty list', async () => {
  const rig = new Rig()
  expect(await list(rig)).toEqual([])
  expect(await rig.look('ls', '-q')).toMatchObject({ status: 0, stdout: '' })

  const lab = await twoProjects()
  await lab.p2p('-f', 'one/p2p.yaml', 'down', 'b')
  expect(counts(await list(lab))).toEqual([
    ['one', { open: 1, closed: 1 }],
    ['two', { open: 1 }],
  ])
  expect((await list(lab)).map(({ folder }) => folder)).toEqual([join(lab.project, 'one'), join(lab.project, 'two')])
  expect((await lab.look('ls', '-q')).stdout).toBe('one\ntwo\n')
  const { stdout } = await lab.look('ls')
  expect(stdout).toMatch(/^one +1 open, 1 closed +\//m)
  await lab.look('down', '--all-projects')
})

test('a damaged project is told by a word, and the others are listed all the same', async () => {
  const rig = await twoProjects()
  const whole = readFileSync(stateFile(rig, 'one', 'project.json'), 'utf8')
  writeFileSync(stateFile(rig, 'one', 'project.json'), '{"torn')
  const [one, two] = await list(rig)
  expect(one).toMatchObject({ name: 'one', folder: null, problem: expect.stringContaining('project.json') as string })
  expect(two).toMatchObject({ name: 'two', problem: null })
  expect((await rig.look('ls')).stdout).toMatch(/^one +damaged: /m)

  const down = await rig.p2p('down', '--all-projects')
  expect(down.status).toBe(1)
  expect(down.stderr).toContain("project one can't be closed from here")
  writeFileSync(stateFile(rig, 'one', 'project.json'), whole)
  expect(counts(await list(rig))).toEqual([
    ['one', { open: 2 }],
    ['two', { closed: 1 }],
  ])
  await rig.p2p('down', '--all-projects')
})

test('down --all-projects closes everything, from anywhere and without any file', async () => {
  const rig = await twoProjects()
  rmSync(join(rig.project, 'one'), { recursive: true })
  const plan = await rig.look('down', '--all-projects', '--dry-run')
  expect(plan.status).toBe(0)
  expect(plan.stdout.match(/^- /gm)).toHaveLength(3)
  expect(rig.processes()).not.toEqual([])

  const down = await rig.p2p('down', '--all-projects')
  expect(down).toMatchObject({ status: 0, stdout: '' })
  expect(down.stderr).toContain('project one')
  expect(down.stderr).toContain('project two')
  expect(rig.processes()).toEqual([])
  const again = await rig.p2p('down', '--all-projects')
  expect(again).toMatchObject({ status: 0, stderr: 'note: nothing is open in any project\n' })
})

test('--all-projects with names is a usage error, with --purge it forgets every project', async () => {
  const rig = await twoProjects()
  expect((await rig.look('down', '--all-projects', 'a')).status).toBe(2)
  expect((await rig.p2p('down', '--all-projects', '--purge')).status).toBe(0)
  expect(rig.filesButLocks()).toEqual([])
  expect(await list(rig)).toEqual([])
})

test('a project that is busy keeps no other from being closed', async () => {
  const rig = await twoProjects()
  const folder = dirname(stateFile(rig, 'one', 'state.json'))
  const lock = rig.files('state').find((file) => file.startsWith(folder) && /\/lock\.\d+$/.test(file)) ?? ''
  const free = readFileSync(lock, 'utf8')
  // Another machine's lock on a shared folder: nobody here can tell whether its owner lives.
  writeFileSync(
    lock,
    JSON.stringify({ pid: 4711, startTime: '1', bootId: 'x', pidNamespace: null, host: 'far', command: 'p2p up' }),
  )
  const down = await rig.p2p('down', '--all-projects', '--lock-timeout', '100ms')
  expect(down.status).toBe(1)
  expect(down.stderr).toContain('another command is running on this project on far')
  expect(counts(await list(rig))).toEqual([
    ['one', { open: 2 }],
    ['two', { closed: 1 }],
  ])
  writeFileSync(lock, free)
  expect((await rig.p2p('down', '--all-projects')).status).toBe(0)
})
