#!/usr/bin/env node
/**
 * connectd-sim: behaves like connectd 4.6 without reaching anybody, for trying p2p and for testing it. Its first lines say
 * SIMULATOR. What it copies, and where it can't, is in its --help.
 */
import { closeSync, openSync } from 'node:fs'
import { readCommandLine } from '../connectd/argv.ts'
import { systemCode } from '../core/errors.ts'
import { isDaemon, startDaemon } from '../simulator/daemon.ts'
import { noFaults, readFaults, type Faults } from '../simulator/faults.ts'
import { helpText } from '../simulator/help.ts'
import { readEnvOptions, type EnvOptions } from '../simulator/env-options.ts'
import { noOutput, openOutput } from '../simulator/output.ts'
import { randomFrom, type Random } from '../simulator/random.ts'
import { obey } from '../simulator/run.ts'
import { banner } from '../simulator/transcript.ts'

await main(process.argv.slice(2))

async function main(argv: string[]): Promise<void> {
  // Before connectd's own reading, which would take it for an unknown option.
  if (argv.includes('--help')) {
    process.stdout.write(helpText())
    return
  }
  const knobs = readEnvOptions(process.env)
  if (typeof knobs === 'string') {
    refuse(knobs)
    return
  }
  const random = randomFrom(knobs.seed ?? `${process.pid} ${Date.now()}`)
  const command = readCommandLine(argv, knobs.version)
  const daemonises = command.does === 'run' && command.daemon !== null && !isDaemon(process.env)
  const faults = daemonises ? noFaults : chooseFaults(knobs, random)
  if (typeof faults === 'string') {
    refuse(faults)
    return
  }
  const out = faults.has('silent') ? noOutput : openOutput(knobs.buffer ?? (process.stdout.isTTY ? 'line' : 'block'))
  for (const line of banner(knobs.version)) out.say(line)
  const status = daemonises ? await startDaemon() : await obey(command, { knobs, faults, random, out })
  if (status === 'crash') {
    // What is still buffered is lost, as it is with connectd.
    process.kill(process.pid, 'SIGSEGV')
    return
  }
  out.flush()
  process.exit(status)
}

/** A mistake in the simulator's own environment: nothing connectd would say. */
function refuse(mistake: string): void {
  process.stderr.write(`connectd-sim: ${mistake}\n`)
  process.exitCode = 1
}

/** The faults of this run; with FAULT_ONCE only the run that makes that file has any. */
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
