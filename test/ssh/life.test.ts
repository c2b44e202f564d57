import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { finished } from '../support/process.ts'
import { Rig, read, type PsLine } from '../support/rig.ts'
import { freePort } from '../support/ports.ts'
import { Sshd, sshdMissing } from './sshd.ts'
import { ask, echo, listenOn, serve } from '../support/streams.ts'

describe.skipIf(sshdMissing !== null)(`with a real sshd${sshdMissing === null ? '' : `: ${sshdMissing}`}`, () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await Sshd.start()
  })
  afterAll(() => sshd.end())

  test('the server dies and returns: every tunnel is back within one step of its delays', async () => {
    const rig = new Rig()
    const [far, here] = [await serve(echo('far')), await serve(echo('here'))]
    const [port, remote] = [await freePort(), await freePort()]
    rig.write(`defaults: { ssh: { to: bench, config: ${sshd.config} } }
tunnels:
  db: { port: ${port}, ssh: { forward: 127.0.0.1:${far} } }
  hook: { ssh: { reverse: { from: 127.0.0.1:${remote}, to: 127.0.0.1:${here} } } }
`)
    await up(rig)
    await sshd.kill()
    for (const name of ['db', 'hook']) {
      const line = await rig.lineThat(name, 'has tried in vain', ({ code }) => code === 'ssh.refused')
      expect(line).toMatchObject({ state: 'retrying', exitCode: 255 })
      expect(rig.events().find((event) => event.type === 'exited' && event.name === name)).toMatchObject({
        code: expect.stringMatching(/^ssh\.(closed|lost)$/) as string,
        exitCode: 255,
      })
    }

    await sshd.start()
    const before = new Map((await rig.ps()).map((line) => [line.name, line]))
    await rig.until('both are open', async () => (await rig.ps()).every(isOpen))
    expect(await Promise.all([ask(port), ask(remote)])).toEqual(['far: hello', 'here: hello'])
    for (const line of await rig.ps()) {
      // One that was at it while the server returned may need one more try.
      const tries = before.get(line.name)?.state === 'retrying' ? 1 : 2
      expect(restarts(line) - restarts(before.get(line.name))).toBeLessThanOrEqual(tries)
    }
  })

  test('a far host that stands still is found by ssh itself, and by a check through the tunnel', async () => {
    const rig = new Rig()
    const far = await serve((socket) => socket.write('220 ready\r\n'))
    rig.write(`defaults: { ssh: { to: bench, config: ${sshd.config}, forward: 127.0.0.1:${far} } }
tunnels:
  asks:
    port: ${await freePort()}
    ssh: { options: { ServerAliveInterval: 1, ServerAliveCountMax: 1, ConnectTimeout: 1 } }
  checked:
    port: ${await freePort()}
    ssh: {}
    healthcheck: { banner: ^220, interval: 100ms, timeout: 300ms, retries: 2 }
    restart: no
  refused:
    port: ${await freePort()}
    ssh: { forward: 127.0.0.1:${await freePort()} }
    ready: { listen: true }
    healthcheck: { banner: ^220, interval: 100ms, timeout: 300ms, retries: 2 }
    restart: no
`)
    await up(rig)
    // What is refused behind the far host is told from what stands still: ssh says so.
    expect((await rig.lineThat('refused', 'is found sick', ({ state }) => state === 'unhealthy')).reason).toBe(
      'no answer through the tunnel (greeting ^220, 2 times in a row); its program says: connect failed: Connection refused',
    )
    await rig.p2p('down', 'refused')
    const { pid } = await rig.line('checked')
    sshd.freeze()
    onTestFinished(() => {
      sshd.thaw()
    })
    expect(await rig.lineThat('checked', 'is found sick', ({ state }) => state === 'unhealthy')).toMatchObject({
      code: 'health.failed',
      reason: 'no answer through the tunnel (greeting ^220, 2 times in a row)',
      health: 'unhealthy',
      pid,
    })
    await rig.lineThat('asks', 'gets no answer to a new connection', ({ code }) => code === 'ssh.mute')
    expect(rig.events().find(({ type, name }) => type === 'exited' && name === 'asks')).toMatchObject({
      code: 'ssh.timeout',
      exitCode: 255,
      exitSignal: null,
    })

    sshd.thaw()
    await rig.lineThat('asks', 'is open', isOpen)
    await rig.lineThat('checked', 'is open', isOpen)
    expect(await rig.line('checked')).toMatchObject({ health: 'healthy', pid })
  })

  test('a port that is taken while ssh logs in is named with its holder, and the tunnel opens once it is free', async () => {
    const rig = new Rig()
    const far = await serve(echo('far'))
    const port = await freePort()
    rig.write(
      `tunnels: { db: { port: ${port}, ssh: { to: bench, config: ${sshd.config}, forward: 127.0.0.1:${far} } } }`,
    )
    sshd.freeze()
    onTestFinished(() => {
      sshd.thaw()
    })
    const opening = rig.start('up')
    await opening.says(/waiting for its listener/)
    const stranger = await listenOn(port)
    sshd.thaw()
    const ran = await finished(opening)
    expect(ran.status).toBe(1)
    expect(ran.stderr).toMatch(
      new RegExp(`x db +port ${port} (is held|is already in use).* by .*\\(PID ${process.pid}\\)`),
    )
    expect((await rig.lineThat('db', 'is going to be tried again', isRetrying)).code).toBe('port.taken')

    await stranger.close()
    await rig.lineThat('db', 'is open', isOpen)
    expect(await ask(port)).toBe('far: hello')
  })

  test('a kill by a person is respected, a lost session is not', async () => {
    const rig = new Rig()
    rig.write(`defaults: { ssh: { to: bench, config: ${sshd.config}, dynamic: true } }
tunnels:
  terminated: { port: ${await freePort()}, ssh: {} }
  interrupted: { port: ${await freePort()}, ssh: {} }
  killed: { port: ${await freePort()}, ssh: {} }
  lost: { port: ${await freePort()}, ssh: {} }
`)
    await up(rig)
    const before = await rig.ps()
    process.kill(await rig.pid('terminated'), 'SIGTERM')
    process.kill(await rig.pid('interrupted'), 'SIGINT')
    process.kill(await rig.pid('killed'), 'SIGKILL')
    await rig.until(
      'two are closed',
      async () => (await rig.ps()).filter(({ state }) => state === 'closed').length === 2,
    )
    for (const name of ['terminated', 'interrupted']) {
      expect(await rig.line(name)).toMatchObject({ state: 'closed', code: 'ssh.stopped', nextRetryAt: null })
    }
    sshd.killSessions()
    const newPid = async (name: string): Promise<boolean> => {
      const line = await rig.line(name)
      return isOpen(line) && line.pid !== before.find((other) => other.name === name)?.pid
    }
    await rig.until('the others are back', async () => (await newPid('killed')) && (await newPid('lost')))
    expect((await rig.line('terminated')).state).toBe('closed')
  })

  test('what ssh says only for p2p to read is left out where people read', async () => {
    const rig = new Rig()
    const here = await serve(echo('here'))
    const [remote, other] = [await freePort(), await freePort()]
    rig.write(`defaults: { restart: no, ssh: { to: bench, config: ${sshd.config} } }
tunnels:
  hook: { ssh: { reverse: { from: 127.0.0.1:${remote}, to: 127.0.0.1:${here} } } }
  loud: { ssh: { reverse: { from: 127.0.0.1:${other}, to: 127.0.0.1:${here} }, options: { LogLevel: DEBUG1 } } }
`)
    await up(rig)
    await ask(remote)
    expect(read((await rig.line('hook')).log).match(/^debug1: /gm)?.length).toBeGreaterThan(20)
    const { stdout } = await rig.p2p('logs', 'hook', '--no-log-prefix')
    expect(stdout).toMatch(/^Authenticated to 127\.0\.0\.1 .* using "publickey"\.\n$/)
    // Lines that are not shown do not count, and who asks for debugging lines gets them.
    expect((await rig.p2p('logs', 'hook', '-n', '1', '--no-log-prefix')).stdout).toBe(stdout)
    expect((await rig.p2p('logs', 'loud')).stdout).toContain('debug1: ')
    await rig.p2p('down')
    expect((await rig.p2p('logs', 'hook', '--no-log-prefix')).stdout).not.toContain('debug1: ')

    sshd.freeze()
    onTestFinished(() => {
      sshd.thaw()
    })
    rig.write(`tunnels:
  late:
    restart: no
    ready: { timeout: 1s }
    ssh: { to: bench, config: ${sshd.config}, reverse: { from: 127.0.0.1:${remote}, to: 127.0.0.1:${here} } }
`)
    const late = await rig.p2p('up')
    expect(late.stderr).toContain(
      `not ready within 1 s: still waiting for ssh's confirmation that the far host listens on 127.0.0.1:${remote}`,
    )
    expect(late.stderr).not.toContain('debug1')
  })
})

async function up(rig: Rig): Promise<void> {
  const ran = await rig.p2p('up')
  expect(ran, ran.stderr).toMatchObject({ status: 0 })
}

function isOpen({ state }: PsLine): boolean {
  return state === 'open'
}

function isRetrying({ state }: PsLine): boolean {
  return state === 'retrying'
}

function restarts(line: PsLine | undefined): number {
  return Number(line?.['restarts'])
}
