import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const hasStrace = spawnSync('strace', ['-V']).status === 0

/** Programs started, packages loaded: counts, since those do not flake. */
function trace(
  rig: Rig,
  ...args: string[]
): { started: string[]; opened: string[]; packages: Set<string>; status: number | null } {
  const output = join(rig.folder, 'trace')
  const { status } = spawnSync(
    'strace',
    ['-f', '-qq', '-o', output, '-e', 'trace=execve,openat,open', process.execPath, mainFile, ...args],
    { cwd: rig.project, env: rig.env },
  )
  const lines = readFileSync(output, 'utf8').split('\n')
  const opened = lines.flatMap((line) => /open(?:at)?\(.*?"([^"]+)".*= \d+$/.exec(line)?.[1] ?? [])
  return {
    status,
    opened,
    started: lines.flatMap((line) => /execve\("([^"]+)".* = 0$/.exec(line)?.[1] ?? []).slice(1),
    packages: new Set(opened.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? [])),
  }
}

describe.runIf(process.platform === 'linux' && hasStrace)('on Linux', () => {
  test('ps, an up with nothing to do, and down start no program and load no heavy package', async () => {
    const rig = new Rig()
    rig.write(`tunnels:
  one:
    command: [sleep, '1000']
    restart: no
  two:
    command: [sleep, '1000']
    restart: no
`)
    expect((await rig.p2p('up')).status).toBe(0)
    for (const args of [['ps'], ['ps', '--json'], ['up'], ['down']]) {
      const { status, started, opened, packages } = trace(rig, ...args)
      expect(status).toBe(0)
      expect(started, args.join(' ')).toEqual([])
      // What runs is proved by its processes: with a thousand tunnels, a thousand files would be too many.
      if (args[0] === 'ps') expect(opened.filter((path) => /\/runs\/[0-9a-f]{32}$/.test(path))).toEqual([])
      for (const heavy of ['execa', 'listr2', 'ajv', 'yargs', 'tree-kill']) {
        expect(packages.has(heavy), `${args.join(' ')} loads ${heavy}`).toBe(false)
      }
    }
  })

  test('help loads neither execa nor listr2 nor ajv', () => {
    const rig = new Rig()
    for (const args of [['--help'], ['up', '--help'], ['help', 'ps']]) {
      const { status, started, packages } = trace(rig, ...args)
      expect(status).toBe(0)
      expect(started).toEqual([])
      for (const heavy of ['execa', 'listr2', 'ajv'])
        expect(packages.has(heavy), `${args.join(' ')} loads ${heavy}`).toBe(false)
    }
  })
})
