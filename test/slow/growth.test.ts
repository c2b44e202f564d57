import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0

/** System calls of a command, without those of the launchers that it starts. Counted, since time is noise. */
function calls(rig: Rig, ...args: string[]): { all: number; tables: number } {
  const output = join(rig.folder, 'trace')
  const words = ['-qq', '-o', output, process.execPath, mainFile, ...args]
  const { status } = spawnSync('strace', words, { cwd: rig.project, env: rig.env })
  expect(status, args.join(' ')).toBe(0)
  const looks = readFileSync(output, 'utf8').split(/^(?=epoll_)/m)
  const lines = looks.filter((look) => !isTick(look)).flatMap((look) => look.split('\n'))
  return { all: lines.length, tables: lines.filter((line) => line.includes('"/proc/net/tcp"')).length }
}

/** A look while it waits, at nothing but what it waits for: how many there are is a matter of time. */
function isTick(look: string): boolean {
  const opened = [...look.matchAll(/^openat\(.*?"([^"]+)"/gm)].map(([, path]) => path ?? '')
  return opened.length > 0 && opened.every((path) => /^\/proc\/\d+\/stat$|\/runs\/[0-9a-f]{32}$/.test(path))
}

type Counts = Record<'ps' | 'up' | 'nothing' | 'down', { all: number; tables: number }>

async function countsAt(count: number): Promise<Counts> {
  const rig = new Rig()
  const tunnels = Array.from({ length: count }, (_, i) => `  t${i}: { command: [sleep, '1000'], restart: no }\n`)
  rig.write(`tunnels:\n${tunnels.join('')}`)
  for (const command of ['up', 'ps', 'down', 'up', 'up']) expect((await rig.p2p(command)).status).toBe(0)
  const ps = calls(rig, 'ps')
  const nothing = calls(rig, 'up')
  const down = calls(rig, 'down')
  const up = calls(rig, 'up')
  return { ps, nothing, down, up }
}

test.runIf(hasStrace)('what a command asks of the system grows by a little for each tunnel, and linearly', async () => {
  const [hundred, twoHundred] = [await countsAt(100), await countsAt(200)]
  expect((twoHundred.ps.all - hundred.ps.all) / 100).toBeLessThanOrEqual(5)
  expect((twoHundred.nothing.all - hundred.nothing.all) / 100).toBeLessThanOrEqual(8)
  for (const command of ['up', 'down'] as const)
    expect(twoHundred[command].all / hundred[command].all, command).toBeLessThan(2.2)
  expect(twoHundred.ps.tables).toBeLessThanOrEqual(1)
  expect(twoHundred.down.tables).toBe(hundred.down.tables)
})
