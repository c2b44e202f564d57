/** What `p2p top` costs: counts of system calls, since those do not flake. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { mainFile } from '../support/process.ts'
import { Rig, until } from '../support/rig.ts'
import { openTerminal, type Screen } from '../support/terminal.ts'

const canTrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0

function inTerminal(rig: Rig, program: string, ...args: string[]): Screen {
  const screen = openTerminal(program, args, { columns: 80, rows: 24, cwd: rig.project, env: rig.env })
  onTestFinished(async () => {
    screen.kill()
    await screen.exited
  })
  return screen
}

/** Waits and memory of Node's own have no part in it. */
const counted = 'trace=!futex,epoll_wait,epoll_pwait,madvise,mprotect,mmap,munmap,brk,sched_yield,restart_syscall'
const perTick = 60
const perTunnel = 17

describe.runIf(canTrace)('on Linux', () => {
  test('a look makes a bounded number of system calls for each tunnel, starts nothing and writes nothing', async () => {
    const rig = new Rig()
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`)
    const ports = await Promise.all(names.map(() => freePort()))
    const program = "[socat, 'TCP-LISTEN:{port},fork,bind=127.0.0.1', 'TCP:127.0.0.1:1']"
    rig.write(
      `name: lab\ntunnels:\n${names.map((name, index) => `  ${name}: { port: ${ports[index] ?? 0}, command: ${program}, restart: "no" }\n`).join('')}`,
    )
    expect((await rig.p2p('up')).status).toBe(0)
    const trace = join(rig.folder, 'trace')
    const seen = inTerminal(rig, 'strace', '-f', '-qq', '-o', trace, '-e', counted, process.execPath, mainFile, 'top')
    const looks = (): string[] => readFileSync(trace, 'utf8').split('"/proc/net/sockstat"')
    await seen.until((lines) => lines.some((line) => /^> t0 +open +0 +~0B/.test(line)))
    await until('some looks are counted', () => looks().length >= 7)
    seen.type('q')
    await seen.exited
    // Without the first ones, when it was begun, and the last.
    const some = looks().slice(3, -1)
    const calls = some.flatMap((text) => text.split('\n').slice(1, -1))
    expect(calls.length / some.length).toBeLessThan(perTick + perTunnel * names.length)
    expect(calls.filter((call) => /\b(execve|clone3?|v?fork)\(/.test(call))).toEqual([])
    expect(calls.filter((call) => /"[^"]*", [A-Z_|]*(O_WRONLY|O_RDWR|O_CREAT)/.test(call))).toEqual([])
  })

  test('with many sockets on the machine connections are counted now and then, and their age is shown', async () => {
    const rig = new Rig()
    const port = await freePort()
    rig.write(`name: lab\ntunnels: { a: { port: ${port}, tcp: { to: '127.0.0.1:1' }, restart: "no" } }\n`)
    expect((await rig.p2p('up')).status).toBe(0)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const clients = Array.from({ length: 150 }, () => connect((server.address() as { port: number }).port, '127.0.0.1'))
    onTestFinished(() => {
      for (const client of clients) client.destroy()
      server.close()
    })
    await Promise.all(clients.map((client) => once(client, 'connect')))
    const seen = inTerminal(rig, process.execPath, mainFile, 'top')
    await seen.until((lines) => lines.some((line) => /^> a +open.* 0 \([34]s\) /.test(line)))
    await seen.until((lines) => lines.some((line) => /^> a +open.* 0 +0B/.test(line)))
  })
})
