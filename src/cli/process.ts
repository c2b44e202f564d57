/** The program: the process in, the exit status out. Nothing below this file reads a global of the process. */
import { P2pError, exitStatusOf } from '../core/errors.ts'
import { bugStatus } from './exit-statuses.ts'
import { run, sayFailure, type Surroundings } from './run.ts'
import { flushed, isTerminal, readStdin, streamOf } from './standard-streams.ts'

const interruption = new AbortController()
let stdoutFailure: string | null = null

const world: Surroundings = {
  argv: process.argv.slice(2),
  cwd: workingFolder,
  env: process.env,
  stdin: {
    get isTTY() {
      return isTerminal(0)
    },
    read: (most) => readStdin(most, interruption.signal),
  },
  stdout: streamOf('stdout', interruption.signal, (code) => {
    stdoutFailure ??= code
    // The reader has gone (`| head`): stop.
    interruption.abort('SIGPIPE')
  }),
  stderr: streamOf('stderr', interruption.signal, () => undefined),
  now: Date.now,
  interrupted: interruption.signal,
  takeSignals,
  takeKeys: async (user) => (await import('./keys.ts')).takeKeys(user),
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

type Taker = Parameters<NonNullable<Surroundings['takeSignals']>>[0]
let taker: Taker | null = null

/** Also of those that p2p itself leaves to the system. */
function takeSignals(take: Taker): () => void {
  taker = take
  const hangUp = (): void => taker?.('SIGHUP')
  const quit = (): void => taker?.('SIGQUIT')
  process.on('SIGHUP', hangUp).on('SIGQUIT', quit)
  return () => {
    taker = null
    process.off('SIGHUP', hangUp).off('SIGQUIT', quit)
  }
}

/** The first signal asks the command to stop; the second exits at once. */
function onSignal(signal: 'SIGINT' | 'SIGTERM', status: number): void {
  process.on(signal, () => {
    if (taker !== null) {
      taker(signal)
      return
    }
    if (interruption.signal.aborted) process.exit(status)
    interruption.abort(signal)
  })
}

/** Exits when all output is flushed. */
async function leave(status: number): Promise<never> {
  await flushed()
  if (stdoutFailure === null) process.exit(status)
  if (stdoutFailure === 'EPIPE') process.exit(0)
  world.stderr.write(`p2p: standard output could not be written (${stdoutFailure})\n`)
  await flushed()
  process.exit(exitStatusOf['system.missing'])
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
