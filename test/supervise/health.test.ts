import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { Rig, pidOf, read, type PsLine } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { listenOn, serve } from '../support/streams.ts'

const quick = 'interval: 100ms, timeout: 300ms, retries: 2'

test('a far end that stops answering is found by its own question, and found well again', async () => {
  const rig = new Rig()
  let mute = false
  const greets = await serve((socket) => {
    if (!mute) socket.write('220 ready\r\n')
  })
  const web = await serve((socket) => {
    socket.on('data', () => {
      if (!mute) socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
    })
  })
  const certificate = selfSigned(rig.folder)
  const secure = await serve((socket) => {
    if (!mute) encrypt(socket, certificate)
  })
  const marker = rig.write('', 'well')
  const relay = async (to: number, check: string): Promise<string> =>
    `{ port: ${await freePort()}, tcp: { to: 127.0.0.1:${to} }, healthcheck: { ${check}, ${quick} } }`
  rig.write(`defaults: { restart: no, ready: { listen: true } }
tunnels:
  banner: ${await relay(greets, 'banner: ^220')}
  http: ${await relay(web, 'http: /status')}
  tls: ${await relay(secure, 'tls: true')}
  command: ${await relay(greets, `command: [test, -e, '${marker}']`)}
  dead: ${await relay(await freePort(), 'banner: ^220')}
`)
  expect((await rig.p2p('up')).status).toBe(0)
  const four = ['banner', 'http', 'tls', 'command']
  const health = async (): Promise<unknown[]> =>
    (await rig.ps()).filter(({ name }) => four.includes(name)).map(({ state, health }) => `${state} ${String(health)}`)
  // A relay listens whatever becomes of its target; only asking through it tells.
  expect(await rig.lineThat('dead', 'is found out', isUnhealthy)).toMatchObject({
    code: 'health.failed',
    reason: expect.stringMatching(
      /^no answer through the tunnel \(greeting \^220, 2 times in a row\); its program says: cannot reach 127\.0\.0\.1:\d+: connection refused$/,
    ) as string,
  })
  await rig.until('the others have answered', async () => (await health()).every((one) => one === 'open healthy'))
  // The round trip of what asks the far end; a command is mostly its own start.
  const measured = (line: PsLine): boolean => typeof line['roundTripMs'] === 'number'
  for (const name of ['banner', 'http', 'tls']) {
    const line = await rig.lineThat(name, 'was measured', measured)
    expect(line['roundTripMs']).toBeGreaterThan(0)
    expect(line['roundTripMs']).toBeLessThan(300)
  }
  expect((await rig.look('ps', '--format', '{{json .RoundTripMs}}', 'command', 'dead')).stdout).toBe('null\nnull\n')
  expect((await rig.look('why', 'http')).stdout).toMatch(/\+ health .*GET \/status.*, answered in [\d.]+m?s\n/)
  expect((await rig.look('ps', '--format', 'wide')).stdout).toMatch(/ RTT +LAST ERROR[^]*\nhttp .* \d+ms +- /)
  expect((await rig.look('metrics', 'tls')).stdout).toMatch(/p2p_tunnel_round_trip_seconds\{.*\} 0\.\d+\n/)

  mute = true
  rmSync(marker)
  const words = async (name: string): Promise<unknown> =>
    (await rig.lineThat(name, 'is found sick', isUnhealthy)).reason
  expect(await Promise.all(four.map(words))).toEqual([
    'no answer through the tunnel (greeting ^220, 2 times in a row)',
    'no answer through the tunnel (GET /status, 2 times in a row)',
    'no answer through the tunnel (TLS handshake, 2 times in a row)',
    'no answer through the tunnel (test, 2 times in a row)',
  ])
  expect((await rig.look('ps', '--check', ...four)).status).toBe(3)
  expect((await rig.line('http'))['roundTripMs']).toBe(null)

  mute = false
  rig.write('', 'well')
  await rig.until('all are well', async () => (await health()).every((one) => one === 'open healthy'))
  expect((await rig.ps()).map(({ restarts }) => restarts)).toEqual(Array(5).fill(0))

  // What no one measures any more is not shown as of now.
  await rig.lineThat('http', 'was measured again', measured)
  process.kill(rig.supervisor(), 'SIGKILL')
  await rig.lineThat('http', 'is not measured any more', (line) => !measured(line))
})

