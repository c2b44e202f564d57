/** How a run ends, and the lines that connectd says about it. */
import { exitLine, exitStatus, type ExitName } from '../connectd/exits.ts'
import type { SimulatorOutput } from './output.ts'

export type SimulatedExit =
  | { by: 'exit'; exit: ExitName; detail?: string }
  /** Status 1 after a plain line; no farewell. */
  | { by: 'refusal'; line: string }
  /** A segmentation fault: nothing that is still buffered gets out. */
  | { by: 'crash' }

interface Farewell {
  status: boolean
  sent: number
  received: number
  /** FIX017. */
  fixed: boolean
}

/** Prints the last lines and gives the status; `crash` for a death by signal 11, which is the caller's to die. */
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
  // 003 is said always; without -s the status is the only sign of all others (observed).
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
