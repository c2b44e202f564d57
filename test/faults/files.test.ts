/** Disks that are full or read-only, rights, links, pipes, umasks, limits, and paths that nobody expects. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { finished, mainFile, type Ran } from '../support/process.ts'
import { oneChildEach, psMustBeTrue } from './support/invariant.ts'
import { tryEach, type Case, type World } from './support/world.ts'

const isRoot = process.getuid?.() === 0
const canMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0

const stateOf = (world: World): string => join(world.folder, 'state')

/** p2p by a shell that does something first. */
const after = (world: World, first: string, ...args: string[]): Promise<Ran> =>
  finished(world.run('sh', '-c', `${first}; exec "$@"`, 'sh', process.execPath, mainFile, ...args))

/** Exit 6 in these words, and nothing runs that ran not before. */
async function refused(world: World, saying: RegExp, ran?: Ran): Promise<void> {
  // A supervisor leaves where its state folder is gone.
  const tunnels = (): string[] =>
    world.observe().flatMap(({ args }) => (args.join(' ').includes('supervise') ? [] : [args.join(' ')]))
  const before = tunnels().length
  const { status, stderr } = ran ?? (await world.p2p('up'))
  expect([status, stderr]).toEqual([6, expect.stringMatching(saying)])
  expect(tunnels().length).toBe(before)
}

/** The state folder on a small disk of its own. */
function smallDisk(world: World, options: string): void {
  const path = stateOf(world)
  mkdirSync(path, { mode: 0o700 })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `mode=700,${options}`, 'tmpfs', path])
  if (status !== 0) throw new Error('could not mount a tmpfs')
  onTestFinished(() => void spawnSync('umount', ['-l', path]))
}

/** Files until there is no room for another one; their folder. */
function fill(world: World, bytes: number): string {
  const folder = join(stateOf(world), 'ballast')
  mkdirSync(folder)
  try {
    for (let count = 0; ; count += 1) writeFileSync(join(folder, `${count}`), Buffer.alloc(bytes))
  } catch {
    return folder
  }
}

/** Refused while something is wrong with the state folder, fine again afterwards. */
const wrongFolder =
  (spoil: (path: string) => void, mend: (path: string) => void, saying: RegExp): Case[1] =>
  async (world) => {
    await world.open()
    spoil(stateOf(world))
    for (const command of ['up', 'ps', 'down']) await refused(world, saying, await world.p2p(command))
    mend(stateOf(world))
    oneChildEach(world)
  }

/** A project in a folder of this name is opened, shown and closed. */
const inFolder =
  (name: string): Case[1] =>
  async (world) => {
    await world.declareTwo()
    const folder = join(world.project, name)
    mkdirSync(folder, { recursive: true })
    renameSync(join(world.project, 'p2p.yaml'), join(folder, 'p2p.yaml'))
    const there = (...args: string[]): Promise<Ran> =>
      after(world, `cd '${folder.replaceAll("'", String.raw`'\''`)}'`, '-p', 'odd', ...args)
    expect((await there('up')).status).toBe(0)
    oneChildEach(world)
    expect((await there('ps')).stdout).toContain('open')
    expect((await there('down')).status).toBe(0)
    expect(world.observe()).toEqual([])
    renameSync(join(folder, 'p2p.yaml'), join(world.project, 'p2p.yaml'))
  }