test('a listener that is gone, a stranger’s, a stopped process and a dead one are told apart, and up mends all', async () => {
  const rig = new Rig()
  const ports = [await freePort(), await freePort()]
  // Listens until it is told to stop listening, and lives on.
  const program = `const s = require('net').createServer().listen(process.argv[1], '127.0.0.1'); process.on('SIGUSR2', () => s.close()); setInterval(() => {}, 1e6)`
  rig.write(`defaults: { restart: no }
tunnels:
  gone: { port: ${ports[0]}, command: [node, -e, "${program}", '{port}'] }
  stolen: { port: ${ports[1]}, command: [node, -e, "${program}", '{port}'] }
  stopped: { command: [sleep, '1000'] }
  zombie: { command: [sleep, '1000'] }
`)
  expect((await rig.p2p('up')).status).toBe(0)
  process.kill(await rig.pid('gone'), 'SIGUSR2')
  process.kill(await rig.pid('stolen'), 'SIGUSR2')
  process.kill(await rig.pid('stopped'), 'SIGSTOP')
  const zombie = await rig.line('zombie')
  // The launcher reaps the program and records how it ended, unless it can't.
  process.kill(pidOf(zombie.launcherPid), 'SIGSTOP')
  process.kill(pidOf(zombie.pid), 'SIGKILL')
  const stranger = await listenOn(Number(ports[1]))

  const seen = async (name: string): Promise<unknown[]> => {
    const { code, reason } = await rig.lineThat(name, 'is in trouble', isUnhealthy)
    return [code, reason]
  }
  expect(await seen('gone')).toEqual(['listener.gone', `nothing listens on 127.0.0.1:${ports[0]}`])
  expect(await seen('stolen')).toEqual([
    'port.taken',
    `port ${ports[1]} is already in use by ${ownName()} (PID ${process.pid})`,
  ])
  expect(await seen('stopped')).toEqual(['run.suspended', 'its process is stopped (SIGSTOP)'])
  expect(await seen('zombie')).toEqual([
    'run.unreaped',
    'its program exited, but its launcher has not recorded the exit status',
  ])
  expect((await rig.line('zombie')).pid).toBe(null)
  expect((await rig.look('ps', '--check')).status).toBe(3)

  await stranger.close()
  const mended = await rig.p2p('up')
  expect(mended, mended.stderr).toMatchObject({ status: 0 })
  expect((await rig.ps()).map(({ state }) => state)).toEqual(Array(4).fill('open'))
})

test('what needs another one healthy is opened once that has answered, and no try is burnt until then', async () => {
  const rig = new Rig()
  let mute = false
  const far = await serve((socket) => {
    if (!mute) socket.write('220 ready\r\n')
  })
  rig.write(`tunnels:
  mail:
    port: ${await freePort()}
    tcp: { to: 127.0.0.1:${far} }
    ready: { listen: true }
    healthcheck: { banner: ^220, interval: 10s, timeout: 200ms, retries: 2 }
    restart: no
  reader:
    command: [sleep, '1000']
    depends_on: { mail: { condition: healthy } }
`)
  const up = await rig.p2p('up')
  expect(up, up.stderr).toMatchObject({ status: 0 })
  await rig.p2p('down')

  mute = true
  const refused = await rig.p2p('up')
  expect(refused.status).toBe(1)
  expect(refused.stderr).toContain('reader  not started: mail is not healthy')
  expect(await rig.line('mail')).toMatchObject({ state: 'open' })
  expect(await rig.line('reader')).toMatchObject({ code: 'needs.closed', restarts: 0, pid: null })
  mute = false
  expect(await rig.lineThat('reader', 'is open', ({ state }) => state === 'open')).toMatchObject({ restarts: 0 })
})

function isUnhealthy({ state }: PsLine): boolean {
  return state === 'unhealthy'
}

/** As the kernel calls this process. */
function ownName(): string {
  return read('/proc/self/comm').trim()
}

interface Certificate {
  key: Buffer
  cert: Buffer
}

function selfSigned(folder: string): Certificate {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...ec, '-subj', '/CN=far', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

function encrypt(socket: Socket, certificate: Certificate): void {
  new TLSSocket(socket, { isServer: true, ...certificate }).on('error', () => undefined)
}
