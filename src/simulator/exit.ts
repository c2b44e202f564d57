/** How a run ends, and what connectd prints about it. */
import { exitLine, exitStatus, type ExitName } from '../connectd/exits.ts'
import type { SimulatorOutput } from './output.ts'

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
      sayExit(ending.exit, ending.detail, farewell, out)
      return exitStatus(ending.exit, farewell)
  }
}

function sayExit(
  exit: ExitName,
  detail: string | undefined,
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
