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
  | { by: 'exit'; exit: ExitName; detail?: string }
  /** Status 1 after one line, without the usual last lines. */
  | { by: 'refusal'; line: string }
  /** A segmentation fault: loses buffered output. */
  | { by: 'crash' }

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
      out.say(ending.line)
      out.flush()
      return 1
    case 'exit':
      sayExit(ending, farewell, out)
      return exitStatus(ending.exit, farewell)
  }
}

function sayExit(
  { exit, detail }: SimulatedExit & { by: 'exit' },
  { status, sent, received }: Farewell,
  out: SimulatorOutput,
): void {
  // 003 is always printed; without -s only the status shows the others (observed).
  if (status || exit === 'signal') out.say(exitLine(exit, detail))
  out.flush()
  if (exit === 'port-taken') return
  out.say('connectd terminated, freeing up resources')
  if (status) {
    out.say(`!!status session tx bytes ${sent}`)
    out.say(`!!status session rx bytes ${received}`)
    out.say('!!status re-transmit pkts 0')
    out.say('!!status dup-in pkts 0')
    out.say('!!status out of order pkts 0')
  }
  out.flush()
}
