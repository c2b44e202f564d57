/** State files that are torn, gone, of another kind or made by another hand, beside tunnels that run. */
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { pidOf } from '../support/rig.ts'
import { psMustBeTrue } from './support/invariant.ts'
import { sampleOf } from './support/seed.ts'
import { tryEach, type Case, type World } from './support/world.ts'

/** Puts something else in place of a file that is whole. */
const damages: Record<string, (path: string) => void> = {
  missing: (path) => {
    rmSync(path)
  },
  empty: (path) => {
    truncateSync(path)
  },
  'cut in the middle': (path) => {
    truncateSync(path, Math.floor(readFileSync(path).length / 2))
  },
  garbage: (path) => {
    writeFileSync(path, Buffer.from([0, 255, 27, 91, 50, 74, 10, 0]))
  },
  'JSON of another shape': (path) => {
    writeFileSync(path, '{"format":1,"entries":{"web":{"attempt":7},"job":[]},"pid":-1,"root":3,"l":0}\n')
  },
  'of another version': (path) => {
    writeFileSync(path, '{"format":99,"entries":{}}\n')
  },
  'a folder': (path) => {
    replace(path, mkdirSync)
  },
  'a link to a file of the user': (path) => {
    writeFileSync(`${path}.mine`, 'mine')
    replace(path, (made) => {
      symlinkSync(`${path}.mine`, made)
    })
  },
  'a pipe': (path) => {
    replace(path, (made) => {
      expect(spawnSync('mkfifo', ['-m', '600', made]).status).toBe(0)
    })
  },
}

/** In one step, as far as that can be: whoever misses the file may write it again. */
function replace(path: string, make: (made: string) => void): void {
  make(`${path}.made`)
  rmSync(path)
  renameSync(`${path}.made`, path)
}

const damagesInSample = 2

/** Each file of a project's folder; `runs/` and `lock`: the one with that kind of name. */
const files = [
  'state.json',
  'specs.json',
  'desired.json',
  'project.json',
  'runtime.json',
  'events.ndjson',
  'proofs.json',
  'lock.',
  'sup.',
  'runs/',
  't/web/pid',
  't/web/times/log',
  't/@supervisor/heartbeat',
]

function pathOf(world: World, name: string): string | undefined {
  const all = world
    .files('state')
    .filter((path) => path.includes(`/projects/`) && !/\.(reserve|spare|ready)$/.test(path))
  return all.filter((one) => one.includes(`/${name}`)).sort()[0]
}

const programs = (world: World): number[] => ['web', 'job'].map((name) => world.programOf(name))

/** A command either does its work, or refuses, changes nothing, and names the path. */
async function worksOrNames(world: World, path: string, command: string): Promise<boolean> {
  const { status, stderr } = await world.p2p(command)
  expect([0, 6], `${command}: ${stderr}`).toContain(status)
  if (status === 6) expect(stderr).toContain(dirname(path))
  return status === 0
}

async function beside(world: World, what: string, name: string): Promise<void> {
  await world.open()
  const before = programs(world)
  await world.until(`there is ${name}`, () => pathOf(world, name) !== undefined)
  const [path, aside] = [pathOf(world, name) ?? '', join(world.folder, 'aside')]
  copyFileSync(path, aside)
  damages[what]?.(path)

  if (await worksOrNames(world, path, 'ps')) await psMustBeTrue(world)
  if (await worksOrNames(world, path, 'up')) await psMustBeTrue(world)
  expect(programs(world), `${what} ${name}: none is lost or doubled`).toEqual(before)
  if (!(await worksOrNames(world, path, 'down'))) {
    expect(programs(world)).toEqual(before)
    rmSync(path, { recursive: true })
    copyFileSync(aside, path)
    await world.ok('down')
  }
  expect(world.observe(), `${what} ${name}`).toEqual([])
  if (existsSync(`${path}.mine`)) expect(readFileSync(`${path}.mine`, 'utf8')).toBe('mine')
  rmSync(`${path}.mine`, { force: true })
  // What no one needs stays in the way of the next damage.
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) rmSync(path, { recursive: true })
}

/** Everything ends at once, as when the power goes. */
function powerCut(world: World): void {
  for (const { pid } of world.observe()) process.kill(pidOf(pid), 'SIGKILL')
}

const whole: Case[] = [
  [
    'an older state.json put back beside newer tunnels',
    async (world) => {
      await world.open()
      const path = pathOf(world, 'state.json') ?? ''
      copyFileSync(path, join(world.folder, 'older'))
      await world.ok('restart')
      const before = programs(world)
      copyFileSync(join(world.folder, 'older'), path)
      await psMustBeTrue(world)
      await world.ok('up')
      expect(programs(world)).toEqual(before)
    },
  ],
  [
    'every file is empty after a power cut',
    async (world) => {
      await world.open()
      powerCut(world)
      await world.until('all is gone', () => world.observe().length === 0)
      for (const path of world.files()) truncateSync(path)
      // Nothing is left that says what ran: `ps` may refuse, `up` starts over.
      await worksOrNames(world, pathOf(world, 'state.json') ?? '', 'ps')
      await world.ok('up')
    },
  ],
  [
    'the runtime folder is empty after a power cut',
    async (world) => {
      await world.open()
      powerCut(world)
      await world.until('all is gone', () => world.observe().length === 0)
      for (const path of readdirSync(join(world.folder, 'run')))
        rmSync(join(world.folder, 'run', path), { recursive: true })
    },
  ],
]

const cases: Case[] = files.map((name) => [
  `${name} is torn, gone or replaced`,
  async (world) => {
    for (const what of sampleOf(name, Object.keys(damages), damagesInSample)) await beside(world, what, name)
  },
])

tryEach('state', [...cases, ...whole])
