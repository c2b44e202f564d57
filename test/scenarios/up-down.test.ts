import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, isAlive, pidOf } from '../support/rig.ts'

const connectd = (port: number, more = ''): string => `
    port: ${port}
    connectd: { uid: 80:00:00:00:01:00:0A:C2, program: connectd-sim${more} }
    restart: no
`
const account = `
accounts:
  default: { user: you@example.com, password: { env: REMOTEIT_PASSWORD } }
`
const sleeper = `
    command: [sleep, '1000']
    restart: no
`

test('up opens what is declared and says where; up again starts nothing; down closes all', async () => {
  const rig = new Rig({ REMOTEIT_PASSWORD: 'hunter2' })
  const [a, b] = [await freePort(), await freePort()]
  rig.write(`${account}tunnels:
  pi:${connectd(a)}
  copy:
    port: ${b}
    tcp: { to: 127.0.0.1:${a} }
    depends_on: [pi]
    restart: no
  idle:${sleeper}`)

  const up = await rig.p2p('up')
  expect(up).toMatchObject({ status: 0, stdout: '' })
  const before = await rig.ps()
  expect(before.map(({ name, state, port }) => [name, state, port])).toEqual([
    ['pi', 'open', a],
    ['copy', 'open', b],
    ['idle', 'open', null],
  ])
  for (const { pid, name, port } of before) {
    expect(up.stderr).toContain(String(pid))
    expect(up.stderr).toContain(name)
    if (port !== null) expect(up.stderr).toContain(`127.0.0.1:${port}`)
  }
  expect(up.stderr).toContain('p2p down')
  const page = await (await fetch(`http://127.0.0.1:${b}/`)).text()
  expect(page).toContain('80:00:00:00:01:00:0A:C2')

  const again = await rig.p2p('up')
  expect(again.status).toBe(0)
  expect((await rig.ps()).map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid))

  const down = await rig.p2p('down')
  expect(down).toMatchObject({ status: 0, stdout: '' })
  expect(rig.processes()).toEqual([])
  expect((await rig.ps()).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed'])
  expect(rig.files('run')).toEqual([])
})

test('a changed port replaces only that tunnel, with the cause; what is gone from the file is an orphan', async () => {
  const rig = new Rig()
  const [a, b, c] = [await freePort(), await freePort(), await freePort()]
  const file = (port: number): string => `tunnels:
  one:
    port: ${port}
    tcp: { to: 127.0.0.1:1 }
    restart: no
  two:
    port: ${b}
    tcp: { to: 127.0.0.1:1 }
    restart: no
`
  rig.write(file(a))
  await rig.p2p('up')
  const [one, two] = [await rig.pid('one'), await rig.pid('two')]
  rig.write(file(c))
  expect(await rig.line('one')).toMatchObject({ state: 'open', config: 'changed', port: a })

  const plan = await rig.look('up', '--dry-run', '--exit-code')
  expect(plan.status).toBe(10)
  expect(plan.stdout).toMatch(new RegExp(`^~ one  port changed ${a} -> ${c}\n= two  .*\n1 to reopen, 1 kept\n$`))
  expect(await rig.pid('one')).toBe(one)

  const up = await rig.p2p('up')
  expect(up.stderr).toContain(`port changed ${a} -> ${c}`)
  expect(await rig.pid('one')).not.toBe(one)
  expect(await rig.pid('two')).toBe(two)
  expect(isAlive(one)).toBe(false)
  expect((await rig.look('up', '--dry-run', '--exit-code')).status).toBe(0)

  rig.write(`tunnels:
  one:
    port: ${c}
    tcp: { to: 127.0.0.1:1 }
    restart: no
`)
  const orphaned = await rig.p2p('up')
  expect(orphaned.stderr).toContain('two')
  expect(await rig.line('two')).toMatchObject({ config: 'orphan', state: 'open' })
  await rig.p2p('up', '--remove-orphans')
  expect((await rig.ps()).map(({ name }) => name)).toEqual(['one'])
  expect(isAlive(two)).toBe(false)
})

