import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const strace = spawnSync('sh', ['-c', 'command -v strace'], { encoding: 'utf8' }).stdout.trim()
const hasStrace = process.platform === 'linux' && strace !== ''

/** Whatever of it runs leaves a mark. */
const good = `name: cloned
accounts:
  default: { user: '$(touch mark)', password: { command: [sh, -c, 'touch mark'] } }
tunnels:
  device: { port: 41001, connectd: { uid: 80:00:00:00:01:00:0B:01, program: ./ssh } }
  host: { ssh: { to: evil, config: ./ssh_config } }
  options: { port: 41002, ssh: { to: evil, forward: 10.0.0.1:80, options: { ProxyCommand: touch mark } } }
  relay: { port: 41003, tcp: { to: 127.0.0.1:1 }, healthcheck: { http: / } }
  run:
    command: { run: 'touch mark; \`touch mark\`' }
    env_file: [vars.env]
    environment: { A: { command: [touch, mark] }, B: '$V', C: '\${V:-$(touch mark)}', D: { keychain: evil }, E: { file: link } }
    ready: { command: [touch, mark] }
    healthcheck: { command: [touch, mark] }
`
/** Files in place of an include: each is refused, and nothing but p2p.yaml is read. */
const includes = ['pipe', 'link', 'loop', '/dev/zero', '.', '/proc/self/environ', '$(touch mark)', '\${V}/../x.yaml']

const reading = [
  ['ps'],
  ['ps', '--json'],
  ['ls'],
  ['config'],
  ['config', '--quiet'],
  ['logs'],
  ['why', 'run'],
  ['why', 'host'],
  ['events'],
  ['port', 'host'],
  ['port', 'relay'],
  ['wait', '--timeout', '1s'],
  ['__complete', 'up', ''],
  ['__complete', 'logs', '--since', ''],
  ['export', 'sh'],
  ['env', '--declared'],
  ['url', 'relay'],
  ['metrics'],
  ['explain', 'tunnels'],
  ['completion', 'bash'],
]

function cloned(text: string): Rig {
  const rig = new Rig()
  rig.write(text)
  rig.write('V=$(touch mark)`touch mark`\n', '.env')
  rig.write('W=$(touch mark)\n', 'vars.env')
  rig.write('Match exec "touch mark"\n  LocalForward 41005 localhost:80\n', 'ssh_config')
  // Without a program of its own: with this folder first in PATH `touch` would call itself for ever.
  const program = `#!/bin/sh\n: > '${join(rig.project, 'mark')}'\n`
  for (const name of ['ssh', 'sh', 'node', 'git', 'ps', 'ss', 'lsof', 'sleep', 'sysctl', 'touch', 'mkdir'])
    writeFileSync(join(rig.project, name), program, { mode: 0o755 })
  symlinkSync('/etc/shadow', join(rig.project, 'link'))
  symlinkSync('loop', join(rig.project, 'loop'))
  execFileSync('mkfifo', [join(rig.project, 'pipe')])
  return rig
}

/** What a command starts, connects to, and changes outside of its own state folder and of what Node keeps. */
function effects(
  rig: Rig,
  args: readonly string[],
  path = rig.env['PATH'] ?? '',
): { status: number | null; did: string[] } {
  const output = join(rig.folder, 'trace')
  // Each command reads the file itself, and not what an earlier one kept of it.
  rmSync(rig.env['P2P_STATE_DIR'] ?? '', { recursive: true, force: true })
  const calls =
    'execve,connect,sendto,bind,kill,tkill,openat,open,creat,mkdir,unlink,unlinkat,rename,link,symlink,chmod'
  const traced = ['-f', '-qq', '-o', output, '-e', `trace=${calls}`, process.execPath, mainFile, ...args]
  const env = { ...rig.env, PATH: path }
  rmSync(output, { force: true })
  const { status } = spawnSync(strace, traced, { cwd: rig.project, env, timeout: 40_000 })
  const did = readFileSync(output, 'utf8')
    .split('\n')
    .filter((line) => !/\bopen(at)?\(/.test(line) || /O_(WRONLY|RDWR|CREAT)/.test(line))
    .filter(
      (line) => /\w\(/.test(line) && !line.includes(rig.env['P2P_STATE_DIR'] ?? '') && !line.includes('/dist/code'),
    )
    // Node itself looks which terminal and which group it has.
    .filter((line) => !/"\/dev\/(tty|null|pts)/.test(line))
    .slice(1)
  return { status, did }
}

test.runIf(hasStrace)(
  'reading a cloned project runs nothing, connects to nothing and writes only what p2p knows',
  () => {
    const rig = cloned(good)
    // The project is as good as it is hostile: it is compiled, and its tunnels are shown.
    expect(effects(rig, ['ls']).status).toBe(0)
    // The worst PATH: what the folder holds comes first.
    for (const args of reading)
      expect([args, effects(rig, args, `.::${rig.project}`)]).toEqual([
        args,
        { status: expect.any(Number) as number, did: [] },
      ])
    expect(existsSync(join(rig.project, 'mark'))).toBe(false)
  },
)

test.runIf(hasStrace)('nor does one whose includes are no files of it', () => {
  const rig = cloned(good)
  for (const include of includes) {
    rig.write(`include: ['${include}']\n${good}`)
    const { status, did } = effects(rig, ['config'])
    expect([include, status, did]).toEqual([include, 4, []])
  }
  expect(existsSync(join(rig.project, 'mark'))).toBe(false)
})

test('programs of the project’s folder are not taken for those of PATH', async () => {
  const rig = cloned("tunnels: { a: { command: [sleep, '1000'], restart: no, ready: { command: [mkdir, -p, x] } } }\n")
  expect((await rig.p2p('up')).status).toBe(0)
  expect((await rig.p2p('down')).status).toBe(0)
  expect(existsSync(join(rig.project, 'x'))).toBe(true)
  expect(existsSync(join(rig.project, 'mark'))).toBe(false)
})

test('whatever the umask, no other user may look into what p2p writes', async () => {
  const rig = new Rig({ TOKEN: 'hunter2hunter2' })
  rig.write(
    "tunnels: { a: { command: [sh, -c, 'echo x; exec sleep 1000'], restart: on-failure, environment: { T: { env: TOKEN } } } }\n",
  )
  const before = process.umask(0)
  try {
    expect((await rig.p2p('up')).status).toBe(0)
  } finally {
    process.umask(before)
  }
  for (const below of ['state', 'run']) mkdirSync(join(rig.folder, below), { recursive: true })
  const open = execFileSync('find', [join(rig.folder, 'state'), join(rig.folder, 'run'), '-perm', '/077'], {
    encoding: 'utf8',
  })
  expect(open).toBe('')
  expect(rig.files().length).toBeGreaterThan(4)
})
