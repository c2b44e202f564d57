/** A tunnel's program that does what the test says: listens, prints, exits. It reports each of its starts to the test. */
import { writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface DrivenProgram {
  /** For `command:` in p2p.yaml. */
  command: string
  /** The next start of it that was not taken yet. */
  next: () => Promise<Invocation>
}

interface Invocation {
  pid: number
  /** Begins to listen on 127.0.0.1. */
  listen: (port: number) => Promise<void>
  /** Stops listening, and stays. */
  unlisten: () => Promise<void>
  /** Writes a line to its standard output. */
  print: (text: string) => Promise<void>
  /** Exits with this status. */
  exit: (status: number) => Promise<void>
  /** Resolves when it is gone, whatever ended it. */
  gone: Promise<void>
}

/** Takes orders from the test's socket, one JSON line each, and answers each when it is done. */
const script = `
const { connect, createServer } = require('node:net')
const test = connect(process.argv[2])
const server = createServer((socket) => socket.on('error', () => {}))
const answer = () => test.write('done\\n')
test.write(process.pid + '\\n')
// Without its test it has no reason to live.
test.on('close', () => process.exit(1)).on('error', () => process.exit(1))
require('node:readline').createInterface({ input: test }).on('line', (line) => {
  const [order, value] = JSON.parse(line)
  if (order === 'listen') server.listen(value, '127.0.0.1', answer)
  else if (order === 'unlisten') server.close(answer)
  else if (order === 'print') process.stdout.write(value + '\\n', answer)
  else process.exit(value)
})
`

/** `path`: of the files it needs, without their ends. */
export async function drivenProgram(path: string): Promise<DrivenProgram> {
  const [scriptPath, socketPath] = [`${path}.cjs`, `${path}.sock`]
  writeFileSync(scriptPath, script)
  const started: Invocation[] = []
  const waiting: ((invocation: Invocation) => void)[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    invocationOn(socket, (invocation) => {
      const taker = waiting.shift()
      if (taker === undefined) started.push(invocation)
      else taker(invocation)
    })
  })
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    command: JSON.stringify([process.execPath, scriptPath, socketPath]),
    next: () => {
      const first = started.shift()
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first)
    },
  }
}

/** The program says its PID first, then answers each order with a line. */
function invocationOn(socket: Socket, onStart: (invocation: Invocation) => void): void {
  const answers: (() => void)[] = []
  const gone = new Promise<void>((resolve) => {
    socket.on('error', () => undefined)
    socket.once('close', () => {
      resolve()
    })
  })
  const order = (...words: (string | number)[]): Promise<void> =>
    new Promise((resolve) => {
      answers.push(resolve)
      socket.write(`${JSON.stringify(words)}\n`)
    })
  let pid: number | null = null
  createInterface({ input: socket }).on('line', (line) => {
    if (pid !== null) answers.shift()?.()
    else {
      pid = Number(line)
      onStart({
        pid,
        listen: (port) => order('listen', port),
        unlisten: () => order('unlisten'),
        print: (text) => order('print', text),
        exit: (status) => {
          void order('exit', status)
          return gone
        },
        gone,
      })
    }
  })
}