test('up NAME opens it with what it needs; down NAME closes just that; down works without the file', async () => {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels:
  base:
    port: ${port}
    tcp: { to: 127.0.0.1:1 }
    restart: no
  top:
    command: [sleep, '1000']
    depends_on: [base]
    restart: no
  other:${sleeper}`)
  await rig.p2p('up', 'top')
  expect((await rig.ps()).map(({ name, state }) => [name, state])).toEqual([
    ['base', 'open'],
    ['top', 'open'],
    ['other', 'closed'],
  ])
  const down = await rig.p2p('down', 'base')
  expect(down.stderr).toContain('top')
  expect((await rig.ps()).map(({ state }) => state)).toEqual(['closed', 'open', 'closed'])

  rig.write('tunnels: [this is: not valid')
  expect((await rig.look('ps')).status).toBe(0)
  rmSync(`${rig.project}/p2p.yaml`)
  const last = await rig.p2p('down')
  expect(last.status).toBe(0)
  expect(rig.processes()).toEqual([])
})

test('globs choose tunnels; a name that matches nothing is a usage error with the nearest one', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  pi-1:${sleeper}
  pi-2:${sleeper}
  db:${sleeper}`)
  await rig.p2p('up', 'pi-*')
  expect((await rig.ps()).map(({ state }) => state)).toEqual(['open', 'open', 'closed'])
  const wrong = await rig.p2p('up', 'dp')
  expect(wrong.status).toBe(2)
  expect(wrong.stderr).toContain('did you mean db?')
  expect((await rig.p2p('down', 'no-*')).status).toBe(2)
})

