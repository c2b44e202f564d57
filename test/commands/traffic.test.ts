/** What flows through a tunnel: counted exactly by p2p's own relay, about right for programs that show it, else null. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/ports.ts'
import { Rig, type PsLine } from '../support/rig.ts'
import { described } from '../support/described.ts'

/** Answers each byte with three. */
async function threefold(): Promise<number> {
  const clients = new Set<Socket>()
  const server = createServer((socket) => {
    clients.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => socket.write(Buffer.concat([bytes, bytes, bytes])))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of clients) client.destroy()
    server.close()
  })
  return (server.address() as { port: number }).port
}

/** Sends so many bytes, and stays connected once all answers are there. */
async function exchange(port: number, bytes: number): Promise<Socket> {
  const client = connect(port, '127.0.0.1')
  onTestFinished(() => void client.destroy())
  client.write(Buffer.alloc(bytes, 'x'))
  let heard = 0
  while (heard < bytes * 3) heard += ((await once(client, 'data')) as [Buffer])[0].length
  return client
}

const figures = (line: PsLine): unknown[] =>
  ['connections', 'bytesIn', 'bytesOut', 'bytesMoved'].map((key) => line[key])

test('the relay counts both directions to the byte, and its connections are those that are open', async () => {
  const rig = new Rig()
  const [port, target] = [await freePort(), await threefold()]
  rig.write(`tunnels: { a: { port: ${port}, restart: no, tcp: { to: '127.0.0.1:${target}' } } }`)
  expect((await rig.p2p('up')).status).toBe(0)
  // Its own first try to reach the target carries nothing.
  const before = await rig.lineThat('a', 'counts', ({ bytesIn }) => bytesIn !== null)
  expect([...figures(before), before['lastTrafficAt']]).toEqual([0, 0, 0, 0, null])

  const first = await exchange(port, 100_000)
  await exchange(port, 11)
  const line = await rig.lineThat('a', 'has counted all', ({ bytesIn }) => bytesIn === 300_033)
  expect(figures(line)).toEqual([2, 300_033, 100_011, 400_044])
  expect(Date.parse(String(line['lastTrafficAt']))).toBeGreaterThan(Date.now() - 60_000)
  described('ps', (await rig.look('ps', '--json')).stdout)
  first.destroy()
  await rig.lineThat('a', 'has lost one', ({ connections }) => connections === 1)

  expect((await rig.look('ps', '--format', 'wide')).stdout).toMatch(/CONNS +TRAFFIC[^]* 1 +293KB in, 98KB out /)
  expect((await rig.look('ps')).stdout).not.toContain('CONNS')
  expect((await rig.look('ps', '--format', '{{.BytesOut}} {{.Connections}}')).stdout).toBe('100011 1\n')
  expect((await rig.look('why', 'a')).stdout).toMatch(
    /^\+ traffic +1 connection; 293KB in, 98KB out; the last \S+ ago$/m,
  )
})

test('what is closed carries nothing, and a run begins at zero', async () => {
  const rig = new Rig()
  const [port, target] = [await freePort(), await threefold()]
  rig.write(`tunnels: { a: { port: ${port}, restart: no, tcp: { to: '127.0.0.1:${target}' } } }`)
  await rig.p2p('up')
  await exchange(port, 5)
  await rig.lineThat('a', 'has counted', ({ bytesIn }) => bytesIn === 15)
  await rig.p2p('down')
  expect(figures(await rig.line('a'))).toEqual([null, null, null, null])
  await rig.p2p('up')
  expect(figures(await rig.line('a'))).toEqual([0, 0, 0, 0])
})

test('a program whose writes do not show what it carries has no figure, and never a zero', async () => {
  const rig = new Rig()
  const program = await rig.program()
  const port = await freePort()
  rig.write(`tunnels: { a: { port: ${port}, restart: no, command: ${program.command} } }`)
  const up = rig.p2p('up')
  await (await program.next()).listen(port)
  await up
  const client = connect(port, '127.0.0.1')
  onTestFinished(() => void client.destroy())
  const line = await rig.lineThat('a', 'has a connection', ({ connections }) => connections === 1)
  expect([...figures(line), line['lastTrafficAt']]).toEqual([1, null, null, null, null])
  expect((await rig.look('ps', '--format', 'wide')).stdout).toMatch(/in-sync +1 +- /)
  expect((await rig.look('why', 'a')).stdout).toContain('1 connection; bytes are not counted for this program')
})

test.runIf(process.platform === 'linux' && existsSync('/usr/bin/socat'))(
  'what socat moves shows in what it writes, its children included',
  async () => {
    const rig = new Rig()
    const [port, target] = [await freePort(), await threefold()]
    const argv = ['socat', `TCP-LISTEN:${port},fork,bind=127.0.0.1,reuseaddr`, `TCP:127.0.0.1:${target}`]
    rig.write(`tunnels: { a: { port: ${port}, restart: no, command: ${JSON.stringify(argv)} } }`)
    expect((await rig.p2p('up')).status).toBe(0)
    const first = await exchange(port, 100_000)
    const during = await rig.lineThat('a', 'has moved it', ({ bytesMoved }) => Number(bytesMoved) >= 400_000)
    expect(Number(during['bytesMoved'])).toBeLessThan(410_000)
    expect(figures(during).slice(0, 3)).toEqual([1, null, null])
    first.destroy()
    // The child that carried it is gone, and its parent has waited for it.
    const after = await rig.lineThat('a', 'has lost it', ({ connections }) => connections === 0)
    expect(Number(after['bytesMoved'])).toBeGreaterThanOrEqual(400_000)
    expect((await rig.look('ps', '--format', 'wide')).stdout).toMatch(/ 0 +~39\dKB /)
  },
)
