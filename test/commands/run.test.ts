/** `p2p run`: what it opens is there while its command runs, and gone afterwards, whatever ends it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { finished, mainFile, type Program } from '../support/process.ts'
import { openTerminal } from '../support/terminal.ts'
import { Rig, isAlive, pidOf, until } from '../support/rig.ts'

interface Visit {
  run: Program
  /** Lets its command end. */
  leave: () => void
}

/** A run whose command says that it is there, and stays until it is let go. */
async function visit(rig: Rig, key: string, ...names: string[]): Promise<Visit> {
  const door = join(rig.folder, key)
  const run = rig.start(
    'run',
    '-q',
    ...names,
    '--',
    'sh',
    '-c',
    `echo I am in; until [ -e '${door}' ]; do sleep 0.05; done`,
  )
  await run.says(/I am in/)
  return {
    run,
    leave: () => {
      writeFileSync(door, '')
    },
  }
}

/** Its command lives on, and holds its output. */
async function kill(run: Program): Promise<void> {
  run.signal('SIGKILL')
  await until('the run is gone', () => !isAlive(run.pid))
}

async function twoTunnels(restart = 'no'): Promise<{ rig: Rig; port: number }> {
  const rig = new Rig()
  const port = await freePort()
  rig.write(`tunnels:
  db: { port: ${port}, tcp: { to: '127.0.0.1:1' }, restart: "${restart}", url: 'http://{host}:{port}/' }
  web-pi: { port: auto, bind: 0.0.0.0, tcp: { to: '127.0.0.1:1' }, restart: "no", depends_on: [db] }
`)
  return { rig, port }
}

test('the command finds the tunnels in its environment, and its status is what counts', async () => {
  const { rig, port } = await twoTunnels()
  const one = await rig.p2p(
    'run',
    'db',
    '--',
    'sh',
    '-c',
    'echo $P2P_DB_HOST:$P2P_DB_PORT $P2P_DB_URL $P2P_PORT; exit 7',
  )
  expect(one).toMatchObject({ status: 7, stdout: `127.0.0.1:${port} http://127.0.0.1:${port}/ ${port}\n` })
  // All of the project; where one listens everywhere, this machine is where to connect.
  const all = await rig.p2p('exec', '-q', '--', 'sh', '-c', 'echo $P2P_WEB_PI_HOST $P2P_DB_PORT $P2P_PORT')
  expect(all).toMatchObject({ status: 0, stdout: `127.0.0.1 ${port}\n` })
  expect((await rig.p2p('run', '-q', 'db', '--', 'sh', '-c', 'kill -TERM $$')).status).toBe(143)
  expect(rig.processes()).toEqual([])
})

test('only what the run opened is closed, and --keep leaves it', async () => {
  const { rig } = await twoTunnels()
  await rig.p2p('up', 'db')
  const before = await rig.pid('db')
  expect((await rig.p2p('run', 'web-pi', '--', 'true')).status).toBe(0)
  expect(await rig.pid('db')).toBe(before)
  expect((await rig.line('web-pi')).state).toBe('closed')
  expect((await rig.p2p('run', '--keep', 'web-pi', '--', 'true')).status).toBe(0)
  expect((await rig.line('web-pi')).state).toBe('open')
})

test('two runs share a tunnel, and the last one closes it', async () => {
  const { rig } = await twoTunnels()
  const first = await visit(rig, 'first', 'db')
  const pid = await rig.pid('db')
  const second = await visit(rig, 'second', 'db')
  first.leave()
  expect(await first.run.exit).toMatchObject({ status: 0 })
  expect(await rig.pid('db')).toBe(pid)
  second.leave()
  expect(await second.run.exit).toMatchObject({ status: 0 })
  expect((await rig.line('db')).state).toBe('closed')
})

test('what a killed run left is closed by the supervisor, though nothing is to be reopened', async () => {
  const { rig } = await twoTunnels()
  const { run, leave } = await visit(rig, 'door', 'db')
  await kill(run)
  await rig.lineThat('db', 'is closed', ({ state }) => state === 'closed')
  leave()
  await until('nothing is left', () => rig.processes().length === 0)
})

test('the supervisor is gone as well: the next command closes it, whatever it is about', async () => {
  const { rig } = await twoTunnels()
  const { run, leave } = await visit(rig, 'door', 'db')
  process.kill(rig.supervisor(), 'SIGKILL')
  await kill(run)
  leave()
  rig.write(`tunnels: { other: { command: [sleep, '1000'], restart: "no" }, db: { command: [sleep, '1000'] } }\n`)
  const up = await rig.p2p('up', 'other')
  expect(up.stderr).toContain('closing db: the command that used it is gone')
  expect((await rig.line('db')).state).toBe('closed')
})

test('up in the meantime makes it stay, and so does a change of the file', async () => {
  const { rig, port } = await twoTunnels()
  const asked = await visit(rig, 'asked', 'db')
  await rig.p2p('up', 'db')
  asked.leave()
  await asked.run.exit
  expect((await rig.line('db')).state).toBe('open')
  await rig.p2p('down')

  const changed = await visit(rig, 'changed', 'db')
  rig.write(`tunnels: { db: { port: ${port}, tcp: { to: '127.0.0.1:2' }, restart: "no" } }\n`)
  changed.leave()
  await changed.run.exit
  expect((await rig.line('db')).state).toBe('open')
  await rig.p2p('down')
})

test('down closes it under the run, which ends as its command does', async () => {
  const { rig } = await twoTunnels('always')
  const { run, leave } = await visit(rig, 'door', 'db')
  expect((await rig.p2p('down', 'db')).status).toBe(0)
  leave()
  expect(await run.exit).toMatchObject({ status: 0 })
  expect((await rig.line('db')).state).toBe('closed')
})

