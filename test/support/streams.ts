/** What the tests send through tunnels: servers to lead to, and clients that ask. */
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A server of the test's own on a random loopback port, or on a socket path; closed when the test ends. */
export async function serve(onSocket: (socket: Socket) => void, path?: string): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  await new Promise<void>((resolve) => {
    if (path === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(path, resolve)
  })
  return path === undefined ? (server.address() as AddressInfo).port : 0
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
