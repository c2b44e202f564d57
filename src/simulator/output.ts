/** What a run prints: like C's stdio by lines on a terminal, else in blocks with explicit flushes. And its last lines. */
import { writeSync } from 'node:fs'
import { exitLine, exitStatus, type ExitName } from '../connectd/exits.ts'

export interface SimulatorOutput {
  /** One line, without its newline. */
  say: (line: string) => void
  part: (text: string) => void
  flush: () => void
}

export function openOutput(buffer: 'line' | 'block'): SimulatorOutput {
  let held = ''

  function flush(): void {
    if (held === '') return
    const text = held
    held = ''
    try {
      writeSync(1, text)
    } catch {
      // The reader is gone or the disk is full: connectd continues too.
    }
  }

  function part(text: string): void {
    held += text
    if (buffer === 'line' ? text.endsWith('\n') : held.length >= blockSize) flush()
  }

  return {
    say(line) {
      part(`${line}\n`)
    },
    part,
    flush,
  }
}

/** For the fault `silent`. */
export const noOutput: SimulatorOutput = { say: () => undefined, part: () => undefined, flush: () => undefined }

/** BUFSIZ of connectd's C library, for pipes and files. */
const blockSize = 4096

export type SimulatedExit =
  | { by: 'exit'; exit: ExitName; detail?: string | undefined }
  /** After `sayStop`, which prints its exit line. */
  | { by: 'stop' }
  /** Status 1 after one line, without the usual last lines. */
  | { by: 'refusal'; line: string }
  /** A segmentation fault: loses buffered output. */
  | { by: 'crash' }
  | { by: 'caught crash' }

interface Farewell {
  status: boolean
  sent: number
  received: number
  fixed: boolean
}

/** Prints the last lines, returns the status; `crash`: the caller must die by signal 11. */
export function printExit(ending: SimulatedExit, farewell: Farewell, out: SimulatorOutput): number | 'crash' {
  switch (ending.by) {
    case 'crash':
      return 'crash'
    case 'refusal':
      out.say(`${ending.line}\n${memory}`)
      return 1
    case 'caught crash':
      sayStop(segmentationFault, out)
      out.say(`Connectd Terminated from Signal ${segmentationFault}\n${backtrace}`)
      return segmentationFault
    case 'stop':
      sayFarewell(farewell, out)
      return exitStatus('signal')
    case 'exit':
      // Without -s only the status shows it (observed).
      if (farewell.status) out.say(exitLine(ending.exit, ending.detail))
      if (ending.exit !== 'port-taken') sayFarewell(farewell, out)
      return exitStatus(ending.exit, farewell)
  }
}

const segmentationFault = 11
const backtrace = 'Obtained 3 stack frames.\nconnectd() [0x40b1c6]\nconnectd() [0x40c2d7]\nconnectd() [0x401a2e]'

/** Observed also at early exits. */
const memory = 'Leaked Memory blocks 0\nStatic Pool Free '

/** The line of a signal: printed at once, also without -s, and also for a crash. */
export function sayStop(signal: number, out: SimulatorOutput): void {
  out.say(exitLine('signal', String(signal)))
  out.flush()
}

function sayFarewell({ status, sent, received }: Farewell, out: SimulatorOutput): void {
  out.say('connectd terminated, freeing up resources')
  if (status) {
    out.say(`!!status session tx bytes ${sent}`)
    out.say(`!!status session rx bytes ${received}`)
    out.say('!!status re-transmit pkts 0')
    out.say('!!status dup-in pkts 0')
    out.say('!!status out of order pkts 0')
  }
  out.say(memory)
}