const cases: Case[] = [
  ['a space, quotes and a dollar in the path', inFolder(`a b "c" 'd' $HOME`)],
  ['a newline in the path', inFolder('two\nlines')],
  ['a path of 3,000 letters', inFolder(Array.from({ length: 15 }, () => 'x'.repeat(200)).join('/'))],
  [
    'a working folder that was removed',
    async (world) => {
      await world.open()
      await refused(world, /does not exist any more/, await after(world, 'mkdir gone; cd gone; rmdir ../gone', 'up'))
    },
  ],
  ...['0777', '0000', '0277'].map((umask): Case => [
    `umask ${umask}: folders 0700, files 0600`,
    async (world) => {
      await world.declareTwo()
      expect((await after(world, `umask ${umask}`, 'up')).status).toBe(0)
      const wrong = world.files().filter((path) => (statSync(path).mode & 0o777) !== 0o600 && !path.includes('/cache/'))
      expect(wrong).toEqual([])
    },
  ]),
  [
    'too few descriptors: what runs is not taken for dead',
    async (world) => {
      await world.open()
      for (let most = 16; most <= 30; most += 1) {
        const { status, stderr } = await after(world, `ulimit -n ${most}`, 'up')
        // Below some number Node itself can't begin.
        if (status === 6) expect(stderr).toMatch(/too many files are open|EMFILE/)
        expect([most, status === 70, stderr.includes('is a bug')]).toEqual([most, false, false])
        oneChildEach(world)
      }
      await psMustBeTrue(world)
    },
  ],
  [
    'no file may grow (ulimit -f)',
    async (world) => {
      await world.declareTwo()
      await refused(world, /EFBIG|too large/, await after(world, 'ulimit -f 0; trap "" XFSZ', 'up'))
    },
  ],
  [
    'pipes in the places of p2p.yaml and .env are not waited for',
    async (world) => {
      await world.open()
      const good = world.declared
      for (const name of ['p2p.yaml', '.env']) {
        const path = join(world.project, name)
        rmSync(path, { force: true })
        spawnSync('mkfifo', [path])
        if (name === '.env') world.write("tunnels: { a: { command: [echo, '${X}'] } }\n")
        expect((await world.p2p('up')).status).toBe(4)
        rmSync(path)
      }
      world.declare(good)
      oneChildEach(world)
    },
  ],
  [
    'a pipe in the place of a log',
    async (world) => {
      await world.open()
      await world.ok('down')
      const log = world.files('state').find((path) => path.endsWith('/t/web/log')) ?? ''
      rmSync(log)
      spawnSync('mkfifo', [log])
      await refused(world, /not a regular file/)
      rmSync(log)
    },
  ],
  [
    'a link in the place of the state folder',
    async (world) => {
      await world.open()
      const [path, aside] = [stateOf(world), join(world.folder, 'aside')]
      renameSync(path, aside)
      symlinkSync(aside, path)
      await refused(world, /symbolic link/)
      rmSync(path)
      renameSync(aside, path)
    },
  ],
  [
    'a state folder that others may write to',
    wrongFolder(
      (path) => {
        chmodSync(path, 0o777)
      },
      (path) => {
        chmodSync(path, 0o700)
      },
      /writable by other users/,
    ),
  ],
  [
    'a folder of the state that is no folder',
    async (world) => {
      await world.open()
      await world.ok('down')
      const runs = join(world.state, 'runs')
      rmSync(runs, { recursive: true })
      writeFileSync(runs, '')
      await refused(world, /is not a folder/)
      rmSync(runs)
    },
  ],
  ...(isRoot
    ? [
        [
          'a state folder of another user',
          wrongFolder(
            (path) => {
              chownSync(path, 12345, 12345)
            },
            (path) => {
              chownSync(path, 0, 0)
            },
            /belongs to user 12345/,
          ),
        ] satisfies Case,
        [
          'a link of another user in the place of the runtime folder',
          async (world: World) => {
            await world.declareTwo()
            const [path, elsewhere] = [join(world.folder, 'run/p2p'), join(world.folder, 'elsewhere')]
            mkdirSync(elsewhere)
            symlinkSync(elsewhere, path)
            lchownSync(path, 12345, 12345)
            await refused(world, /symbolic link/)
            expect(existsSync(join(elsewhere, 'p2p'))).toBe(false)
            rmSync(path)
          },
        ] satisfies Case,
      ]
    : []),
  ...(canMount
    ? [
        [
          'a full disk',
          async (world: World) => {
            smallDisk(world, 'size=1m')
            await world.declareTwo()
            const ballast = fill(world, 4096)
            await refused(world, /disk is full/)
            expect((await world.p2p('ps')).status).toBe(0)
            rmSync(ballast, { recursive: true })
          },
        ] satisfies Case,
        [
          'a full disk while tunnels run: they are closed all the same',
          async (world: World) => {
            smallDisk(world, 'size=1m')
            await world.open()
            const ballast = fill(world, 4096)
            await psMustBeTrue(world)
            await world.ok('down')
            expect(world.observe()).toEqual([])
            rmSync(ballast, { recursive: true })
          },
        ] satisfies Case,
        [
          'no inode left',
          async (world: World) => {
            smallDisk(world, 'size=4m,nr_inodes=60')
            await world.declareTwo()
            const ballast = fill(world, 0)
            await refused(world, /disk is full/)
            rmSync(ballast, { recursive: true })
          },
        ] satisfies Case,
        [
          'a disk that became read-only',
          async (world: World) => {
            smallDisk(world, 'size=4m')
            await world.open()
            // A disk with files that are open for writing can't be made read-only.
            await world.ok('down')
            spawnSync('mount', ['-o', 'remount,ro', stateOf(world)])
            expect((await world.p2p('ps')).status).toBe(0)
            await refused(world, /read-only/)
            spawnSync('mount', ['-o', 'remount,rw', stateOf(world)])
          },
        ] satisfies Case,
      ]
    : []),
]

tryEach('files', cases)
