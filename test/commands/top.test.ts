/** `p2p top` in a real terminal: what it shows, what its keys do, and how it leaves the terminal. */
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { mainFile } from '../support/process.ts'
import { isAlive, pidOf, Rig, until } from '../support/rig.ts'
import { openTerminal, type Screen } from '../support/terminal.ts'

interface Where {
  columns?: number
  rows?: number
  env?: Record<string, string>
}

/** `p2p top` as the only program of a terminal. */
function top(rig: Rig, { columns = 80, rows = 24, env = {} }: Where = {}, ...args: string[]): Screen {
  return opened(rig, process.execPath, [mainFile, 'top', ...args], { columns, rows, env })
}

/** An interactive shell, for what concerns jobs and the terminal's modes. */
function shell(rig: Rig, env: Record<string, string> = {}): Screen {
  return opened(rig, 'bash', ['--norc', '--noediting', '-i'], {
    columns: 80,
    rows: 24,
    env: { PS1: 'ready> ', ...env },
  })
}

const topLine = `${process.execPath} -- ${mainFile} top; echo "status $?"; stty -a\r`

function opened(rig: Rig, program: string, args: string[], { columns, rows, env }: Required<Where>): Screen {
  const screen = openTerminal(program, args, {
    columns,
    rows,
    cwd: rig.project,
    env: { ...rig.env, TERM: 'xterm-256color', ...env },
  })
  // Before the rig looks for what was left behind.
  onTestFinished(async () => {
    screen.kill()
    await screen.exited
  })
  return screen
}

const shows =
  (...patterns: RegExp[]) =>
  (lines: string[]): boolean =>
    patterns.every((pattern) => lines.some((line) => pattern.test(line)))

const showsNone =
  (pattern: RegExp) =>
  (lines: string[]): boolean =>
    lines.length > 0 && !lines.some((line) => pattern.test(line))

const both =
  (...tests: ((lines: string[]) => boolean)[]) =>
  (lines: string[]): boolean =>
    tests.every((test) => test(lines))

const sleepers = (...names: string[]): string =>
  `name: lab\ntunnels:\n${names.map((name) => `  ${name}: { command: [sleep, '1000'], restart: "no" }\n`).join('')}`

/** A PID of a process of this rig whose command line has all these words. */
function processWith(rig: Rig, ...words: string[]): number | undefined {
  return rig.processes().find((pid) => {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')
    return words.every((word) => line.includes(word))
  })
}

test('keys open, restart and close the selected tunnel, and the outcome of each is told', async () => {
  const rig = new Rig()
  rig.write(`name: lab
tunnels:
  one: { command: [sleep, '1000'], restart: "no" }
  two: { command: [sleep, '1000'], restart: "no", depends_on: [one] }
  bad: { command: [sh, -c, 'echo no luck; exit 3'], restart: "no" }
`)
  const seen = top(rig)
  await seen.until(shows(/^p2p top {2}lab {2}3 closed/, /^> one +closed/, /^ {2}two +closed/, /^u up {2}d down/))
  seen.type('u')
  await seen.until(shows(/^> one +open/, /^p2p up one: 1 opened$/))
  const before = await rig.pid('one')
  seen.type('r')
  await seen.until(shows(/^p2p restart one: 1 (restarted|reopened|opened)/))
  expect(await rig.pid('one')).not.toBe(before)
  seen.type('\x1b[B')
  await seen.until(shows(/^> two +closed/))
  seen.type('u')
  await seen.until(shows(/^> two +open/, /^p2p up two: 1 opened, 1 already open$/))

  // What others need is closed only when that is meant.
  seen.type('kd')
  await seen.until(shows(/^> one +open/, /^close one\? y closes it; two depends on it and keeps running$/))
  seen.type('n')
  await seen.until(both(shows(/^one {2}open/), showsNone(/keeps running/)))
  expect((await rig.line('one')).state).toBe('open')
  seen.type('d')
  await seen.until(shows(/keeps running/))
  seen.type('y')
  await seen.until(shows(/^> one +closed/, /^p2p down one: 1 closed$/))
  expect((await rig.line('two')).state).toBe('open')

  seen.type('\x1b[Fu')
  await seen.until(shows(/^> bad +failed/, /^p2p up bad: exited with status 3$/))
  seen.type('q')
  expect(await seen.exited).toBe(0)
})

