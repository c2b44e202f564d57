/** What can happen to the log of a tunnel that runs: it keeps running, and commands that read it end. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { psMustBeTrue } from './support/invariant.ts'
import { tryEach, type Case, type World } from './support/world.ts'

/** Opens both; the path of the log of `web`. */
async function opened(world: World): Promise<string> {
  await world.open()
  return join(world.state, 't/web/log')
}

/** Everything that reads logs ends with 0 or a refusal that names the path, and writes no control characters. */
async function readable(world: World, path: string): Promise<string> {
  let all = ''
  for (const args of [['logs'], ['logs', '-n', '3', 'web'], ['why', 'web'], ['ps']]) {
    const { status, stdout, stderr } = await world.p2p(...args)
    expect([0, 6], `${args.join(' ')}: ${stderr}`).toContain(status)
    if (status === 6) expect(stderr).toContain(dirname(path))

    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
    all += stdout
  }
  await psMustBeTrue(world)
  return all
}

/** A restart refuses before it closes anything, and names what is in the way. */
async function restartRefuses(world: World, path: string): Promise<void> {
  const before = world.programOf('web')
  const { status, stderr } = await world.p2p('restart', 'web')
  expect([status, stderr]).toEqual([6, expect.stringContaining(path)])
  expect(world.programOf('web')).toBe(before)
}

const cases: Case[] = [
  [
    'is deleted',
    async (world) => {
      const log = await opened(world)
      rmSync(log)
      await readable(world, log)
      await world.ok('restart', 'web')
      expect((await world.ok('logs', 'web')).stdout).toContain('token ***')
    },
  ],
  [
    'is deleted with its folder',
    async (world) => {
      const log = await opened(world)
      rmSync(dirname(log), { recursive: true })
      await readable(world, log)
      await world.ok('restart', 'web')
    },
  ],
  [
    'is rotated by another program, which keeps the old one beside it',
    async (world) => {
      const log = await opened(world)
      renameSync(log, `${log}.1`)
      writeFileSync(log, '')
      await readable(world, log)
      expect((await world.ok('logs', 'web')).stderr).toContain(`${log}.1`)
      await world.ok('restart', 'web')
    },
  ],
  [
    'is cut to nothing while it is followed',
    async (world) => {
      const log = await opened(world)
      const follower = world.start('logs', '-f', 'web')
      await follower.says(/token \*\*\*/)
      truncateSync(log)
      appendFileSync(log, 'after the cut\n')
      await follower.says(/after the cut/)
      follower.signal('SIGINT')
      await follower.exit
      await readable(world, log)
    },
  ],
  [
    'is replaced while it is followed',
    async (world) => {
      const log = await opened(world)
      const follower = world.start('logs', '-f', 'web')
      await follower.says(/token \*\*\*/)
      renameSync(log, `${log}.1`)
      writeFileSync(log, 'a new file\n')
      await follower.says(/a new file/)
      follower.signal('SIGINT')
      await follower.exit
    },
  ],
  [
    'is a folder by now',
    async (world) => {
      const log = await opened(world)
      rmSync(log)
      mkdirSync(log)
      await readable(world, log)
      await restartRefuses(world, log)
      rmSync(log, { recursive: true })
    },
  ],
  [
    'is a link to a file of the user by now',
    async (world) => {
      const log = await opened(world)
      const mine = join(world.folder, 'mine')
      writeFileSync(mine, `mine ${'x'.repeat(100)}\n`)
      rmSync(log)
      symlinkSync(mine, log)
      expect(await readable(world, log)).not.toContain('mine')
      await restartRefuses(world, log)
      rmSync(log)
      expect(readFileSync(mine, 'utf8')).toBe(`mine ${'x'.repeat(100)}\n`)
    },
  ],
  [
    'has a huge line without an end',
    async (world) => {
      const log = await opened(world)
      appendFileSync(log, 'x'.repeat(30_000_000))
      await readable(world, log)
    },
  ],
  [
    'has binary bytes, escape sequences and broken UTF-8',
    async (world) => {
      const log = await opened(world)
      const bytes = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256))
      appendFileSync(
        log,
        Buffer.concat([bytes, Buffer.from('\n\x1b]0;title\x07\x1b[2J\u009b31m\u202e\n\xff\xfe\xc3\n', 'latin1')]),
      )
      await readable(world, log)
    },
  ],
  [
    'has the secret in pieces and in other spellings',
    async (world) => {
      const log = await opened(world)
      const [base64, hex] = (['base64', 'hex'] as const).map((name) => Buffer.from(world.secret).toString(name))
      appendFileSync(
        log,
        `${world.secret.slice(0, 9)}\n${base64}\n${encodeURIComponent(world.secret)}\n${hex}\n${world.secret}`,
      )
      const shown = await readable(world, log)
      expect(shown).not.toContain(base64)
      await world.ok('down')
      expect(existsSync(log) && readFileSync(log, 'utf8').includes(base64 ?? '')).toBe(false)
    },
  ],
  [
    'can not grow any more',
    async (world) => {
      // A limit of its own, as a full disk: writes of the program fail, and it is ended by the signal, or goes on.
      const tunnel = await world.listening()
      const command = (tunnel['command'] as string[]).join(' ')
      world.declare({
        web: {
          ...tunnel,
          command: ['bash', '-c', `trap '' XFSZ; ulimit -f 8; yes fill 2>/dev/null & exec ${command}`],
        },
      })
      await world.ok('up')
      const log = join(world.state, 't/web/log')
      await world.until('it is full', () => readFileSync(log).length >= 8 * 1024)
      await readable(world, log)
    },
  ],
]

tryEach('logs', cases)
