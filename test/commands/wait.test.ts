import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, pidOf, until } from '../support/rig.ts'

const sleeper = `
    command: [sleep, '1000']
    restart: no
`

test('it returns when all are open, whoever opens them and whenever', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:${sleeper}
  two:${sleeper}`)
  const waiting = rig.start('wait')
  const any = rig.start('wait', '--any')
  await rig.p2p('up', 'one')
  expect((await any.exit).status).toBe(0)
  expect(waiting.hasExited).toBe(false)
  await rig.p2p('up', 'two')
  expect(await waiting.exit).toMatchObject({ status: 0 })
  expect(waiting.stdout + waiting.stderr).toBe('')
})

test('it returns when what is named is closed, be it by a kill', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:${sleeper}
  two:${sleeper}`)
  await rig.p2p('up')
  const waiting = rig.start('wait', '--for', 'closed', 'one')
  const both = rig.start('wait', '--for', 'closed')
  process.kill(await rig.pid('one'), 'SIGKILL')
  expect(await waiting.exit).toMatchObject({ status: 0 })
  await rig.p2p('down', 'two')
  expect(await both.exit).toMatchObject({ status: 0 })
  expect((await rig.p2p('wait', '--for', 'closed')).status).toBe(0)
})

test('when the time is over it exits with 124 and says what is missing', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:${sleeper}
  two:${sleeper}`)
  await rig.p2p('up', 'one')
  const ran = await rig.p2p('wait', '--timeout', '100ms')
  expect(ran).toMatchObject({ status: 124, stdout: '' })
  expect(ran.stderr).toBe('x two  it is closed\np2p: not open after 100ms\n')
})

test('it exits with 1 when a tunnel failed and nobody tries again, and waits on while somebody does', async () => {
  const rig = new Rig()
  const gate = `${rig.folder}/gate`
  rig.write(`tunnels:
  fails:
    command: [sh, -c, 'exit 4']
    restart: no
  later:
    command: [sh, -c, 'test -e ${gate} && exec sleep 1000']
`)
  await rig.p2p('up')
  const never = await rig.p2p('wait', 'fails')
  expect(never.status).toBe(1)
  expect(never.stderr).toContain('x fails  it is failed: exited with status 4')
  expect((await rig.p2p('wait', '--any', 'fails')).status).toBe(1)

  const waiting = rig.start('wait', 'later')
  await rig.happened('later', 'retrying')
  expect(waiting.hasExited).toBe(false)
  rig.write('', '../gate')
  expect(await waiting.exit).toMatchObject({ status: 0 })
  expect((await rig.p2p('wait', '--any')).status).toBe(0)
})

test('healthy is what has answered its healthcheck; without one nothing ever is', async () => {
  const rig = new Rig()
  const well = `${rig.folder}/well`
  const server = `require('http').createServer((q, s) => {
        s.statusCode = require('fs').existsSync('${well}') ? 200 : 500;
        s.end()
      }).listen(process.env.AT, '127.0.0.1')`
  rig.write(`tunnels:
  plain:${sleeper}
  web:
    port: ${await freePort()}
    command: [node, -e, "${server.replace(/\s+/g, ' ')}"]
    environment: { AT: '{port}' }
    ready: { listen: true }
    healthcheck: { http: /, interval: 1h }
    restart: no
`)
  await rig.p2p('up')
  const late = await rig.p2p('wait', '--for', 'healthy', '--timeout', '1s', 'web')
  expect(late.status).toBe(124)
  expect(late.stderr).toContain('x web  it has not answered its healthcheck yet')
  const waiting = rig.start('wait', '--for', 'healthy', 'web')
  rig.write('', '../well')
  expect(await waiting.exit).toMatchObject({ status: 0 })
  const plain = await rig.p2p('wait', '--for', 'healthy', 'plain')
  expect(plain.status).toBe(1)
  expect(plain.stderr).toContain('it has no healthcheck')
})

test('Ctrl-C ends the wait with 130, and an unknown name is a usage error', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:${sleeper}`)
  const waiting = rig.start('wait')
  await until('it watches the records', () => isWatching(waiting.pid))
  waiting.signal('SIGINT')
  expect((await waiting.exit).status).toBe(130)
  const wrong = await rig.p2p('wait', 'onee')
  expect(wrong.status).toBe(2)
  expect(wrong.stderr).toContain('did you mean one?')
})

/** Whether a process has asked the kernel to tell it about files. */
function isWatching(pid: number): boolean {
  const folder = `/proc/${pidOf(pid)}/fd`
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(join(folder, fd)) === 'anon_inode:inotify'
    } catch {
      // Closed since it was listed.
      return false
    }
  })
}
