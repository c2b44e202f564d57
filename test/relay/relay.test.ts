import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { relayExit } from '../../src/core/relay.ts'
import { childFile, run, start, startCommand, type Program } from '../support/process.ts'
import { freePort } from '../support/ports.ts'
import { until } from '../support/rig.ts'
import { dial, dialWhenOpen, readAll, readText, reset, serveHalfOpen } from '../support/streams.ts'

const relayFile = childFile('relay')
const linux = process.platform === 'linux'

/** A relay on a free port in front of `target`. */
async function relayTo(target: number, ...more: string[]): Promise<{ relay: Program; port: number }> {
  const relay = start(relayFile, ['--listen', '127.0.0.1:0', '--to', `127.0.0.1:${target}`, ...more])
  const said = await relay.says(/^relay: listening on 127\.0\.0\.1:(\d+), to 127\.0\.0\.1:(\d+)\n/)
  return { relay, port: Number(said[1]) }
}

const echo = (socket: Socket): void => {
  socket.pipe(socket)
}

describe('carrying', () => {
  it('hands on the end of one direction while the other goes on', async () => {
    const target = await serveHalfOpen((socket) => {
      void readAll(socket).then((question) => socket.end(`answer to ${question.toString()}`))
    })
    const { port } = await relayTo(target)
    const client = await dial(port)
    client.end('a question')
    expect((await readAll(client)).toString()).toBe('answer to a question')
  })

  it('lets the client go on after the target has ended its direction', async () => {
    let received: Promise<Buffer> | undefined
    const target = await serveHalfOpen((socket) => {
      socket.end('all I have')
      received = readAll(socket)
    })
    const { port } = await relayTo(target)
    const client = await dial(port)
    expect((await readAll(client)).toString()).toBe('all I have')
    client.end('thank you')
    await until('the target was reached', () => received !== undefined)
    expect((await received)?.toString()).toBe('thank you')
  })

  it('holds a fast sender back while the reader does not read, and delivers every byte when it does', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'p2p')
    const pieces = 192
    let handedOver = 0
    const target = await serveHalfOpen((socket) => {
      const next = (): void => {
        if (handedOver === pieces) socket.end()
        else
          socket.write(piece, () => {
            handedOver += 1
            next()
          })
      }
      next()
    })
    const { relay, port } = await relayTo(target)
    const client = await dial(port)
    client.pause()

    let before = -1
    while (handedOver !== before || handedOver === 0) {
      before = handedOver
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(handedOver).toBeLessThan(64)

    const hash = createHash('sha256')
    let length = 0
    for await (const chunk of client) {
      hash.update(chunk as Buffer)
      length += (chunk as Buffer).length
    }
    expect(length).toBe(pieces * piece.length)
    const expected = createHash('sha256')
    for (let i = 0; i < pieces; i++) expected.update(piece)
    expect(hash.digest('hex')).toBe(expected.digest('hex'))
    if (linux) expect(peakMemoryMb(relay.pid)).toBeLessThan(160)
  })

  it('keeps 300 connections at once apart', async () => {
    const target = await serveHalfOpen(echo)
    const { port } = await relayTo(target)
    const clients = await Promise.all(Array.from({ length: 300 }, () => dial(port)))
    const answers = await Promise.all(
      clients.map(async (client, i) => {
        const said = `I am client ${i}.`
        client.write(said)
        return (await readText(client, said.length)) === said
      }),
    )
    expect(answers.filter(Boolean)).toHaveLength(300)
  })

  it('hands a broken connection on as broken, never as complete', async () => {
    const target = await serveHalfOpen((socket) => {
      socket.write('half of')
      socket.once('data', () => {
        reset(socket)
      })
    })
    const { port } = await relayTo(target)
    const client = await dial(port)
    await readText(client, 7)
    client.write('and the rest?')
    await expect(readAll(client)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('breaks the way to the target when the client breaks', async () => {
    let broke: Promise<unknown> | undefined
    const target = await serveHalfOpen((socket) => {
      broke = readAll(socket)
      broke.catch(() => undefined)
      socket.write('hello')
    })
    const { port } = await relayTo(target)
    const client = await dial(port)
    await readText(client, 5)
    reset(client)
    await expect(broke).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('speaks IPv6 with brackets', async () => {
    const target = await serveHalfOpen(echo)
    const relay = start(relayFile, ['--listen', '[::1]:0', '--to', `127.0.0.1:${target}`])
    const said = await relay.says(/listening on \[::1\]:(\d+), to|cannot listen on \[::1\]:0: this machine has no such/)
    if (said[1] === undefined) return
    const client = await dial(Number(said[1]), '::1')
    client.write('six')
    expect(await readText(client, 3)).toBe('six')
  })
})

describe('a target that is away', () => {
  it('ends just the accepted connection, without a reset even after it has sent something', async () => {
    const target = await freePort()
    const { relay, port } = await relayTo(target)
    const client = await dial(port)
    const closed = once(client, 'close')
    client.end(Buffer.alloc(8_000_000))
    expect(await readAll(client)).toHaveLength(0)
    await closed
    await relay.says(new RegExp(`^relay: cannot reach 127\\.0\\.0\\.1:${target}: connection refused$`, 'm'))
  })

  it('is named once and not once per attempt, and served as soon as it is back', async () => {
    const target = await freePort()
    const { relay, port } = await relayTo(target)
    for (let i = 0; i < 20; i++) await readAll(await dial(port))
    expect(relay.output().match(/cannot reach/g)).toHaveLength(1)
    await serveHalfOpen(echo, target)
    const client = await dial(port)
    client.write('back')
    expect(await readText(client, 4)).toBe('back')
    relay.signal('SIGTERM')
    await relay.exit
    expect(relay.output()).toContain('connection refused (19 more times)')
  })

  it('whose name nobody knows is said as such', async () => {
    const relay = start(relayFile, ['--listen', '127.0.0.1:0', '--to', 'no-such-host.invalid:80'])
    const port = Number((await relay.says(/listening on 127\.0\.0\.1:(\d+)/))[1])
    expect(await readAll(await dial(port))).toHaveLength(0)
    await relay.says(/cannot reach no-such-host\.invalid:80: (no such host name|name lookup does not work right now)\n/)
  })
})

describe('several targets in one process', () => {
  it('keeps each to its own addresses, and one that is away fails only its own connections', async () => {
    const [one, dead] = [await serveHalfOpen(echo), await freePort()]
    const relay = start(relayFile, [
      ...['--listen', '127.0.0.1:0', '--to', `127.0.0.1:${dead}`],
      ...['--listen', '127.0.0.1:0', '--listen', '127.0.0.1:0', '--to', `127.0.0.1:${one}`],
    ])
    const [, away = '', first = '', second = ''] = await relay.says(
      new RegExp(
        `on 127.0.0.1:(\\d+), to 127.0.0.1:${dead}\n.* on 127.0.0.1:(\\d+) and 127.0.0.1:(\\d+), to 127.0.0.1:${one}\n`,
      ),
    )
    const clients = [await dial(Number(first)), await dial(Number(second))]
    expect(await readAll(await dial(Number(away)))).toHaveLength(0)
    for (const client of clients) {
      client.write('well')
      expect(await readText(client, 4)).toBe('well')
    }
    await relay.says(new RegExp(`cannot reach 127.0.0.1:${dead}: connection refused\n`))
  })

  it('counts the connections to each', async () => {
    const [one, other] = [await serveHalfOpen(echo), await serveHalfOpen(echo)]
    const relay = start(relayFile, [
      ...['--listen', '127.0.0.1:0', '--to', `127.0.0.1:${one}`],
      ...['--listen', '127.0.0.1:0', '--to', `127.0.0.1:${other}`, '--max-connections', '1'],
    ])
    const [, first = '', second = ''] = await relay.says(/on 127.0.0.1:(\d+), .*\n.* on 127.0.0.1:(\d+), .*\n/)
    await dial(Number(first))
    expect(await readAll(await dial(Number(first)))).toHaveLength(0)
    const client = await dial(Number(second))
    client.write('free')
    expect(await readText(client, 4)).toBe('free')
    await relay.says(new RegExp(`refused a connection: 1 are already open to 127.0.0.1:${one}\n`))
  })

  it('listens on all of its addresses or exits', async () => {
    const [taken, target] = [await serveHalfOpen(echo), await serveHalfOpen(echo)]
    for (const args of [
      ['--listen', '127.0.0.1:0', '--listen', `127.0.0.1:${taken}`, '--to', `127.0.0.1:${target}`],
      ['--listen', '127.0.0.1:0', '--to', 'a:1', '--listen', `127.0.0.1:${taken}`, '--to', `127.0.0.1:${target}`],
    ]) {
      const { status, output } = await run(relayFile, args)
      expect(status).toBe(relayExit.portTaken)
      expect(output).toBe(`relay: cannot listen on 127.0.0.1:${taken}: the port is already in use\n`)
    }
  })
})

describe('limits', () => {
  it('refuses connections above the limit with a plain end and one line, and serves again below it', async () => {
    const target = await serveHalfOpen(echo)
    const { relay, port } = await relayTo(target, '--max-connections', '2')
    const [first, second] = [await dial(port), await dial(port)]
    first.write('1')
    second.write('2')
    expect([await readText(first, 1), await readText(second, 1)]).toEqual(['1', '2'])
    for (let i = 0; i < 5; i++) {
      const refused = await dial(port)
      refused.write('hello?')
      expect(await readAll(refused)).toHaveLength(0)
    }
    expect(relay.output().match(/refused a connection: 2 are already open/g)).toHaveLength(1)
    first.end()
    await readAll(first)
    const next = await dial(port)
    next.write('3')
    expect(await readText(next, 1)).toBe('3')
  })

  it('closes a connection that carries nothing for the idle timeout', async () => {
    let ended: Promise<Buffer> | undefined
    const target = await serveHalfOpen((socket) => {
      ended = readAll(socket)
    })
    const { relay, port } = await relayTo(target, '--idle-timeout', '100')
    const client = await dial(port)
    expect(await readAll(client)).toHaveLength(0)
    await relay.says(/closed a connection that was idle for 100 ms/)
    client.destroy()
    await ended
  })

  it.runIf(linux)('does nothing at all while nobody uses it', async () => {
    const target = await serveHalfOpen(echo)
    const { relay, port } = await relayTo(target, '--idle-timeout', '60000')
    const client = await dial(port)
    client.end('bye')
    await readAll(client)
    let switches = -1
    for (;;) {
      const now = wakeUps(relay.pid)
      if (now === switches) break
      switches = now
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
  })
})

describe('endings', () => {
  it.each([
    ['SIGTERM', relayExit.terminated],
    ['SIGINT', relayExit.interrupted],
  ] as const)('%s ends what is open in good order and gives the status of a stop', async (signal, status) => {
    const target = await serveHalfOpen(echo)
    const { relay, port } = await relayTo(target)
    const client = await dial(port)
    client.write('open')
    await readText(client, 4)
    relay.signal(signal)
    expect(await readAll(client)).toHaveLength(0)
    expect(await relay.exit).toEqual({ status, signal: null })
  })

  it('does not wait for peers that never end', async () => {
    const target = await serveHalfOpen((socket) => socket.write('hi'))
    const { relay, port } = await relayTo(target)
    const client = await dial(port)
    await readText(client, 2)
    relay.signal('SIGTERM')
    // The client is open still.
    expect(await relay.exit).toEqual({ status: relayExit.terminated, signal: null })
    client.destroy()
  })

  it('has a status and a line of its own for a taken port', async () => {
    const taken = await serveHalfOpen(echo)
    const { status, output } = await run(relayFile, ['--listen', `127.0.0.1:${taken}`, '--to', '127.0.0.1:9'])
    expect(status).toBe(relayExit.portTaken)
    expect(output).toBe(`relay: cannot listen on 127.0.0.1:${taken}: the port is already in use\n`)
  })

  it('has a status of its own for an address of another machine', async () => {
    const { status, output } = await run(relayFile, ['--listen', '192.0.2.1:4000', '--to', '127.0.0.1:9'])
    expect(status).toBe(relayExit.addressUnknown)
    expect(output).toBe('relay: cannot listen on 192.0.2.1:4000: this machine has no such address\n')
  })

  it.each([
    [[], '--listen must be HOST:PORT'],
    [['--listen', '127.0.0.1:80'], '--to must be HOST:PORT'],
    [['--listen', '127.0.0.1:99999', '--to', 'a:1'], '--listen must be HOST:PORT'],
    [['--listen', '::1:80', '--to', 'a:1'], '--listen must be HOST:PORT'],
    [['--listen', '127.0.0.1:1', '--to', 'a:0'], '--to must be HOST:PORT'],
    [['--listen', '127.0.0.1:1', '--to', '127.0.0.1:1'], '--to must differ from --listen'],
    [['--listen', '127.0.0.1:1', '--to'], '--to needs a value'],
    [['--frobnicate', '1'], 'unknown option --frobnicate'],
    [['--to', 'a:1', '--to', 'b:1'], '--to is given twice'],
    [['--listen', '127.0.0.1:1', '--to', 'a:1', '--to', 'b:1'], '--to is given twice'],
    [['--listen', '127.0.0.1:1', '--to', 'a:1', '--listen', '127.0.0.1:2'], '--to must be HOST:PORT'],
    [['--listen', '127.0.0.1:1', '--to', 'a:1', '--listen', 'x', '--to', 'b:1'], '--listen must be HOST:PORT'],
    [
      ['--listen', '127.0.0.1:1', '--to', 'a:1', '--max-connections', '0'],
      '--max-connections must be a whole number above 0',
    ],
    [
      ['--listen', '127.0.0.1:1', '--to', 'a:1', '--idle-timeout', '1s'],
      '--idle-timeout must be a whole number of milliseconds, or 0',
    ],
  ])('refuses %j with what is wrong', async (args, message) => {
    const { status, output } = await run(relayFile, args)
    expect(status).toBe(relayExit.usage)
    expect(output).toMatch(/^relay: usage: /m)
    expect(output.split('\n')[0]).toBe(`relay: ${message}`)
  })

  it.runIf(linux)('goes on when its log can not be written', async () => {
    const target = await serveHalfOpen(echo)
    const listen = await freePort()
    const command = `exec "$0" "$1" --listen 127.0.0.1:${listen} --to 127.0.0.1:${target} >/dev/full`
    startCommand('/bin/sh', ['-c', command, process.execPath, relayFile])
    const client = await dialWhenOpen(listen)
    client.write('still here')
    expect(await readText(client, 10)).toBe('still here')
  })
})

function peakMemoryMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

function wakeUps(pid: number): number {
  const status = readFileSync(`/proc/${pid}/task/${pid}/status`, 'utf8')
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1])
}