test('a stranger on the port: not launched, named with PID, exit 1, the others open', async () => {
  const rig = new Rig()
  const [taken, free] = [await freePort(), await freePort()]
  const stranger = createServer().listen(taken, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  await new Promise((resolve) => stranger.once('listening', resolve))
  rig.write(`tunnels:
  blocked:
    port: ${taken}
    tcp: { to: 127.0.0.1:1 }
    restart: no
  fine:
    port: ${free}
    tcp: { to: 127.0.0.1:1 }
    restart: no
`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(1)
  expect(up.stderr).toContain(`port ${taken} is already in use by`)
  expect(up.stderr).toContain(`PID ${process.pid}`)
  expect((await rig.ps()).map(({ state, code }) => [state, code])).toEqual([
    ['failed', 'port.taken'],
    ['open', 'connection.failed'],
  ])
})

test('each way not to open is a clear line and exit 1, and leaves nothing running', async () => {
  const rig = new Rig()
  const ports = [await freePort(), await freePort(), await freePort()]
  rig.write(
    `#!/bin/sh
`,
    'plain-file',
  )
  rig.write(`tunnels:
  missing:
    command: [no-such-program-anywhere]
    restart: no
  plain:
    command: [./plain-file]
    restart: no
  exits:
    port: ${ports[0]}
    command: [sh, -c, 'echo out of luck; exit 3']
    restart: no
  mute:
    port: ${ports[1]}
    command: [sleep, '1000']
    ready: { timeout: 300ms }
    restart: no
  daemon:
    port: ${ports[2]}
    command: [sh, -c, 'sleep 1000 & exit 0']
    restart: no
`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(1)
  expect(up.stderr).toContain('no-such-program-anywhere')
  expect(up.stderr).toContain('not executable')
  expect(up.stderr).toContain('exited with status 3')
  expect(up.stderr).toContain('out of luck')
  expect(up.stderr).toContain('not ready within')
  expect(rig.processes()).toEqual([])
  expect((await rig.ps()).map(({ state }) => state)).toEqual(Array(5).fill('failed'))
  expect((await rig.look('ps', '--check')).status).toBe(3)
})

test('a program that ignores TERM and one that forks are closed completely', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  stubborn:
    command: [sh, -c, "trap '' TERM; while :; do sleep 1; done"]
    restart: no
  forks:
    command: [sh, -c, "setsid sleep 1000 & (sleep 1000 &) ; exec sleep 1000"]
    restart: no
`)
  expect((await rig.p2p('up')).status).toBe(0)
  const down = await rig.p2p('down', '-t', '200ms')
  expect(down.status).toBe(0)
  expect(rig.processes()).toEqual([])
})

test('kill of the shown PID, also through the pid file, closes a tunnel and is told from a failure', async () => {
  const rig = new Rig({ REMOTEIT_PASSWORD: 'x' })
  const port = await freePort()
  rig.write(`${account}tunnels:
  polite:${sleeper}
  crashes:${sleeper}
  pi:${connectd(port)}`)
  await rig.p2p('up')
  const log = (await rig.line('pi')).log
  const pidFile = log.replace(/log$/, 'pid')
  expect(Number(readFileSync(pidFile, 'utf8'))).toBe(await rig.pid('pi'))
  process.kill(pidOf(Number(readFileSync(pidFile, 'utf8'))), 'SIGTERM')
  process.kill(await rig.pid('polite'), 'SIGTERM')
  process.kill(await rig.pid('crashes'), 'SIGSEGV')
  await rig.until('all have ended', async () =>
    (await rig.ps()).every(({ state }) => state !== 'open' && state !== 'unhealthy'),
  )
  expect(await rig.line('polite')).toMatchObject({ state: 'closed', reason: 'stopped by kill (TERM)' })
  expect(await rig.line('crashes')).toMatchObject({ state: 'failed', exitSignal: 'SEGV' })
  expect(await rig.line('pi')).toMatchObject({ state: 'closed', exitCode: 3 })
  expect(readFileSync(pidFile, 'utf8')).toBe('')
})

test('a wrong file shows every mistake, exits with 4, and starts nothing', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  one:
    port: 330000
    tcp: { to: 127.0.0.1:1 }
  two:
    port: 4000
    tcp: { too: 127.0.0.1:1 }
`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(4)
  expect(up.stdout).toBe('')
  expect(up.stderr).toContain('p2p.yaml:3:11')
  expect(up.stderr).toContain('must be a port from 1 to 65535, or auto')
  expect(up.stderr).toContain('did you mean "to"?')
  expect(existsSync(rig.env['P2P_STATE_DIR'] ?? '')).toBe(false)
})

test('without p2p.yaml: exit 4, what was looked for, and the next step', async () => {
  const rig = new Rig()
  const up = await rig.p2p('up')
  expect(up.status).toBe(4)
  expect(up.stderr).toContain('p2p.yaml')
  expect(up.stderr).toContain(rig.project)
})

test('--no-wait returns at once, --wait-timeout leaves things going', async () => {
  const rig = new Rig({ REMOTEIT_PASSWORD: 'x', CONNECTD_SIM_SPEED: '1', CONNECTD_SIM_LOGIN_MS: '600000' })
  rig.write(`${account}tunnels:
  slow:${connectd(await freePort())}`)
  expect((await rig.p2p('up', '--no-wait')).status).toBe(0)
  const pid = await rig.pid('slow')
  expect(await rig.line('slow')).toMatchObject({ state: 'opening' })
  const waited = await rig.p2p('up', '--wait-timeout', '200ms')
  expect(waited.status).toBe(1)
  expect(await rig.pid('slow')).toBe(pid)
})

test('Ctrl-C while waiting says what stays and leaves it', async () => {
  const rig = new Rig({ REMOTEIT_PASSWORD: 'x', CONNECTD_SIM_SPEED: '1', CONNECTD_SIM_LOGIN_MS: '600000' })
  rig.write(`${account}tunnels:
  slow:${connectd(await freePort())}`)
  const up = rig.start('up')
  await up.says(/wait/)
  up.signal('SIGINT')
  expect((await up.exit).status).toBe(130)
  expect(await rig.line('slow')).toMatchObject({ state: 'opening' })
})

test('restart gives what is named a new process and leaves the others', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a:${sleeper}
  b:${sleeper}`)
  await rig.p2p('up')
  const [a, b] = [await rig.pid('a'), await rig.pid('b')]
  expect((await rig.p2p('restart', 'a')).status).toBe(0)
  expect(await rig.pid('a')).not.toBe(a)
  expect(await rig.pid('b')).toBe(b)
  expect((await rig.p2p('up', '--force-recreate', 'b')).status).toBe(0)
  expect(await rig.pid('b')).not.toBe(b)
})

test('--attach follows the logs and closes the tunnels on Ctrl-C', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  chatty:
    command: [sh, -c, 'echo hello from inside; exec sleep 1000']
    restart: no
`)
  const up = rig.start('up', '--attach')
  await up.says(/hello from inside/)
  up.signal('SIGINT')
  await up.exit
  expect(rig.processes()).toEqual([])
})

test('down --purge takes logs and state away', async () => {
  const rig = new Rig()
  rig.write(`tunnels:
  a:${sleeper}`)
  await rig.p2p('up')
  const { log } = await rig.line('a')
  expect(existsSync(log)).toBe(true)
  await rig.p2p('down')
  expect(existsSync(log)).toBe(true)
  await rig.p2p('down', '--purge')
  expect(rig.filesButLocks()).toEqual([])
})
