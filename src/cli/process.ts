/** The program: the process in, the exit status out. Nothing below this file reads a global of the process. */
import { once } from 'node:events'
import { isatty } from 'node:tty'
import { P2pError, exitStatusOf, systemCode } from '../core/errors.ts'
import { bugStatus } from './exit-statuses.ts'
import { run, sayFailure, type Stream, type Surroundings } from './run.ts'

const interruption = new AbortController()
let stdoutFailure: string | null = null

const world: Surroundings = {
  argv: process.argv.slice(2),
  cwd: workingFolder,
  env: process.env,
  stdin: { isTTY: isatty(0), read: readStdin },
  stdout: streamOf(process.stdout, (code) => {
    stdoutFailure ??= code
    // The reader has gone (`| head`): stop.
    interruption.abort('SIGPIPE')
  }),
  stderr: streamOf(process.stderr, () => undefined),
  now: Date.now,
  interrupted: interruption.signal,
  masks: [],
}

export async function main(): Promise<never> {
  onSignal('SIGINT', exitStatusOf.interrupted)
  onSignal('SIGTERM', exitStatusOf.terminated)
  let failing = false
  process.on('uncaughtException', (error) => {
    // What reports a failure can fail as well: it must not feed itself.
    if (failing) process.exit(bugStatus)
    failing = true
    void sayFailure(error, world).then(leave)
  })
  return await leave(await run(world))
}

/** The first signal asks the command to stop; the second exits at once. */
function onSignal(signal: 'SIGINT' | 'SIGTERM', status: number): void {
  process.on(signal, () => {
    if (interruption.signal.aborted) process.exit(status)
    interruption.abort(signal)
  })
}

/** Exits when all output is flushed. */
async function leave(status: number): Promise<never> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  if (stdoutFailure === null) process.exit(status)
  if (stdoutFailure === 'EPIPE') process.exit(0)
  world.stderr.write(`p2p: standard output could not be written (${stdoutFailure})\n`)
  await flushed(process.stderr)
  process.exit(exitStatusOf['system.missing'])
}

function streamOf(stream: NodeJS.WriteStream, onFailure: (code: string) => void): Stream {
  let failed = false
  stream.on('error', (error) => {
    failed = true
    onFailure(systemCode(error) ?? 'unknown')
  })
  return {
    write(text) {
      if (!failed) stream.write(text)
    },
    async drained() {
      if (failed || !stream.writableNeedDrain || interruption.signal.aborted) return
      await once(stream, 'drain', { signal: interruption.signal }).catch(() => undefined)
    },
    isTTY: stream.isTTY,
    get columns() {
      // A terminal of unknown size has 0.
      return stream.isTTY ? stream.columns || 80 : null
    },
    get rows() {
      return stream.isTTY ? stream.rows || 24 : null
    },
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve()
    })
  })
}

async function readStdin(most: number): Promise<Uint8Array> {
  const { addAbortSignal } = await import('node:stream')
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of addAbortSignal(interruption.signal, process.stdin) as AsyncIterable<Uint8Array>) {
    parts.push(part)
    length += part.length
    if (length > most) break
  }
  return Buffer.concat(parts).subarray(0, most + 1)
}

function workingFolder(): string {
  try {
    return process.cwd()
  } catch {
    throw new P2pError('system.missing', 'the folder that this command runs in does not exist any more', {
      hint: 'cd to another folder',
    })
  }
}
