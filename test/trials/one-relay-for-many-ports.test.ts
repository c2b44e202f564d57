import { expect, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, expectOneProcessEach, read } from '../support/rig.ts'
import { ask, dial, echo, listenOn, readText, serve, serveHalfOpen } from '../support/streams.ts'

const refused = (port: number): string => `cannot reach 127.0.0.1:${port}: connection refused`
const failed = (...ports: number[]): string => `its last connection failed: ${ports.map(refused).join('; ')}`
const portsOf = (line: Record<string, unknown>): number[] =>
  (line['endpoints'] as { port: number }[]).map(({ port }) => port)

test('one process carries all ports of a list, and down frees them', async () => {
  const rig = new Rig()
  const [fixed, db, cache, web] = [
    await freePort(),
    await serve(echo('db')),
    await serve(echo('cache')),
    await serve(echo('web')),
  ]
  rig.write(`tunnels:
  all:
    tcp:
      forward:
        - ${fixed}:127.0.0.1:${db}
        - { port: auto, to: "127.0.0.1:${cache}" }
        - { port: auto, bind: 127.0.0.2, to: "127.0.0.1:${web}" }
    url: http://{host}:{port}/
    restart: no
`)
  const up = await rig.p2p('up')
  expect(up, up.stderr).toMatchObject({ status: 0 })
  const line = await rig.line('all')
  expectOneProcessEach(rig, [line])
  const [first, second, third] = portsOf(line)
  expect(line).toMatchObject({
    state: 'open',
    reason: null,
    port: fixed,
    target: `127.0.0.1:${db} (+2)`,
    url: `http://127.0.0.1:${fixed}/`,
    endpoints: [{ host: '127.0.0.1' }, { host: '127.0.0.1' }, { host: '127.0.0.2' }],
    listensOn: line['endpoints'],
  })
  expect(first).toBe(fixed)
  expect((await rig.look('port', 'all')).stdout).toBe(`127.0.0.1:${fixed}\n`)
  expect(await ask(fixed)).toBe('db: hello')
  expect(await ask(second ?? 0)).toBe('cache: hello')
  const client = await dial(third ?? 0, '127.0.0.2')
  client.write('hello')
  expect(await readText(client, 10)).toBe('web: hello')

  // What `config` prints is the same tunnel.
  const { stdout: printed } = await rig.look('config')
  const { stdout: hash } = await rig.look('config', '--hash')
  rig.write(printed)
  expect((await rig.look('config', '--hash')).stdout).toBe(hash)
  expect((await rig.p2p('up')).stderr).toContain('already open')

  await rig.p2p('down')
  for (const port of [fixed, second ?? 0]) await (await listenOn(port)).close()
  expect(rig.processes()).toEqual([])
})

test('a target that is away fails only its own connections, and is named until it answers', async () => {
  const rig = new Rig()
  const [one, two, three] = [await freePort(), await freePort(), await freePort()]
  const [well, dead, later] = [await serve(echo('well')), await freePort(), await freePort()]
  rig.write(`tunnels:
  all: { tcp: { forward: [${one}:127.0.0.1:${dead}, ${two}:127.0.0.1:${well}, ${three}:127.0.0.1:${later}] } }
`)
  const up = await rig.p2p('up')
  expect(up.status).toBe(0)
  expect(up.stderr).toContain(refused(dead))
  expect(up.stderr).toContain(refused(later))
  expect((await rig.look('why', 'all')).stdout).toContain(refused(dead))

  await serveHalfOpen(echo('later'), later)
  expect([await ask(two), await ask(three)]).toEqual(['well: hello', 'later: hello'])
  const named = { state: 'open', code: 'connection.failed', reason: failed(dead) }
  expect(await rig.lineThat('all', 'names one', ({ reason }) => reason === failed(dead))).toMatchObject(named)
  // The success of another does not hide it.
  expect(await ask(two)).toBe('well: hello')
  expect(await rig.line('all')).toMatchObject(named)
  await serveHalfOpen(echo('back'), dead)
  expect(await ask(one)).toBe('back: hello')
  await rig.lineThat('all', 'has nothing to complain about', ({ reason }) => reason === null)
})

test('a healthcheck that fails for one target does not reopen the process that serves the others', async () => {
  const rig = new Rig()
  const [one, two, dead] = [await freePort(), await freePort(), await freePort()]
  rig.write(`tunnels:
  all:
    tcp: { forward: [${one}:127.0.0.1:${dead}, ${two}:127.0.0.1:${await serve(echo('well'))}] }
    ready: { listen: true }
    healthcheck: { banner: ^220, interval: 100ms, timeout: 200ms, retries: 2 }
`)
  await rig.p2p('up')
  const { pid, reason, log } = await rig.lineThat('all', 'is unhealthy', ({ state }) => state === 'unhealthy')
  expect(reason).toBe(
    `no answer through 127.0.0.1:${one} (greeting ^220, 2 times in a row); its program says: ${refused(dead)}`,
  )
  expect((await rig.look('why', 'all')).stdout).toContain('correct tcp.forward')
  await rig.until('it was asked for longer than the supervisor waits', () => /more times/.test(read(log)))
  expect(await rig.line('all')).toMatchObject({ pid, restarts: 0, state: 'unhealthy' })
  expect(await ask(two)).toBe('well: hello')
  await serveHalfOpen((socket) => socket.write('220 ready\r\n'), dead)
  expect(await rig.lineThat('all', 'is well', ({ state }) => state === 'open')).toMatchObject({ pid, restarts: 0 })
})

test('an address that it cannot have is named, and nothing is left half open', async () => {
  const rig = new Rig()
  const [free, taken, far] = [await freePort(), await serve(echo('stranger')), await serve(echo('far'))]
  const list = (second: string): string =>
    `tunnels: { all: { restart: no, tcp: { forward: [${free}:127.0.0.1:${far}, "${second}:127.0.0.1:${far}"] } } }\n`
  rig.write(list(String(taken)))
  expect((await rig.p2p('up')).stderr).toContain(`port ${taken} is already in use`)
  rig.write(list('192.0.2.1:4000'))
  expect((await rig.p2p('up')).stderr).toContain('192.0.2.1 is not an address of this machine')
  expect(rig.processes()).toEqual([])
})

test('from port and to to a list of one, nothing is reopened; an entry more reopens it', async () => {
  const rig = new Rig()
  const [one, two, far] = [await freePort(), await freePort(), await serve(echo('far'))]
  rig.write(`tunnels: { a: { port: ${one}, tcp: { to: "127.0.0.1:${far}" }, restart: no } }\n`)
  await rig.p2p('up')
  const { pid } = await rig.line('a')
  rig.write(`tunnels: { a: { tcp: { forward: [${one}:127.0.0.1:${far}] }, restart: no } }\n`)
  await rig.p2p('up')
  expect(await rig.line('a')).toMatchObject({ pid, config: 'in-sync' })

  // A list in an override is added to.
  rig.write(`tunnels: { a: { tcp: { forward: [${two}:127.0.0.1:${far}] } } }\n`, 'p2p.override.yaml')
  expect((await rig.p2p('up')).status).toBe(0)
  const line = await rig.line('a')
  expect([portsOf(line), line.pid === pid]).toEqual([[one, two], false])
  expect([await ask(one), await ask(two)]).toEqual(['far: hello', 'far: hello'])
  expectOneProcessEach(rig, [line])
})
