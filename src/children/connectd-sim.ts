#!/usr/bin/env node
/** connectd-sim: simulates connectd 4.6 offline, for trying and testing p2p. Its --help lists what it can't copy. */
import { helpText } from '../simulator/help.ts'
import { simulate } from '../simulator/run.ts'

const argv = process.argv.slice(2)
// Not an option of connectd.
if (argv.includes('--help')) {
  process.stdout.write(helpText())
} else {
  void simulate(argv, process.env, process.stdout.isTTY).then(leave)
}

function leave(status: Awaited<ReturnType<typeof simulate>>): void {
  if (status === 'crash') {
    process.kill(process.pid, 'SIGSEGV')
  } else if (typeof status === 'number') {
    process.exit(status)
  } else {
    process.stderr.write(`connectd-sim: ${status.error}\n`)
    process.exitCode = 1
  }
}
