import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { statusOf } from '../../../src/core/decide/status.ts'
import { observe } from '../../../src/runtime/tunnel/observe.ts'
import { freePort } from '../../support/ports.ts'
import { bench, type Bench } from '../support.ts'
import { listener, tunnel } from '../../support/tunnel.ts'

test('up opens a tunnel, the second up keeps it, down leaves nothing', async () => {
  const lab = await bench()
  const port = await freePort()
  const web = tunnel('web', ['node', '-e', listener(port)], { port })

  const first = await lab.up([web])
  expect(first.story).toEqual(['web: starting', 'web: launched', 'web: open'])
  const second = await lab.up([web])
  expect(second.story).toEqual(['web: kept'])
  expect(pidOf(second, 'web')).toBe(pidOf(first, 'web'))
  expect(stateOf(lab, 'web').state).toBe('open')

  const closed = await lab.down(['web'])
  expect(closed.story).toEqual(['web: stopping', 'web: stopped'])
  expect(alive(pidOf(first, 'web'))).toBe(false)
  expect(observe(lab.world).tunnels.size).toBe(0)
  expect(readdirSync(lab.world.store.runs)).toEqual([])
  expect(existsSync(lab.world.privateFolder)).toBe(false)
})

test('a changed tunnel is replaced with its cause, the others keep their PIDs', async () => {
  const lab = await bench()
  const [a, b, c] = [await freePort(), await freePort(), await freePort()]
  const first = await lab.up([
    tunnel('one', ['node', '-e', listener(a)], { port: a }),
    tunnel('two', ['node', '-e', listener(b)], { port: b }),
  ])
  const second = await lab.up([
    tunnel('one', ['node', '-e', listener(a)], { port: a }),
    tunnel('two', ['node', '-e', listener(c)], { port: c }),
  ])

  expect(second.events.find(({ type }) => type === 'stopping')).toMatchObject({
    name: 'two',
    cause: expect.stringContaining(`port changed ${b} -> ${c}`) as string,
  })
  expect(pidOf(second, 'one')).toBe(pidOf(first, 'one'))
  expect(pidOf(second, 'two')).not.toBe(pidOf(first, 'two'))
})

test('a port that a stranger holds is named with its holder, and the tunnel is not launched', async () => {
  const lab = await bench()
  const port = await freePort()
  const stranger = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  await new Promise((resolve) => stranger.once('listening', resolve))

  const { events } = await lab.up([tunnel('web', ['node', '-e', listener(port)], { port })])
  expect(events.at(-1)).toMatchObject({
    type: 'failed',
    problem: { code: 'port.taken', reason: expect.stringContaining(`(PID ${process.pid})`) as string },
  })
  expect(stateOf(lab, 'web')).toMatchObject({ state: 'failed', code: 'port.taken' })
})

test('dependants open after what they need, and close before it', async () => {
  const lab = await bench()
  const [a, b] = [await freePort(), await freePort()]
  const parent = tunnel('parent', ['node', '-e', listener(a)], { port: a })
  const child = tunnel('child', ['node', '-e', listener(b)], {
    port: b,
    needs: [{ name: 'parent', condition: 'open', restart: false }],
  })

  const { story } = await lab.up([child, parent])
  expect(story.indexOf('parent: open')).toBeLessThan(story.indexOf('child: starting'))
  const closed = await lab.down(['parent', 'child'])
  expect(closed.story).toEqual(['child: stopping', 'child: stopped', 'parent: stopping', 'parent: stopped'])
})

test('what needs a failed tunnel is skipped, the others open', async () => {
  const lab = await bench()
  const broken = tunnel('broken', ['sh', '-c', 'echo no such luck; exit 7'], { port: await freePort() })
  const child = tunnel('child', ['sleep', '1000'], { needs: [{ name: 'broken', condition: 'open', restart: false }] })
  const other = tunnel('other', ['sleep', '1000'])

  const { tunnels } = await lab.up([broken, child, other])
  expect(tunnels.get('broken')).toMatchObject({
    type: 'failed',
    problem: { code: 'run.exited', reason: 'exited with status 7' },
    lastLines: ['no such luck'],
  })
  expect(tunnels.get('child')).toMatchObject({ type: 'skipped', cause: 'broken is not open' })
  expect(tunnels.get('other')).toMatchObject({ type: 'open' })
})