test('what flows is shown as it flows, and what is not known as not known', async () => {
  const rig = new Rig()
  const clients = new Set<Socket>()
  const server = createServer((socket) => {
    clients.add(socket)
    socket.on('error', () => undefined).on('data', () => socket.write(Buffer.alloc(1000)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of clients) client.destroy()
    server.close()
  })
  const [port, socatPort] = [await freePort(), await freePort()]
  const target = `127.0.0.1:${(server.address() as { port: number }).port}`
  rig.write(`name: lab
tunnels:
  relay: { port: ${port}, tcp: { to: '${target}' }, restart: "no" }
  socat: { port: ${socatPort}, command: [socat, 'TCP-LISTEN:{port},fork,bind=127.0.0.1', 'TCP:${target}'], restart: "no" }
  sleep: { command: [sleep, '1000'], restart: "no" }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  const talking = [port, socatPort].map((to) => {
    const client = connect(to, '127.0.0.1')
    onTestFinished(() => void client.destroy())
    client.on('error', () => undefined).resume()
    const timer = setInterval(() => client.write('x'), 100)
    onTestFinished(() => {
      clearInterval(timer)
    })
    return client
  })
  const seen = top(rig, { columns: 100 })
  // Much more comes in than goes out; socat does not tell them apart.
  await seen.until(
    shows(/^> relay +open +1 +\d[\d.]*KB +[ ▁-█]{6} +\d+B +[ ▁-█]{6} /, /^ {2}socat +open +1 +~[\d.]+KB .* in\+out /),
  )
  expect(seen.lines().find((line) => /^ {2}sleep/.test(line))).toMatch(/open +- +- +- +- +0 +\d+/)
  for (const client of talking) client.destroy()
  await seen.until(shows(/^> relay +open +0 +0B .* 0B /, /^ {2}socat +open +0 +~0B /))
})

test('the output and the reasons of the selected tunnel follow it, with nothing that a terminal would obey', async () => {
  const rig = new Rig({ TOKEN: 'hunter2-hunter2' })
  const said = String.raw`printf 'one \033[31mred\033]0;title\007 %s\n' "$TOKEN"; printf '\033[2J\rtwo \342\200\256evil\n'`
  rig.write(`name: lab
tunnels:
  talks: { command: [sh, -c, ${JSON.stringify(`${said}; exec sleep 1000`)}], environment: { TOKEN: { env: TOKEN } }, ready: { log: evil }, restart: "no" }
  quiet: { command: [sleep, '1000'], restart: "no" }
`)
  const up = await rig.p2p('up')
  expect(up.status, up.stderr).toBe(0)
  const seen = top(rig)
  await seen.until(shows(/^> talks +open/))
  seen.type('l')
  await seen.until(shows(/^-- logs talks --$/, /^one .*red.* \*\*\*$/, /two \\u202eevil$/))
  seen.type('j')
  await seen.until(shows(/^-- logs quiet --$/, /^quiet has printed nothing yet$/))
  seen.type('kw')
  await seen.until(shows(/^-- why talks --$/, /^\+ process +PID \d+/))
  seen.type('w?')
  await seen.until(shows(/^-- help --$/, /^q, Ctrl-C +leave/))
  seen.type('\x1b')
  await seen.until(showsNone(/^-- /))
  for (const evil of ['hunter2', '\x1b[31mred', '\x1b]0;', '\u202e']) expect(seen.sent()).not.toContain(evil)
})

test('a filter is typed, kept and cleared', async () => {
  const rig = new Rig()
  rig.write(sleepers('pi-one', 'pi-two', 'db'))
  const seen = top(rig)
  await seen.until(shows(/^> pi-one +closed/))
  seen.type('/twoX\x7f')
  await seen.until(both(shows(/^> pi-two/, /^\/two_/), showsNone(/pi-one|^..db/)))
  seen.type('\r')
  await seen.until(shows(/^p2p top {2}lab .* \/two$/, /^pi-two {2}closed/))
  seen.type('u')
  // It would outlive the screen.
  await seen.until(shows(/^> pi-two +open/, /^p2p up pi-two: 1 opened$/))
  seen.type('\x1b')
  await seen.until(shows(/^ {2}pi-one +closed/, /^> pi-two +open/, /^ {2}db +closed/))
  seen.type('/nothing')
  await seen.until(both(showsNone(/^..pi-/), shows(/^\/nothing_/)))
  seen.type('\rud')
  await seen.until(shows(/no tunnel matches \/nothing/))
})

test('a project that changes beneath it changes on the screen; a broken file leaves what was there', async () => {
  const rig = new Rig()
  rig.write(sleepers('one'))
  const seen = top(rig)
  await seen.until(shows(/^> one +closed/))
  rig.write(sleepers('one', 'two'))
  await seen.until(shows(/^ {2}two +closed/))
  rig.write(`${sleepers('one', 'two')}  three: { comand: [sleep] }\n`)
  await seen.until(shows(/^ {2}two +closed/, /^p2p\.yaml:5:\d+ +.*comand/))
  rig.write(sleepers('two'))
  await seen.until(both(shows(/^> two +closed/), showsNone(/comand|^..one/)))
})

test('what is killed is shown as ended, be it a tunnel or a command of its own', async () => {
  const rig = new Rig()
  rig.write(`name: lab
tunnels:
  one: { command: [sleep, '1000'], restart: "no" }
  slow: { command: [sleep, '1000'], ready: { log: never }, restart: "no" }
`)
  expect((await rig.p2p('up', 'one')).status).toBe(0)
  const seen = top(rig)
  await seen.until(shows(/^> one +open/))
  process.kill(await rig.pid('one'), 'SIGKILL')
  await seen.until(shows(/^> one +failed/, /^one {2}failed: .*SIGKILL|^one {2}failed: .*killed/))
  seen.type('ju')
  await seen.until(shows(/^> slow +opening/, /^p2p up slow: slow {2}waiting for/))
  seen.type('u')
  await seen.until(shows(/^p2p up slow is still running/))
  process.kill(pidOf(processWith(rig, 'up', 'slow')), 'SIGKILL')
  await seen.until(shows(/^p2p up slow was ended by SIGKILL/))
  seen.type('d')
  await seen.until(shows(/^> slow +closed/, /^p2p down slow: 1 closed$/))
})

test('a client gets the terminal and gives it back; where it fails, what it said can be read', async () => {
  const rig = new Rig()
  const folder = join(rig.folder, 'clients')
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'chat'),
    '#!/bin/sh\nstty -a | grep -o " icanon"\nread line\necho "heard $line"\n[ "$line" = good ]\n',
  )
  chmodSync(join(folder, 'chat'), 0o755)
  rig.env['PATH'] = `${folder}:${rig.env['PATH'] ?? ''}`
  rig.write(
    `name: lab\ntunnels: { db: { port: auto, tcp: { to: '127.0.0.1:1' }, restart: "no", client: [chat, '{port}'] } }\n`,
  )
  const seen = top(rig)
  await seen.until(shows(/^> db +closed/))
  seen.type('o')
  await seen.until(both(shows(/^ icanon$/), showsNone(/^> db/)))
  seen.type('good\r')
  await seen.until(shows(/^> db/, /^u up/))
  seen.type('o')
  await seen.until(both((lines) => lines.filter((line) => line === ' icanon').length === 2, showsNone(/^> db/)))
  seen.type('bad\r')
  await seen.until(shows(/^heard bad$/, /^p2p open db: exit status 1; press a key to return/))
  seen.type(' ')
  await seen.until(shows(/^> db/, /^u up/))
  seen.type('q')
  expect(await seen.exited).toBe(0)
})

describe('the terminal is as it was', () => {
  const endings: [how: string, status: number, end: (seen: Screen, pid: number) => void][] = [
    [
      'q',
      0,
      (seen) => {
        seen.type('q')
      },
    ],
    [
      'Ctrl-C',
      0,
      (seen) => {
        seen.type('\x03')
      },
    ],
    ['SIGINT', 130, (_, pid) => process.kill(pid, 'SIGINT')],
    ['SIGTERM', 143, (_, pid) => process.kill(pid, 'SIGTERM')],
    ['SIGHUP', 129, (_, pid) => process.kill(pid, 'SIGHUP')],
    ['SIGQUIT', 131, (_, pid) => process.kill(pid, 'SIGQUIT')],
    ['a fault of its own', 70, (_, pid) => process.kill(pid, 'SIGUSR2')],
  ]
  test.each(endings)('after %s', async (_how, status, end) => {
    const rig = new Rig()
    rig.write(sleepers('one'))
    const fault = rig.write(`process.on('SIGUSR2', () => { throw new Error('a fault') })`, 'fault.cjs')
    const seen = shell(rig, { NODE_OPTIONS: `--require=${fault}` })
    await seen.until(shows(/^ready>/))
    seen.type(topLine)
    await seen.until(shows(/^> one +closed/))
    end(seen, pidOf(processWith(rig, mainFile, 'top')))
    await seen.until(shows(new RegExp(`^status ${status}$`), /(^| )icanon /, /(^| )echo /, /(^|\s)isig /))
    const sent = seen.sent()
    for (const [off, on] of [
      ['\x1b[?25l', '\x1b[?25h'],
      ['\x1b[?1049h', '\x1b[?1049l'],
      ['\x1b[?7l', '\x1b[?7h'],
    ] as const)
      expect(sent.lastIndexOf(on)).toBeGreaterThan(sent.lastIndexOf(off))
  })

  test('while it is stopped by Ctrl-Z, and after fg it is back', async () => {
    const rig = new Rig()
    rig.write(sleepers('one'))
    const seen = shell(rig)
    await seen.until(shows(/^ready>/))
    seen.type(`${process.execPath} -- ${mainFile} top\r`)
    await seen.until(shows(/^> one +closed/))
    seen.type('\x1a')
    await seen.until(both(shows(/Stopped/), showsNone(/^> one/)))
    seen.type('stty -a\r')
    await seen.until(shows(/(^| )icanon /, /(^| )echo /))
    seen.type('fg\r')
    await seen.until(both(shows(/^> one +closed/), showsNone(/Stopped/)))
    seen.type('u')
    await seen.until(shows(/^> one +open/, /^p2p up one: 1 opened/))
    // As `kill -STOP` from elsewhere: the shell has set the terminal for itself.
    process.kill(pidOf(processWith(rig, mainFile, 'top')), 'SIGSTOP')
    await seen.until(shows(/Stopped/))
    seen.type('fg\r')
    await seen.until(both(shows(/^> one +open/), showsNone(/Stopped/)))
    seen.type('q')
    await seen.until(showsNone(/^> one/))
    seen.type('stty -a\r')
    await seen.until(shows(/(^| )icanon /))
  })

  test('nothing of it is left when the terminal is closed', async () => {
    const rig = new Rig()
    rig.write(sleepers('one'))
    const seen = top(rig)
    await seen.until(shows(/^> one +closed/))
    const pid = pidOf(processWith(rig, mainFile, 'top'))
    seen.hangUp()
    expect(await seen.exited).toBe(129)
    await until('it is gone', () => !isAlive(pid))
  })
})

describe('it fits', () => {
  test('200 tunnels in 24 lines, 40 columns, and a terminal that is made smaller and larger', async () => {
    const rig = new Rig()
    rig.write(sleepers(...Array.from({ length: 200 }, (_, index) => `tunnel-${index}`)))
    const seen = top(rig)
    await seen.until(shows(/^p2p top {2}lab {2}200 closed {2}1-20 of 200/, /^> tunnel-0 /))
    seen.type('\x1b[F')
    await seen.until(shows(/181-200 of 200/, /^> tunnel-199 /))
    seen.type('\x1b[5~kk')
    await seen.until(shows(/^> tunnel-187 /))
    seen.resize(40, 12)
    const narrow = await seen.until(both(shows(/^> tunnel-187 +closed/, /q quit$/), (lines) => lines.length === 12))
    for (const line of narrow) expect(line.length).toBeLessThanOrEqual(40)
    expect(narrow[1]).toMatch(/^ {2}NAME +STATUS .*IN\/S +OUT\/S/)
    seen.resize(20, 3)
    await seen.until(both(shows(/^> tunnel-187/), (lines) => lines.length === 3))
    seen.resize(120, 40)
    await seen.until(both(shows(/^> tunnel-187 /, /RESTARTS +UPTIME$/), (lines) => lines.length === 40))
  })

  test('without colour nothing but the place of the text is sent', async () => {
    const rig = new Rig({ NO_COLOR: '1' })
    rig.write(sleepers('one'))
    const seen = top(rig)
    await seen.until(shows(/^> one +closed/))
    seen.type('u')
    await seen.until(shows(/^> one +open/, /^p2p up one: 1 opened/))
    expect(seen.sent()).not.toMatch(/\x1b\[[\d;]*m/)
  })

  test('without a terminal it says what to use in its place', async () => {
    const rig = new Rig()
    rig.write(sleepers('one'))
    const { status, stdout, stderr } = await rig.p2p('top')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/p2p top needs a terminal[^]*p2p ps --watch[^]*p2p metrics/)
    const dumb = opened(rig, 'env', ['TERM=dumb', process.execPath, mainFile, 'top'], {
      columns: 80,
      rows: 24,
      env: {},
    })
    expect(await dumb.exited).toBe(2)
    expect((await rig.p2p('top', 'nosuch')).status).toBe(2)
  })
})
