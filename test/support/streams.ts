/** Servers for tunnels to lead to, and clients that send text through them. */
import { once } from 'node:events'
import {
  connect,
  createServer,
  type AddressInfo,
  type NetConnectOpts,
  type Server,
  type ServerOpts,
  type Socket,
} from 'node:net'
import { onTestFinished } from 'vitest'

/** A server of the test's own on a random loopback port, or on a socket path; closed when the test ends. */
export function serve(onSocket: (socket: Socket) => void, path?: string): Promise<number> {
  return listen({ allowHalfOpen: false }, onSocket, path ?? 0)
}

/** The same on a loopback port, but ending one direction of a connection leaves the other one open. */
export function serveHalfOpen(onSocket: (socket: Socket) => void, port = 0): Promise<number> {
  return listen({ allowHalfOpen: true }, onSocket, port)
}

async function listen(options: ServerOpts, onSocket: (socket: Socket) => void, at: number | string): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer(options, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  await new Promise<void>((resolve) => {
    if (typeof at === 'number') server.listen(at, '127.0.0.1', resolve)
    else server.listen(at, resolve)
  })
  return typeof at === 'number' ? (server.address() as AddressInfo).port : 0
}

/** Takes a port as soon as it is free, as a stranger would; given back when the test ends, or before. */
export async function listenOn(port: number): Promise<{ close: () => Promise<void> }> {
  const server = createServer()
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve()
      })
    })
  onTestFinished(close)
  await new Promise<void>((resolve) => {
    server.once('listening', resolve)
    // A killed process is a zombie already while its last thread still holds the socket.
    server.on('error', () => setTimeout(() => server.listen(port, '127.0.0.1'), 5))
    server.listen(port, '127.0.0.1')
  })
  return { close }
}

/** Says its own name in front of everything it hears. */
export function echo(name: string): (socket: Socket) => void {
  return (socket) => {
    socket.on('data', (bytes) => socket.write(`${name}: ${bytes.toString()}`))
  }
}

export async function dial(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** For a program that can't say when it listens. */
export async function dialWhenOpen(port: number): Promise<Socket> {
  for (;;) {
    const socket = await dial(port).catch(() => null)
    if (socket !== null) return socket
  }
}

/** Everything that arrives until the other side ends its direction; rejects when the connection breaks. */
export function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('error', reject)
    socket.once('end', () => {
      resolve(Buffer.concat(chunks))
    })
  })
}

/** The next `length` bytes at least, as text. */
export function readText(socket: Socket, length: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (text.length < length) return
      socket.off('data', onData)
      resolve(text)
    }
    socket.on('data', onData)
    socket.once('error', reject)
    socket.once('end', () => {
      reject(new Error(`ended after ${text.length} of ${length} bytes: ${text}`))
    })
  })
}

/** Breaks a connection with nothing but a reset; resetAndDestroy() sends an end first, and either may be seen. */
export function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true }).destroy()
}

/** Sends a text and gives what comes back first. */
export function ask(to: number | string | NetConnectOpts, text = 'hello'): Promise<string> {
  const place: NetConnectOpts =
    typeof to === 'number' ? { host: '127.0.0.1', port: to } : typeof to === 'string' ? { path: to } : to
  const socket = connect(place)
  socket.write(text)
  return firstWords(socket)
}

/** The same through a SOCKS5 proxy (RFC 1928, no authentication) on loopback. */
export async function askThroughSocks(proxy: number, to: number, text = 'hello'): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: proxy })
  socket.write(Buffer.from([5, 1, 0]))
  await firstWords(socket, false)
  socket.write(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, to >> 8, to & 0xff]))
  const [version, reply] = Buffer.from(await firstWords(socket, false), 'latin1')
  if (version !== 5 || reply !== 0) throw new Error('the proxy refused')
  socket.write(text)
  return firstWords(socket)
}

function firstWords(socket: Socket, last = true): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => {
      reject(new Error('closed without a word'))
    })
    socket.once('data', (bytes: Buffer) => {
      resolve(bytes.toString('latin1'))
      if (last) socket.destroy()
    })
  })
}
