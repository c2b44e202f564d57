/** The service at the far end: answers HTTP with a page that names its UID, and echoes anything else. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export type FarEnd = (client: Socket) => void

export function farEnd(far: 'auto' | 'http' | 'echo', uid: string): FarEnd {
  return (client) => {
    if (far === 'echo') echo(client)
    else if (far === 'http') answer(client, uid)
    else listenFirst(client, uid)
  }
}

function echo(client: Socket): void {
  client.pipe(client)
}

function answer(client: Socket, uid: string): void {
  void pages(uid).then((server) => {
    server.emit('connection', client)
    client.resume()
  })
}

/** Decides by the client's first bytes, without losing any. */
function listenFirst(client: Socket, uid: string): void {
  let heard = Buffer.alloc(0)
  let patience: NodeJS.Timeout | null = null

  client.on('data', hear)
  client.on('end', goodbye)
  client.on('close', forget)

  function hear(chunk: Buffer): void {
    heard = Buffer.concat([heard, chunk])
    if (!mayBecomeHttp(heard)) decide()
    // A client that sends G and waits for its echo must not wait for ever.
    else patience ??= setTimeout(decide, patienceMs)
  }

  function forget(): void {
    if (patience !== null) clearTimeout(patience)
    client.off('data', hear)
    client.off('end', goodbye)
  }

  /** Ended while it might still have become HTTP: echo it. */
  function goodbye(): void {
    forget()
    client.end(heard)
  }

  function decide(): void {
    forget()
    client.pause()
    client.unshift(heard)
    if (speaksHttp(heard)) answer(client, uid)
    else echo(client)
  }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'].map(
  (word) => `${word} `,
)
const patienceMs = 100

function speaksHttp(heard: Buffer): boolean {
  return methods.some((method) => heard.indexOf(method) === 0)
}

/** The first bytes are a part of a method. */
function mayBecomeHttp(heard: Buffer): boolean {
  return methods.some((method) => method.length > heard.length && method.startsWith(heard.toString('latin1')))
}

let server: Promise<Server> | null = null

/** Loaded with the first request: node:http slows down the start. */
function pages(uid: string): Promise<Server> {
  server ??= import('node:http').then(({ createServer }) =>
    createServer((request, response) => {
      const body = page(uid, request.method ?? '', request.url ?? '')
      request.resume()
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
      })
      response.end(body)
    }),
  )
  return server
}

function page(uid: string, method: string, path: string): string {
  return `<!doctype html>
<title>${escape(uid)} (simulated)</title>
<h1>${escape(uid)}</h1>
<p>This page came through a simulated tunnel: connectd-sim answers in place of the service with this UID.</p>
<p>You asked: <code>${escape(method)} ${escape(path)}</code></p>
`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