test('a command that never started says so', async () => {
  const { rig } = await twoTunnels()
  const dead = rig.write('#!/bin/sh\n', 'not-executable')
  expect(await rig.p2p('run', '-q', 'db', '--', 'no-such-program')).toMatchObject({
    status: 127,
    stderr: expect.stringContaining('p2p: no-such-program: not found\n') as string,
  })
  expect(await rig.p2p('run', '-q', 'db', '--', dead)).toMatchObject({
    status: 126,
    stderr: expect.stringContaining(`p2p: ${dead}: permission denied\n`) as string,
  })
  expect(await rig.p2p('run', 'db')).toMatchObject({ status: 2, stdout: '' })
  rig.write(`tunnels: { a: { command: ['false'], restart: "no" }, b: { command: [sleep, '1000'], restart: "no" } }\n`)
  const failed = await rig.p2p('run', '--', 'echo', 'started')
  expect(failed).toMatchObject({ status: 1, stdout: '' })
  expect(failed.stderr).toContain('echo was not started')
  expect(rig.processes()).toEqual([])
})

test('where a health check is declared the command waits for its answer', async () => {
  const rig = new Rig()
  const healthy = join(rig.folder, 'healthy')
  rig.write(`tunnels:
  db:
    command: [sh, -c, 'sleep 1; touch ${healthy}; exec sleep 1000']
    restart: "no"
    ready: { command: ['true'] }
    healthcheck: { command: [test, -e, ${healthy}], interval: 1s }
`)
  expect(await rig.p2p('run', '-q', 'db', '--', 'test', '-e', healthy)).toMatchObject({ status: 0 })
})

test('two tunnels that would share their variables are refused by name', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { a-b: { command: [sleep, '300'] }, a_b: { command: [sleep, '300'] } }\n`)
  const { status, stderr } = await rig.p2p('run', '--', 'true')
  expect([status, stderr]).toEqual([4, expect.stringContaining('a-b and a_b would both be P2P_A_B_HOST')])
  expect((await rig.p2p('run', 'a-b', '--', 'true')).status).toBe(0)
})

test('the variables steer no p2p that the command starts, and the umask is the caller’s', async () => {
  const rig = new Rig()
  rig.write(`tunnels: { file: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", url: 'x://{host}' } }\n`)
  const inner = await rig.p2p(
    'run',
    '-q',
    'file',
    '--',
    process.execPath,
    mainFile,
    'ps',
    '--format',
    '{{.Name}} {{.State}}',
  )
  expect(inner).toMatchObject({ status: 0, stdout: 'file open\n' })
  const made = join(rig.folder, 'made')
  await finished(rig.start('run', '-q', 'file', '--', 'touch', made))
  expect(statSync(made).mode & 0o777).toBe(0o666 & ~process.umask(process.umask(0o022)))
})

test('TERM reaches the command, and what was opened is closed', async () => {
  const { rig } = await twoTunnels()
  const run = rig.start(
    'run',
    '-q',
    'db',
    '--',
    'sh',
    '-c',
    'trap "echo told; exit 5" TERM; echo in; while :; do sleep 0.1; done',
  )
  await run.says(/in\n/)
  run.signal('SIGTERM')
  expect(await run.exit).toMatchObject({ status: 5 })
  expect(run.stdout).toContain('told')
  expect(rig.processes()).toEqual([])
})

test('on a terminal Ctrl-C belongs to the command, and hanging up closes all', async () => {
  const { rig } = await twoTunnels()
  const file = join(rig.folder, 'pid')
  const script = `trap 'echo "caught it"' INT; echo $$ > ${file}; echo ready; while :; do if read -r line; then echo "got $line"; [ "$line" = bye ] && break; fi; done; echo over`
  const at = { columns: 80, rows: 24, env: { ...rig.env, TERM: 'xterm' }, cwd: rig.project }
  const screen = openTerminal(
    'sh',
    [
      '-ic',
      `'${process.execPath}' '${mainFile}' run -q db -- sh -c '${script.replaceAll("'", String.raw`'\''`)}'; echo "status $?"`,
    ],
    at,
  )
  await screen.until((lines) => lines.some((line) => line.startsWith('ready')))
  // Twice: the second must not end p2p under its command.
  for (const times of [1, 2]) {
    screen.type('\x03')
    await screen.until((lines) => lines.filter((line) => line.includes('caught it')).length === times)
  }
  screen.type('bye\r')
  await screen.until((lines) => lines.some((line) => line.includes('got bye')))
  await screen.until((lines) => lines.some((line) => line === 'status 0'))
  expect(rig.processes().filter((pid) => isAlive(pid))).toEqual([])

  const other = openTerminal(
    process.execPath,
    [mainFile, 'run', '-q', 'db', '--', 'sh', '-c', `echo $$ > ${file}; echo ready; sleep 1000`],
    at,
  )
  await other.until((lines) => lines.some((line) => line.startsWith('ready')))
  const command = pidOf(Number(readFileSync(file, 'utf8')))
  other.hangUp()
  await until('its command and its tunnel are gone', () => !isAlive(command) && rig.processes().length === 0)
})

test.each([
  ['', 127, ': not found'],
  ['/etc/passwd/x', 126, '/etc/passwd/x: a part of its path is not a folder'],
  ['/', 126, '/: permission denied'],
])('a command %j that can not be started ends as in a shell', async (program, status, said) => {
  const { rig } = await twoTunnels()
  const run = await rig.p2p('run', '-q', 'db', '--', program)
  expect(run).toMatchObject({ status, stdout: '' })
  expect(run.stderr).toContain(`p2p: ${said}\n`)
  expect((await rig.line('db')).state).toBe('closed')
})
