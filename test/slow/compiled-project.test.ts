import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { finished, mainFile, start } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

/** One change after the other; after each, what p2p says must be what it says without a kept project. */
test('a kept project is never stale', async () => {
  const rig = new Rig()
  const at = (...names: string[]): string => join(rig.project, ...names)
  const old = new Date(1_000_000_000_000)
  let env: Record<string, string> = {}
  let args: string[] = []
  let folder = '.'
  rig.write(`name: inv
include: [inc.yaml]
tunnels:
  a:
    port: \${APORT:-7001}
    description: \${WORD:-x}
    profiles: ['\${PROFILE:-day}']
    command: [/bin/sleep, '9']
    env_file: [{ path: e.env, required: false }]
`)
  rig.write(
    `tunnels: { b: { port: 7002, extends: { file: base.yaml, tunnel: t }, command: [/bin/sleep, '9'] } }`,
    'inc.yaml',
  )
  rig.write(`tunnels: { t: { description: base1 } }`, 'base.yaml')
  // There is a state folder from the first `up` on.
  rig.write(`tunnels: { z: { command: [sleep, '9'], restart: no } }`, 'other/p2p.yaml')
  await rig.p2pIn('other', 'up')
  await rig.p2pIn('other', 'down')

  const say = async (cache: string): Promise<string> => {
    const { stdout, stderr, status } = await finished(
      start(mainFile, [...args, 'ps', '--json'], {
        cwd: at(folder),
        env: { ...rig.env, ...env, P2P_CACHE: cache },
      }),
    )
    return `${status} ${stdout} ${stderr}`
  }
  const changes: [string, () => void][] = [
    ['nothing', () => undefined],
    [
      'a variable of a port',
      () => {
        env = { APORT: '7005' }
      },
    ],
    [
      'no variable again',
      () => {
        env = {}
      },
    ],
    [
      'a variable of a text',
      () => {
        env = { WORD: 'y' }
      },
    ],
    [
      'an empty variable',
      () => {
        env = { WORD: '' }
      },
    ],
    [
      'a variable of a profile',
      () => {
        env = { PROFILE: 'night' }
      },
    ],
    [
      'HOME',
      () => {
        env = { HOME: rig.project }
      },
    ],
    [
      'no variable at last',
      () => {
        env = {}
      },
    ],
    [
      '.env appears',
      () => {
        rig.write('APORT=7009\n', '.env')
      },
    ],
    [
      '.env changes',
      () => {
        rig.write('APORT=7010\n', '.env')
      },
    ],
    [
      '.env is a folder',
      () => {
        unlinkSync(at('.env'))
        mkdirSync(at('.env'))
      },
    ],
    [
      '.env goes',
      () => {
        rmSync(at('.env'), { recursive: true })
      },
    ],
    [
      'an override appears',
      () => {
        rig.write('tunnels: { a: { description: over } }', 'p2p.override.yaml')
      },
    ],
    [
      'the override changes',
      () => {
        rig.write('tunnels: { a: { description: ovER } }', 'p2p.override.yaml')
      },
    ],
    [
      'another override beside it',
      () => {
        rig.write('tunnels: {}', 'p2p.override.yml')
      },
    ],
    [
      'the override goes',
      () => {
        unlinkSync(at('p2p.override.yaml'))
        unlinkSync(at('p2p.override.yml'))
      },
    ],
    [
      'an include changes',
      () => {
        rig.write(
          `tunnels: { b: { port: 7022, extends: { file: base.yaml, tunnel: t }, command: [/bin/sleep, '9'] } }`,
          'inc.yaml',
        )
      },
    ],
    [
      'what is extended changes',
      () => {
        rig.write(`tunnels: { t: { description: base2 } }`, 'base.yaml')
      },
    ],
    [
      'an env_file appears',
      () => {
        rig.write('X=1\n', 'e.env')
      },
    ],
    [
      'an env_file of the same size with an old time',
      () => {
        rig.write('X=2\n', 'e.env')
        utimesSync(at('e.env'), old, old)
      },
    ],
    [
      'an include becomes a link',
      () => {
        renameSync(at('inc.yaml'), at('inc2.yaml'))
        symlinkSync('inc2.yaml', at('inc.yaml'))
      },
    ],
    [
      'what the link leads to changes',
      () => {
        rig.write(`tunnels: { b: { port: 7023, command: [/bin/sleep, '9'] } }`, 'inc2.yaml')
      },
    ],
    [
      'the link leads elsewhere',
      () => {
        rig.write(`tunnels: { b: { port: 7044, command: [/bin/sleep, '9'] } }`, 'inc3.yaml')
        unlinkSync(at('inc.yaml'))
        symlinkSync('inc3.yaml', at('inc.yaml'))
      },
    ],
    [
      'the link leads nowhere',
      () => {
        unlinkSync(at('inc.yaml'))
        symlinkSync('none.yaml', at('inc.yaml'))
      },
    ],
    [
      'an include again',
      () => {
        unlinkSync(at('inc.yaml'))
        rig.write(`tunnels: { b: { port: 7002, command: [/bin/sleep, '9'] } }`, 'inc.yaml')
      },
    ],
    [
      'a folder below',
      () => {
        mkdirSync(at('sub/sub'), { recursive: true })
        folder = 'sub/sub'
      },
    ],
    [
      'a nearer project',
      () => {
        rig.write(`name: nearer\ntunnels: { z: { port: 7033, command: [/bin/sleep, '9'] } }`, 'sub/p2p.yaml')
      },
    ],
    [
      'a broken nearer project',
      () => {
        rig.write(`name: nearer\ntunnels: { z: { prt: 7033 } }`, 'sub/p2p.yaml')
      },
    ],
    [
      'no nearer project',
      () => {
        unlinkSync(at('sub/p2p.yaml'))
        folder = '.'
      },
    ],
    [
      'a profile',
      () => {
        args = ['--profile', 'day']
      },
    ],
    [
      'another profile',
      () => {
        args = ['--profile', 'night']
      },
    ],
    [
      'another name',
      () => {
        args = ['-p', 'other']
      },
    ],
    [
      'another file',
      () => {
        args = ['-f', 'base.yaml']
      },
    ],
    [
      'two files',
      () => {
        args = ['-f', 'p2p.yaml', '-f', 'inc3.yaml']
      },
    ],
    [
      'an env file of the command line',
      () => {
        rig.write('WORD=given\n', 'given.env')
        args = ['--env-file', 'given.env']
      },
    ],
    [
      'that env file changes',
      () => {
        rig.write('WORD=taken\n', 'given.env')
      },
    ],
    [
      'no flags',
      () => {
        args = []
      },
    ],
    [
      'the same size and time, other content',
      () => {
        rig.write(`name: inv\ntunnels: { a: { port: 7003, command: [sleep, '9'] } }`)
        utimesSync(at('p2p.yaml'), old, old)
      },
    ],
    [
      'once more',
      () => {
        rig.write(`name: inv\ntunnels: { a: { port: 7004, command: [sleep, '9'] } }`)
        utimesSync(at('p2p.yaml'), old, old)
      },
    ],
    [
      'a mistake',
      () => {
        rig.write(`name: inv\ntunnels: { a: { prt: 7004 } }`)
      },
    ],
    [
      'a warning',
      () => {
        rig.write(`name: inv\ntunnels: { a: { port: 7004, ssh: { to: b, identity: k, jump: j, forward: 'x:1' } } }`)
      },
    ],
    [
      'renamed',
      () => {
        rig.write(`name: inv2\ntunnels: { a: { port: 7004, command: [sleep, '9'] } }`)
      },
    ],
    [
      'an automatic port',
      () => {
        rig.write(`name: inv2\ntunnels: { a: { port: auto, command: [sleep, '9'] } }`)
      },
    ],
  ]
  for (const [what, change] of changes) {
    change()
    const right = await say('off')
    for (const time of ['first', 'second', 'third']) expect(await say('on'), `${what}, ${time} time`).toBe(right)
  }
  expect(changes.length).toBeGreaterThan(40)
})
