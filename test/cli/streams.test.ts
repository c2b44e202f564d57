import { spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mainFile } from '../support/process.ts'
import { Rig } from '../support/rig.ts'

/** Prints more than a pipe takes at once. */
function verboseProject(): Rig {
  const rig = new Rig()
  const tunnels = Array.from(
    { length: 600 },
    (_, i) => `  tunnel-${i}: { port: ${20_000 + i}, tcp: { to: 'far:1' } }\n`,
  )
  rig.write(`tunnels:\n${tunnels.join('')}`)
  return rig
}

test('a reader that leaves ends the command in peace', async () => {
  const rig = verboseProject()
  const child = spawn(process.execPath, [mainFile, 'ps', '--json'], { cwd: rig.project, env: rig.env })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stdout.once('data', () => child.stdout.destroy())
  expect(await once(child, 'close')).toEqual([0, null])
  expect(said).toBe('')
})

test('a full pipe that its other user has made non-blocking loses nothing', async () => {
  const rig = verboseProject()
  const whole = await rig.p2p('ps', '--json')
  const path = join(rig.folder, 'pipe')
  expect(spawnSync('mkfifo', [path]).status).toBe(0)
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const child = spawn(process.execPath, [mainFile, 'ps', '--json'], {
    ...{ cwd: rig.project, env: rig.env, stdio: ['ignore', pipe, 'inherit'] },
  })
  const closed = once(child, 'close')
  const bytes = Buffer.alloc(1 << 20)
  let length = 0
  while (length < Buffer.byteLength(whole.stdout)) {
    await new Promise((resolve) => setImmediate(resolve))
    try {
      length += readSync(pipe, bytes, length, bytes.length - length, null)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      expect(child.exitCode).toBe(null)
    }
  }
  expect(await closed).toEqual([0, null])
  closeSync(pipe)
  expect(bytes.toString('utf8', 0, length)).toBe(whole.stdout)
})