test('a missing program, one that is not executable, one that never becomes ready: each a failure with its own words', async () => {
  const lab = await bench()
  const file = join(lab.folder, 'plain')
  writeFileSync(file, 'echo hi\n', { mode: 0o644 })
  const ready = { conditions: [{ kind: 'listen' } as const], timeoutMs: 300 }
  const { tunnels } = await lab.up([
    tunnel('missing', ['no-such-program-here']),
    tunnel('plain', [file]),
    tunnel('silent', ['sleep', '1000'], { port: await freePort(), ready }),
  ])
  expect(tunnels.get('missing')).toMatchObject({
    problem: { code: 'program.missing', reason: 'program no-such-program-here was not found on PATH' },
  })
  expect(tunnels.get('plain')).toMatchObject({ problem: { code: 'program.not-executable' } })
  expect(tunnels.get('silent')).toMatchObject({ problem: { code: 'start.not-ready' } })
  expect(stateOf(lab, 'silent')).toMatchObject({ state: 'failed', code: 'start.not-ready' })
})

test('a program that ignores TERM is killed after its grace, with its children', async () => {
  const lab = await bench()
  const deaf = join(lab.folder, 'deaf')
  const script = `trap '' TERM; : > ${deaf}; sleep 1000 & while :; do sleep 1000; done`
  const stubborn = tunnel('stubborn', ['sh', '-c', script])
  const opened = await lab.up([stubborn])
  await until(() => existsSync(deaf))
  const { events } = await lab.down(['stubborn'], 200)
  expect(events.at(-1)).toMatchObject({ type: 'stopped', killed: true })
  expect(alive(pidOf(opened, 'stubborn'))).toBe(false)
})

test('a child that left the process group is ended as well', async () => {
  const lab = await bench()
  const mark = join(lab.folder, 'escaped')
  const escaping = tunnel('escaping', ['sh', '-c', `setsid sh -c 'echo $$ > ${mark}; exec sleep 1000' & sleep 1000`])
  await lab.up([escaping])
  await until(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '')
  const pid = Number(readFileSync(mark, 'utf8'))
  expect(alive(pid)).toBe(true)
  await lab.down(['escaping'])
  expect(alive(pid)).toBe(false)
})

test('a program that goes to the background is a failure, and what it left is ended', async () => {
  const lab = await bench()
  const mark = join(lab.folder, 'daemon')
  const port = await freePort()
  const daemon = tunnel('daemon', ['sh', '-c', `sleep 1000 & echo $! > ${mark}`], { port })
  const { tunnels } = await lab.up([daemon])
  expect(tunnels.get('daemon')).toMatchObject({ type: 'failed' })
  expect(alive(Number(readFileSync(mark, 'utf8')))).toBe(false)
})

test('kill of the shown PID closes the tunnel, and its end is told from a failure', async () => {
  const lab = await bench()
  const { world } = lab
  const opened = await lab.up([tunnel('polite', ['sleep', '1000']), tunnel('rude', ['sleep', '1000'])])
  expect(readFileSync(world.store.pidFileOf('polite'), 'utf8').trim()).toBe(String(pidOf(opened, 'polite')))
  process.kill(pidOf(opened, 'polite'), 'SIGTERM')
  process.kill(pidOf(opened, 'rude'), 'SIGKILL')
  const over = (name: string): boolean => ['closed', 'failed'].includes(stateOf(lab, name).state)
  await until(() => over('polite') && over('rude'))
  expect(stateOf(lab, 'polite')).toMatchObject({ state: 'closed', reason: 'stopped by kill (TERM)' })
  expect(stateOf(lab, 'rude')).toMatchObject({ state: 'failed', reason: 'killed by signal KILL', exitSignal: 'KILL' })
  expect(readFileSync(world.store.pidFileOf('polite'), 'utf8')).toBe('')
})

