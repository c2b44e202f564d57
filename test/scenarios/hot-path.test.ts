import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const hasStrace = spawnSync('strace', ['-V']).status === 0

/** Programs started, files opened and read: counts, since those do not flake. */
function trace(
  rig: Rig,
  ...args: string[]
): { started: string[]; opened: string[]; written: string[]; read: string; status: number | null } {
  const output = join(rig.folder, 'trace')
  const { status } = spawnSync(
    'strace',
    [
      '-f',
      '-qq',
      '-y',
      '-o',
      output,
      '-e',
      'trace=execve,openat,open,read,pread64',
      process.execPath,
      mainFile,
      ...args,
    ],
    { cwd: rig.project, env: rig.env },
  )
  const lines = readFileSync(output, 'utf8').split('\n')
  const opened = lines.flatMap((line) => /open(?:at)?\(.*?"([^"]+)".*= \d+(?:<.*>)?$/.exec(line)?.[1] ?? [])
  return {
    status,
    opened,
    written: lines.flatMap(
      (line) => /open(?:at)?\(.*?"([^"]+)", [A-Z_|]*(?:O_WRONLY|O_RDWR|O_CREAT)/.exec(line)?.[1] ?? [],
    ),
    started: lines.flatMap((line) => /execve\("([^"]+)".* = 0$/.exec(line)?.[1] ?? []).slice(1),
    read: lines.filter((line) => /\bp?read(64)?\(/.test(line)).join('\n'),
  }
}

function reads(opened: readonly string[], written: readonly string[], file: string): number {
  const count = (paths: readonly string[]): number => paths.filter((path) => path.endsWith(file)).length
  return count(opened) - count(written)
}

describe.runIf(process.platform === 'linux' && hasStrace)('on Linux', () => {
  test('daily commands start no program and read neither p2p.yaml nor the second pack', async () => {
    const rig = new Rig()
    rig.write(`tunnels:
  one: { command: [sleep, '1000'], restart: no }
  two: { command: [sleep, '1000'], restart: no }
  web: { port: 33000, profiles: [more], tcp: { to: '127.0.0.1:1' } }
`)
    expect((await rig.p2p('up')).status).toBe(0)
    // Each command keeps its code, and the first of each kind the compiled project.
    const words = [['ps'], ['ps', '--json'], ['up'], ['port', 'web'], ['__complete', 'down', ''], ['logs', '-n', '10']]
    for (const args of words) expect((await rig.p2p(...args)).status).toBe(0)
    for (const args of [...words, ['down']]) {
      const { status, started, opened, written, read } = trace(rig, ...args)
      expect(status, args.join(' ')).toBe(0)
      expect(started, args.join(' ')).toEqual([])
      // What runs is proved by its processes: with a thousand tunnels, a thousand files would be too many.
      if (args[0] === 'ps') expect(opened.filter((path) => /\/runs\/[0-9a-f]{32}$/.test(path))).toEqual([])
      // They are large: read and checked once, and again after a change.
      for (const file of ['/state.json', '/specs.json', '/desired.json'])
        expect(reads(opened, written, file), `${args.join(' ')}: ${file}`).toBeLessThanOrEqual(
          args[0] === 'down' ? 5 : 2,
        )
      expect(read, args.join(' ')).toContain('/daily-')
      for (const cold of ['/rare-', '/p2p.yaml']) expect(read, args.join(' ')).not.toContain(cold)
      // An up with nothing to do takes no lock either.
      if (args[0] !== 'down')
        expect(
          written.filter((path) => path.startsWith(rig.folder)),
          args.join(' '),
        ).toEqual([])
    }
  })

  test('logs -n 10 reads only the end of a long log', async () => {
    const rig = new Rig()
    rig.write(
      `tunnels: { one: { command: [sh, -c, 'seq 1 200000; exec sleep 1000'], restart: no, ready: { log: '^200000$' } } }`,
    )
    expect((await rig.p2p('up')).status).toBe(0)
    const { read } = trace(rig, 'logs', '-n', '10', '--no-color')
    const bytes = read
      .split('\n')
      .flatMap((line) => (/\/t\/one\/log>/.test(line) ? Number(/= (\d+)$/.exec(line)?.[1]) : []))
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(64 * 1024)
    expect(bytes.length).toBeGreaterThan(0)
  })

  test('help reads its packs alone', () => {
    const rig = new Rig()
    for (const args of [['--help'], ['up', '--help'], ['help', 'ps']]) {
      const { status, started, opened } = trace(rig, ...args)
      expect(status).toBe(0)
      expect(started).toEqual([])
      expect(opened.filter((path) => path.includes('node_modules'))).toEqual([])
    }
  })
})
