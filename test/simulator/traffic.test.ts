import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { Agent, get, request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { arguments7, provisioning, simulators, uid } from './support.ts'
import { type Program } from '../support/process.ts'
import { freePort } from '../support/ports.ts'
import { until } from '../support/rig.ts'
import { dial, dialWhenOpen, readText, readAll, serveHalfOpen } from '../support/streams.ts'

const sim = simulators()

async function open(given: Record<string, string | number> = {}): Promise<{ port: number; program: Program }> {
  const port = await freePort()
  const program = sim.start(['-s', '-f', sim.file(provisioning(port))], given)
  await program.says(/Proxy started\.\n/)
  return { port, program }
}

describe('HTTP', () => {
  const fetchPage = (
    port: number,
    agent: Agent,
    path = '/',
  ): Promise<{ response: IncomingMessage; localPort: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      get({ port, agent, path, host: '127.0.0.1' }, (response) => {
        let body = ''
        const { localPort } = response.socket
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        response.on('end', () => {
          resolve({ response, localPort, body })
        })
      }).on('error', reject)
    })

  it('is answered with a page that names the UID, again and again on one connection', async () => {
    const { port } = await open()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const locals = new Set<number | undefined>()
    for (const path of ['/', '/status', '/<b>']) {
      const { response, localPort, body } = await fetchPage(port, agent, path)
      locals.add(localPort)
      expect(response.statusCode).toBe(200)
      expect(response.headers['content-length']).toBe(String(Buffer.byteLength(body)))
      expect(body).toContain(uid)
      expect(body).not.toContain('<b>')
    }
    expect(locals.size).toBe(1)
    agent.destroy()
  })

  it('a request with a body is answered once it has come', async () => {
    const { port } = await open()
    const post = request({ port, host: '127.0.0.1', method: 'POST' })
    post.end('x'.repeat(200_000))
    const [response] = (await once(post, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    response.resume()
    await once(response, 'end')
  })

  it('a request that comes in pieces is still one', async () => {
    const { port } = await open()
    const client = await dial(port)
    client.write('GE')
    client.write('T / HTTP/1.0\r\n\r\n')
    expect((await readAll(client)).toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*<h1>/)
  })

  it('1.0 and HEAD get what belongs to them', async () => {
    const { port } = await open()
    const client = await dial(port)
    client.write('HEAD /x HTTP/1.0\r\n\r\n')
    const answer = (await readAll(client)).toString()
    expect(answer).toMatch(/content-length: \d+/)
    expect(answer).toMatch(/\r\n\r\n$/)
  })
})

describe('anything else', () => {
  it('comes back as it was sent', async () => {
    const { port } = await open()
    const client = await dial(port)
    const sent = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256))
    const back = readAll(client)
    client.end(sent)
    expect((await back).equals(sent)).toBe(true)
  })

  it('also one byte that could have become HTTP', async () => {
    const { port } = await open()
    const client = await dial(port)
    client.write('G')
    expect(await readText(client, 1)).toBe('G')
    client.end('ET / HTTP/1.0\r\n\r\n')
    expect((await readAll(client)).toString()).toBe('ET / HTTP/1.0\r\n\r\n')
  })

  it('also when the client ends before anybody could tell', async () => {
    const { port } = await open()
    const client = await dial(port)
    client.end('GE')
    expect((await readAll(client)).toString()).toBe('GE')
    const mute = await dial(port)
    mute.end()
    expect(await readAll(mute)).toHaveLength(0)
  })

  it('FAR=echo sends requests back, FAR=http answers at any price', async () => {
    const echoing = await dial((await open({ FAR: 'echo' })).port)
    echoing.end('GET / HTTP/1.0\r\n\r\n')
    expect((await readAll(echoing)).toString()).toBe('GET / HTTP/1.0\r\n\r\n')
    const answering = await dial((await open({ FAR: 'http' })).port)
    answering.write('hello\r\n\r\n')
    expect((await readAll(answering)).toString()).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('TARGET', () => {
  it('is where connections go, both directions apart', async () => {
    const target = await serveHalfOpen((socket) => {
      socket.write('I speak first. ')
      void readAll(socket).then((heard) => socket.end(`You said ${heard.toString()}`))
    })
    const { port } = await open({ TARGET: `127.0.0.1:${target}` })
    const client = await dial(port)
    expect(await readText(client, 15)).toBe('I speak first. ')
    client.end('hello')
    expect((await readAll(client)).toString()).toBe('You said hello')
  })

  it('that refuses closes the accepted connection only', async () => {
    const target = await freePort()
    const { port, program } = await open({ TARGET: `127.0.0.1:${target}` })
    expect(await readAll(await dial(port))).toHaveLength(0)
    await serveHalfOpen((socket) => socket.end('back'), target)
    expect((await readAll(await dial(port))).toString()).toBe('back')
    expect(program.output()).not.toContain('!!exit')
  })
})

describe('the local end', () => {
  it('is there at Starting Proxy and not before', async () => {
    const port = await freePort()
    const program = sim.start(['-f', sim.file(provisioning(port))], { LOGIN_MS: 40_000, READY_MS: 600_000 })
    await program.says(/req auth/)
    await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await program.says(/Starting Proxy on port/)
    const client = await dial(port)
    client.end('here')
    expect((await readAll(client)).toString()).toBe('here')
    expect(program.output()).not.toContain('Proxy started.')
  })

  it('is nowhere with started-not-listening', async () => {
    const { port } = await open({ FAULT: 'started-not-listening' })
    await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('takes the UDP port of the same number with -c', async () => {
    const port = await freePort()
    const program = sim.start(['-s', ...arguments7(port)])
    await program.says(/Proxy started\.\n/)
    const socket = createSocket('udp4')
    socket.bind({ port, address: '0.0.0.0', exclusive: true })
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('EADDRINUSE')
    socket.close()
  })

  it('counts bytes into the throughput lines and the farewell', async () => {
    const { port, program } = await open({ THROUGHPUT_MS: 5000, SPEED: 10 })
    const client = await dial(port)
    client.end('0123456789')
    await readAll(client)
    await program.says(/!!throughput txBps=2 rxBps=2 pl=100000/)
    program.signal('SIGTERM')
    await program.exit
    expect(program.output()).toContain('!!status session tx bytes 10\n!!status session rx bytes 10\n')
  })
})

describe('-d', () => {
  const daemons = new Set<number>()
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0)
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false
    }
  }
  afterEach(async () => {
    for (const pid of daemons) {
      if (Number.isSafeInteger(pid) && pid > 1 && alive(pid)) process.kill(pid, 'SIGKILL')
      await until('the daemon has exited', () => !alive(pid))
    }
    daemons.clear()
  })

  it('still opening in the background and leaves its PID, without newline, from the root folder', async () => {
    const port = await freePort()
    const pidFile = join(sim.folder, 'daemon.pid')
    const result = await sim.run(['-d', pidFile, '-f', sim.file(provisioning(port))])
    expect(result.status).toBe(0)
    expect(result.output.split('\n')).toHaveLength(6)
    await until('its PID is written', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '')
    const written = readFileSync(pidFile, 'utf8')
    expect(written).toMatch(/^\d+$/)
    const pid = Number(written)
    daemons.add(pid)
    expect(statSync(pidFile).mode & 0o111).toBe(0)
    if (process.platform === 'linux') expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/')
    const client = await dialWhenOpen(port)
    client.end('daemon')
    expect((await readAll(client)).toString()).toBe('daemon')
    process.kill(pid, 'SIGTERM')
    await until('the daemon has exited', () => !alive(pid))
  })

  it('refuses a bad command line before it goes', async () => {
    expect((await sim.run(['-d', '-c', 'too', 'few'])).status).toBe(1)
  })
})
