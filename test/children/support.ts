/** Builds our child programs once per test file and runs them, so that every test meets what is shipped. */
import { build } from 'esbuild'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** A folder for the whole test file, gone at its end; programs are built into it before the first test. */
export function builtPrograms(...names: string[]): { folder: string; path: (name: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-children-'))
  beforeAll(async () => {
    await build({
      absWorkingDir: root,
      entryPoints: names.map((name) => `src/children/${name}.ts`),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      packages: 'external',
      logLevel: 'silent',
    })
  })
  afterEach(endAll)
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return { folder, path: (name) => join(folder, `${name}.mjs`) }
}

export interface Exit {
  status: number | null
  signal: NodeJS.Signals | null
}

export interface Program {
  pid: number
  /** Everything it has written to stdout and stderr so far. */
  output: () => string
  /** Resolves with the match once the output holds it; rejects when the program ends without. */
  says: (pattern: RegExp) => Promise<RegExpExecArray>
  exit: Promise<Exit>
  signal: (signal: NodeJS.Signals) => void
  stdin: NodeJS.WritableStream | null
}

interface StartOptions {
  env?: Record<string, string>
  cwd?: string
  stdin?: 'ignore' | 'pipe'
}

const running = new Set<ChildProcess>()

export function start(script: string, args: string[], options: StartOptions = {}): Program {
  return startCommand(process.execPath, [script, ...args], options)
}

export function startCommand(command: string, args: string[], options: StartOptions = {}): Program {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let text = ''
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      for (const watcher of [...watchers]) watcher()
    })
  }
  let ended = false
  const exit = once(child, 'close').then(([status, signal]) => {
    ended = true
    running.delete(child)
    for (const watcher of [...watchers]) watcher()
    return { status: status as number | null, signal: signal as NodeJS.Signals | null }
  })
  return {
    pid: child.pid ?? -1,
    output: () => text,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(text)
          if (match === null && !ended) return
          watchers.delete(look)
          if (match !== null) resolve(match)
          else reject(new Error(`ended without saying ${String(pattern)}:\n${text}`))
        }
        watchers.add(look)
        look()
      }),
    exit,
    signal: (signal) => {
      child.kill(signal)
    },
    stdin: child.stdin,
  }
}

/** Runs a program to its end. */
export async function run(
  script: string,
  args: string[],
  options: StartOptions = {},
): Promise<Exit & { output: string }> {
  const program = start(script, args, options)
  const exit = await program.exit
  return { ...exit, output: program.output() }
}

async function endAll(): Promise<void> {
  for (const closing of sockets) closing.destroy()
  sockets.clear()
  for (const server of servers) server.close()
  servers.clear()
  await Promise.all(
    [...running].map(async (child) => {
      // ChildProcess.kill signals only what this test started and has not been told the end of.
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'close')
      child.kill('SIGKILL')
      await gone
    }),
  )
}

const sockets = new Set<Socket>()
const servers = new Set<Server>()

/** A server on a free port of 127.0.0.1 that lasts until the end of the test. */
export async function serve(onConnection: (socket: Socket) => void, port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  servers.add(server)
  server.listen(port, host)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export async function dial(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true })
  sockets.add(socket)
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

/** Breaks a connection with nothing but a reset; resetAndDestroy() sends an end first, and either may be seen. */
export function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true }).destroy()
}

/** The next `length` bytes at least, as text. */
export function read(socket: Socket, length: number): Promise<string> {
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

/** Looks again every few milliseconds until it holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
