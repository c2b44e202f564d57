/** One run of the simulator, from arguments and environment to exit status. */
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { readCommandLine, type CommandLine } from '../connectd/argv.ts'
import { refusedStatus } from '../connectd/exits.ts'
import { systemCode } from '../core/errors.ts'
import { startClock } from './clock.ts'
import { readCommands } from './console.ts'
import { isDaemon, startDaemon } from './daemon.ts'
import { diagnose } from './diagnostics.ts'
import { noFaults, readFaults, type Faults } from './faults.ts'
import { usage } from './help.ts'
import { readEnvOptions, type EnvOptions } from './env-options.ts'
import { live } from './lifecycle.ts'
import { noOutput, openOutput, printExit, type SimulatedExit, type SimulatorOutput } from './output.ts'
import { randomFrom, type Random } from './random.ts'
import { openSession, type Refusal, type Session } from './session.ts'
import { banner, headerLines, sourceLines } from './transcript.ts'

interface Run {
  options: EnvOptions
  faults: Faults
  random: Random
  out: SimulatorOutput
}

/** Returns the exit status, or `crash`: death by signal 11. `error`: in the simulator's own environment. */
export async function simulate(
  argv: string[],
  env: NodeJS.ProcessEnv,
  isTTY: boolean,
): Promise<number | 'crash' | { error: string }> {
  const options = readEnvOptions(env)
  if (typeof options === 'string') return { error: options }
  const random = randomFrom(options.seed ?? `${process.pid} ${Date.now()}`)
  const command = readCommandLine(argv, options.version)
  const daemonises = command.does === 'run' && command.daemon !== null && !isDaemon(env)
  const faults = daemonises ? noFaults : chooseFaults(options, random)
  if (typeof faults === 'string') return { error: faults }
  const out = faults.has('silent') ? noOutput : openOutput(options.buffer ?? (isTTY ? 'line' : 'block'))
  if (command.does !== 'usage' || command.banner !== false) for (const line of banner(options.version)) out.say(line)
  const status = daemonises ? await startDaemon() : await obey(command, { options, faults, random, out })
  // A crash loses buffered output, as with connectd.
  if (status !== 'crash') out.flush()
  return status
}

/** With FAULT_ONCE only the run that creates that file has faults. */
function chooseFaults({ fault, faultOnce }: EnvOptions, random: Random): Faults | string {
  const faults = readFaults(fault, random)
  if (faultOnce === null || typeof faults === 'string') return faults
  try {
    closeSync(openSync(faultOnce, 'wx'))
    return faults
  } catch (error) {
    return systemCode(error) === 'EEXIST' ? noFaults : `CONNECTD_SIM_FAULT_ONCE names a file that can't be made`
  }
}

async function obey(command: CommandLine, run: Run): Promise<number | 'crash'> {
  const { out, options, faults } = run
  switch (command.does) {
    case 'usage':
      if (command.complaint !== null) out.say(command.complaint)
      out.say(usage)
      return refusedStatus
    case 'version':
      return 0
    case 'crash':
      return options.tame ? refusedStatus : 'crash'
    case 'diagnose':
      return diagnose(command, faults, out)
    case 'run':
      return runSession(command, run)
  }
}

async function runSession(command: CommandLine & { does: 'run' }, run: Run): Promise<number | 'crash'> {
  const { out, options } = run
  const { source, session } = openSession(command, options)
  for (const line of sourceLines(source)) out.say(line)
  const refused = 'ends' in session
  const header = refused ? session.header : true
  if (header) for (const line of headerLines(source, refused ? '80' : session.destination.port)) out.say(line)
  if (!refused) return lead(session, command.daemon?.pidFile ?? null, run)

  const ending = await endingOf(session, options.tame)
  return printExit(ending, { status: command.status, sent: 0, received: 0, fixed: options.fix017 }, out)
}

async function endingOf(refusal: Refusal, tame: boolean): Promise<SimulatedExit> {
  switch (refusal.ends) {
    case 'status 1':
      return { by: 'refusal', line: refusal.line }
    case 'exit':
      return { by: 'exit', exit: refusal.exit }
    case 'crash':
    case 'hang':
      if (tame) return { by: 'refusal', line: `connectd would ${refusal.ends} here: ${refusal.line}` }
      return refusal.ends === 'hang' ? forever() : { by: 'crash' }
  }
}

/** Hangs until a signal with its default action. */
function forever(): Promise<never> {
  setInterval(() => undefined, aDayMs)
  return new Promise(() => undefined)
}

const aDayMs = 86_400_000

/** The daemon's PID without a newline, mode 0666 less the umask, never removed (observed). */
function writePidFile(path: string): void {
  try {
    writeFileSync(path, String(process.pid), { mode: 0o666 })
  } catch {
    // connectd also runs without it.
  }
}

async function lead(session: Session, pidFile: string | null, run: Run): Promise<number | 'crash'> {
  const { out, options, faults } = run
  if (pidFile !== null) writePidFile(pidFile)
  const clock = startClock(options.speed)
  const life = live(session, { ...run, clock })

  process.on('SIGTERM', () => {
    if (!faults.has('hang-on-term')) life.terminate(15)
  })
  process.on('SIGINT', () => {
    if (!options.ignoreInterrupt) life.terminate(2)
  })
  // Node would open its debugger; connectd dies.
  process.once('SIGUSR1', () => process.kill(process.pid, 'SIGUSR1'))
  if (session.readsInput) readCommands(process.stdin, clock, out, life.quit)

  const ending = await Promise.race([life.ended, forever()])
  clock.stop()
  return printExit(ending, { status: session.status, ...life.traffic(), fixed: options.fix017 }, out)
}
