/** One run of the simulator, from a command line that was read to the status it ends with. */
import { readFileSync } from 'node:fs'
import type { CommandLine } from '../connectd/argv.ts'
import { refusedStatus } from '../connectd/exits.ts'
import { unreachable } from '../core/text/unreachable.ts'
import { startClock } from './clock.ts'
import { readCommands } from './console.ts'
import { writePidFile } from './daemon.ts'
import { diagnose } from './diagnostics.ts'
import { printExit, type SimulatedExit } from './exit.ts'
import type { Faults } from './faults.ts'
import { usageLines } from './help.ts'
import type { EnvOptions } from './env-options.ts'
import { live } from './lifecycle.ts'
import type { SimulatorOutput } from './output.ts'
import type { Random } from './random.ts'
import { openSession, type Refusal, type Session } from './session.ts'
import { headerLines, sourceLines } from './transcript.ts'

export interface Run {
  knobs: EnvOptions
  faults: Faults
  random: Random
  out: SimulatorOutput
}

/** Does what the command line asks for, and gives the status to end with, or `crash`: a death by signal 11. */
export async function obey(command: CommandLine, run: Run): Promise<number | 'crash'> {
  const { out, knobs, faults } = run
  switch (command.does) {
    case 'usage':
      for (const line of [...(command.complaint === null ? [] : [command.complaint]), ...usageLines]) out.say(line)
      return refusedStatus
    case 'version':
      return 0
    case 'crash':
      return knobs.tame ? refusedStatus : 'crash'
    case 'diagnose':
      return diagnose(command, faults, out)
    case 'run':
      return runSession(command, run)
    default:
      return unreachable(command)
  }
}

async function runSession(command: CommandLine & { does: 'run' }, run: Run): Promise<number | 'crash'> {
  const { out, knobs } = run
  const { source, session } = openSession(command, { ...knobs, readFile })
  const refused = 'ends' in session
  const header = refused ? session.header : true
  for (const line of sourceLines(source)) out.say(line)
  if (header) for (const line of headerLines(source, refused ? '80' : session.destination.port)) out.say(line)
  if (!refused) return lead(session, command.daemon?.pidFile ?? null, run)

  const ending = await endingOf(session, knobs.tame)
  return printExit(ending, { status: command.status, sent: 0, received: 0, fixed: knobs.fix017 }, out)
}

function readFile(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
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
      if (refusal.ends === 'hang') await forever()
      return { by: 'crash' }
    default:
      return unreachable(refusal)
  }
}

/** Stays without doing anything, until a signal with its default action. */
function forever(): Promise<never> {
  setInterval(() => undefined, aDayMs)
  return new Promise(() => undefined)
}

const aDayMs = 86_400_000

/** Lives through a session to its end. */
async function lead(session: Session, pidFile: string | null, run: Run): Promise<number | 'crash'> {
  const { out, knobs, faults } = run
  if (pidFile !== null) writePidFile(pidFile, process.pid)
  const clock = startClock(knobs.speed)
  const life = live(session, { ...run, clock, pid: process.pid, now: Date.now })

  process.on('SIGTERM', () => {
    if (!faults.has('hang-on-term')) life.terminate(15)
  })
  process.on('SIGINT', () => {
    if (!knobs.ignoreInterrupt) life.terminate(2)
  })
  // Node would open its debugger; connectd dies of it.
  process.once('SIGUSR1', () => process.kill(process.pid, 'SIGUSR1'))
  if (session.readsInput) readCommands(process.stdin, clock, out, life.quit)

  const ending = await Promise.race([life.ended, forever()])
  clock.stop()
  return printExit(ending, { status: session.status, ...life.traffic(), fixed: knobs.fix017 }, out)
}
