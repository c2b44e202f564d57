import { spawn } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig, until } from '../support/rig.ts'

const megabyte = 1024 * 1024
const logOf = (rig: Rig): string => rig.files('state').find((file) => file.endsWith('/a/log')) ?? ''
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

test.runIf(process.platform === 'linux')('logs read by a slow reader stay out of memory', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a: { command: [sleep, '1000'], restart: no } }\n`)
  expect((await rig.p2p('up')).status).toBe(0)
  writeFileSync(logOf(rig), `${'x'.repeat(99)}\n`.repeat(2_000_000))
  // A reader that takes nothing at first: what p2p has read by then is in its memory.
  const logs = spawn(process.execPath, [mainFile, 'logs', '--no-log-prefix'], {
    cwd: rig.project,
    env: rig.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const peak = (): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${logs.pid ?? 0}/status`, 'utf8'))?.[1] ?? 0) * 1024
  let read = 0
  let highest = 0
  logs.stdout.on('data', (chunk: Buffer) => {
    read += chunk.length
    if (logs.exitCode === null) highest = Math.max(highest, peak())
  })
  await new Promise((resolve) => logs.once('close', resolve))
  expect(read).toBe(200_000_000)
  expect(highest).toBeLessThan(150 * megabyte)
})

test('a flood does not outgrow max_size while a supervisor runs', async () => {
  const rig = new Rig()
  // Some megabytes a second.
  const flood = `while :; do head -c 200000 /dev/zero | tr '\\\\0' x; sleep 0.05; done`
  rig.write(`tunnels: { a: { command: [sh, -c, "${flood}"], logs: { max_size: 1MB, keep: 1 } } }\n`)
  expect((await rig.p2p('up', '--no-wait')).status).toBe(0)
  const log = logOf(rig)
  // Nothing but the log itself wakes the supervisor: its own looks are ten seconds apart.
  let [highest, cuts, last] = [0, 0, 0]
  await until('the log is cut four times', () => {
    const size = sizeOf(log)
    if (size < last) cuts += 1
    highest = Math.max(highest, size)
    last = size
    return cuts >= 4
  })
  expect(highest).toBeLessThan(15 * megabyte)
  expect((await rig.p2p('down', '-t', '1s')).status).toBe(0)
  expect(sizeOf(`${log}.1`)).toBeLessThanOrEqual(2 * megabyte)
})