test('SIGSTOP and a vanished listener are no green light', async () => {
  const lab = await bench()
  const port = await freePort()
  const closing = `const s = require('net').createServer().listen(${port}, '127.0.0.1'); process.on('SIGUSR2', () => s.close()); setInterval(() => 0, 1000)`
  const opened = await lab.up([tunnel('web', ['node', '-e', closing], { port }), tunnel('idle', ['sleep', '1000'])])
  process.kill(pidOf(opened, 'web'), 'SIGUSR2')
  process.kill(pidOf(opened, 'idle'), 'SIGSTOP')
  await until(() => stateOf(lab, 'web').state !== 'open' && stateOf(lab, 'idle').state !== 'open')
  expect(stateOf(lab, 'web')).toMatchObject({ state: 'unhealthy', code: 'listener.gone' })
  expect(stateOf(lab, 'idle')).toMatchObject({ state: 'unhealthy', code: 'run.suspended' })
})

test('a recorded PID that now belongs to somebody else is neither shown as running nor signalled', async () => {
  const lab = await bench()
  const opened = await lab.up([tunnel('web', ['sleep', '1000'])])
  const record = observe(lab.world).tunnels.get('web')?.record
  if (record === undefined) throw new Error('no record')
  process.kill(pidOf(opened, 'web'), 'SIGKILL')
  await until(() => stateOf(lab, 'web').state === 'failed')
  // The run file now claims that our own PID is the launcher and the program.
  writeFileSync(lab.world.store.runFile(record.attempt), `l ${process.pid}\np ${process.pid}\n`)
  expect(stateOf(lab, 'web').state).toBe('failed')
  const { story } = await lab.down(['web'])
  expect(story).toEqual(['web: nothing'])
})

test.each(['l 0\np 0\n', 'l 1\np 1\n', 'l -5\np -5\n', 'l 99999999999\n', 'nonsense\n'])(
  'a damaged run file (%j) gives unknown: nothing is started on top, nothing is signalled',
  async (text) => {
    const lab = await bench()
    const spec = tunnel('web', ['true'])
    await lab.up([spec])
    // It may be called open before its program has had the time to end.
    await vi.waitFor(() => {
      expect(observe(lab.world).tunnels.get('web')?.process.kind).toBe('gone')
    })
    const record = observe(lab.world).tunnels.get('web')?.record
    if (record === undefined) throw new Error('no record')
    const original = readFileSync(lab.world.store.runFile(record.attempt), 'utf8')
    writeFileSync(lab.world.store.runFile(record.attempt), text)
    expect(stateOf(lab, 'web').state).toBe('unknown')
    const { tunnels } = await lab.up([spec])
    expect(tunnels.get('web')).toMatchObject({ type: 'failed', problem: { code: 'run.unknown' } })
    writeFileSync(lab.world.store.runFile(record.attempt), original)
  },
)

test('a damaged index is rebuilt from the specifications, and nothing runs twice', async () => {
  const lab = await bench()
  const spec = tunnel('web', ['sleep', '1000'])
  const opened = await lab.up([spec])
  writeFileSync(join(lab.world.store.folder, 'state.json'), '{"torn')
  const again = await lab.up([spec])
  expect(again.story).toEqual(['web: kept'])
  expect(pidOf(again, 'web')).toBe(pidOf(opened, 'web'))
})

test('two, five and ten commands at once start one process for each tunnel', async () => {
  const lab = await bench()
  const port = await freePort()
  const specs = [tunnel('web', ['node', '-e', listener(port)], { port }), tunnel('idle', ['sleep', '1000'])]
  const all = await Promise.all(Array.from({ length: 10 }, () => lab.up(specs)))
  for (const name of ['web', 'idle']) expect(new Set(all.map((ran) => pidOf(ran, name))).size).toBe(1)
})

function stateOf(lab: Bench, name: string): ReturnType<typeof statusOf> {
  const facts = observe(lab.world, { specs: true })
  return statusOf(facts.tunnels.get(name) ?? null, { now: Date.now(), bootId: facts.bootId, next: null })
}

function pidOf(ran: { events: readonly object[] }, name: string): number {
  const event = ran.events.findLast(
    (e) => 'name' in e && e.name === name && 'pid' in e && typeof e.pid === 'number',
  ) as { pid: number } | undefined
  if (event === undefined) throw new Error(`no PID of ${name}`)
  return event.pid
}

function alive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`not a PID: ${pid}`)
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ''
  return stat !== '' && !/\) [ZX] /.test(stat)
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited too long')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
